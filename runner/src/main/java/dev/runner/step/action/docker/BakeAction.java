package dev.runner.step.action.docker;

import dev.runner.build.bake.Bake;
import dev.runner.build.bake.BakeException;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.action.input.ListInput;
import dev.runner.step.action.input.Payload;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the targets of bake files, by {@code runner bake} in a process of its own with the run's logins and registries.
 *
 * @see <a href="https://github.com/docker/bake-action#readme">docker/bake-action</a>
 */
public final class BakeAction extends ContractedAction {
    private static final Duration GRACE = Duration.ofSeconds(10);

    public BakeAction() {
        super(Contract.named("docker/bake-action", 1, 7)
                .inputs("builder", "files", "targets", "set")
                .input("no-cache", "false")
                .input("pull", "false")
                .input("load", "false")
                .input("push", "false")
                .in(1, 5)
                .input("workdir", ".")
                .from(2)
                .outputs("metadata")
                .from(3)
                .inputs("provenance", "sbom")
                .from(4)
                .inputs("source")
                .input("github-token", "${{ github.token }}")
                .from(6)
                .inputs("allow", "call", "vars")
                .build());
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        BakeFiles files = BakeFiles.of(context);
        List<String> targets = ListInput.words(context.inputs().raw("targets"));
        context.group("Bake definition");
        try {
            Bake bake = files.read(context);
            bake.plan(targets, overrides(context.inputs())).json().lines().forEach(context::info);
        } catch (BakeException e) {
            throw ActionFailedException.badInput(String.valueOf(e.getMessage()), null);
        }
        context.endGroup();
        Path metadata = context.scratch().resolve("metadata.json");
        List<String> words = words(context, files, metadata);
        words.addAll(targets);
        int code = run(words, files.root(), context);
        if (code != 0) {
            throw ActionFailedException.failed("bake ended with code " + code + "; see the lines above", null);
        }
        if (Files.exists(metadata)) {
            String json = Files.readString(metadata).strip();
            context.group("Metadata");
            json.lines().forEach(context::info);
            context.endGroup();
            context.setOutput("metadata", json);
        }
    }

    private static List<String> overrides(ActionInputs inputs) {
        return ListInput.plain(inputs.raw("set"));
    }

    private static List<String> words(ActionContext context, BakeFiles files, Path metadata) {
        ActionInputs inputs = context.inputs();
        List<String> words =
                new ArrayList<>(List.of("runner", "bake", "--progress=plain", "--metadata-file", metadata.toString()));
        files.names().forEach(name -> words.add("--file=" + name));
        overrides(inputs).forEach(override -> words.add("--set=" + override));
        ListInput.words(inputs.raw("allow")).forEach(right -> words.add("--allow=" + right));
        ListInput.plain(inputs.raw("vars")).forEach(variable -> words.add("--var=" + variable));
        for (String flag : List.of("no-cache", "pull", "load", "push")) {
            if (inputs.isTrue(flag)) {
                words.add("--" + flag);
            }
        }
        String provenance = provenance(context);
        if (!provenance.isEmpty()) {
            words.add("--provenance=" + provenance);
        }
        if (inputs.isGiven("sbom")) {
            words.add("--sbom=" + inputs.get("sbom"));
        }
        String builder = ForeignBuilder.named(context);
        if (builder != null) {
            words.add("--builder=" + builder);
        }
        if (inputs.isGiven("call")) {
            words.add("--call=" + inputs.get("call"));
        }
        return words;
    }

    /** As for docker/build-push-action: all of it for public repositories, little for private ones, none to load. */
    private static String provenance(ActionContext context) {
        ActionInputs inputs = context.inputs();
        boolean refused =
                List.of("1", "true").contains(context.environment().getOrDefault("BUILDX_NO_DEFAULT_ATTESTATIONS", ""));
        boolean written = overrides(inputs).stream().anyMatch(each -> each.contains(".attest"));
        if (inputs.isGiven("provenance") || context.major() < 3 || refused || written || inputs.isTrue("load")) {
            return inputs.get("provenance");
        }
        return Payload.of(context).text("repository", "private").equals("true") ? "mode=min" : "mode=max";
    }

    private static int run(List<String> words, Path folder, ActionContext context)
            throws IOException, InterruptedException {
        Map<String, String> environment =
                new LinkedHashMap<>(context.tools().services().environment(context.environment()));
        // The store is this user's, also when the job itself runs in a container with a home of its own.
        String home = System.getenv("HOME");
        if (home != null) {
            environment.put("HOME", home);
        }
        OutputSink lines = OutputSink.lines(context::info);
        RunningProcess bake =
                context.tools().processes().start(new Command(words, environment, folder, null), lines, lines);
        try {
            return bake.await();
        } catch (InterruptedException e) {
            bake.terminate(GRACE);
            throw e;
        }
    }
}
