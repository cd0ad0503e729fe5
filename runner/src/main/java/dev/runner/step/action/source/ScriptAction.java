package dev.runner.step.action.source;

import dev.runner.expression.Value;
import dev.runner.host.process.CommandNotFoundException;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Runs a script with Node where the job runs. {@code github} is a client of our own: {@code request}, {@code graphql},
 * {@code paginate} and Octokit's methods of {@code rest}, whose table is {@code github-routes.json}.
 *
 * @see <a href="https://github.com/actions/github-script#readme">actions/github-script</a>
 */
public final class ScriptAction extends ContractedAction {
    private static final String PRELUDE = "github-script.cjs";
    private static final String ROUTES = "github-routes.json";

    public ScriptAction() {
        super(Contract.named("actions/github-script", 1, 8)
                .required("script")
                .input("github-token", "${{ github.token }}")
                .input("debug", "${{ runner.debug == '1' }}")
                .input("user-agent", "actions/github-script")
                .input("result-encoding", "json")
                .inputs("previews")
                .outputs("result")
                .from(6)
                .input("retries", "0")
                .input("retry-exempt-status-codes", "400,401,403,404,422")
                .inputs("base-url")
                .build());
    }

    @Override
    public boolean needsNode() {
        return true;
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        context.inputs().need("script");
        String name = "github-script-" + UUID.randomUUID();
        Path folder = Files.createDirectory(context.temporary().resolve(name));
        // The job may run in a container, which sees the folder under another name.
        String inside = context.inside(context.temporary()) + "/" + name;
        for (String resource : List.of(PRELUDE, ROUTES)) {
            try (InputStream in = Objects.requireNonNull(ScriptAction.class.getResourceAsStream(resource), resource)) {
                Files.copy(in, folder.resolve(resource));
            }
        }
        List<String> command = new ArrayList<>(context.node());
        if (command.isEmpty()) {
            // An earlier step may have put one into its PATH.
            command.add("node");
        }
        command.add(inside + "/" + PRELUDE);
        int code;
        try {
            code = context.execute(command, Map.of("RUNNER_SCRIPT_RESULT", inside + "/result.json"), null);
        } catch (CommandNotFoundException e) {
            throw ActionFailedException.lacking(
                    "actions/github-script needs Node, and there is no 'node' here",
                    "install Node 18 or later, or put actions/setup-node before this step");
        }
        Path file = folder.resolve("result.json");
        Value result = Files.exists(file) ? Value.fromJson(Files.readString(file)) : Value.NULL;
        if (result instanceof Value.Obj done) {
            take(done, context);
        }
        if (code != 0) {
            Value failed = result instanceof Value.Obj done ? done.get("failed") : null;
            throw ActionFailedException.failed(
                    failed == null || failed.text().isEmpty() ? "the script ended with code " + code : failed.text(),
                    null);
        }
    }

    private static void take(Value.Obj done, ActionContext context) {
        // First the secrets: an output may hold one.
        items(done, "masks").forEach(each -> context.mask(each.text()));
        entries(done, "outputs").forEach((name, value) -> context.setOutput(name, value.text()));
        entries(done, "environment").forEach((name, value) -> context.exportVariable(name, value.text()));
        entries(done, "state").forEach((name, value) -> context.saveState(name, value.text()));
        items(done, "path").forEach(each -> context.addPath(each.text()));
        Value summary = done.get("summary");
        if (summary != null && !summary.text().isEmpty()) {
            context.summarise(summary.text());
        }
    }

    private static Map<String, Value> entries(Value.Obj done, String name) {
        return done.get(name) instanceof Value.Obj object ? object.entries() : Map.of();
    }

    private static List<Value> items(Value.Obj done, String name) {
        return done.get(name) instanceof Value.Arr array ? array.items() : List.of();
    }
}
