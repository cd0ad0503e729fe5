package dev.runner.step.action.docker;

import dev.runner.build.BuilderSpec;
import dev.runner.build.Engine;
import dev.runner.build.EngineKind;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import dev.runner.source.YamlNode;
import dev.runner.step.action.input.ListInput;
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
import org.jspecify.annotations.Nullable;

/** A builder of the real Buildx, on which a workflow's builds are done: made by our {@code docker}, so that scripts see it. */
final class ForeignBuilder {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private ForeignBuilder() {}

    /** What builds where a step names a builder, or none. */
    static Engine engine(ActionContext context) {
        String name = named(context);
        return name == null
                ? context.tools().building().engine()
                : context.tools().building().engines().engine(EngineKind.BUILDKIT, BuilderSpec.named(name));
    }

    /** The builder that the step or an earlier one means, where it is one of the real Buildx; else null. */
    static @Nullable String named(ActionContext context) {
        String input = context.inputs().get("builder");
        String name = input.isEmpty() ? context.environment().getOrDefault("BUILDX_BUILDER", "") : input;
        Path instances = context.tools().services().dockerConfig().resolve("buildx/instances");
        return !name.isEmpty() && Files.exists(instances.resolve(name)) ? name : null;
    }

    /** Makes the builder and its nodes, those of {@code append} after the action's own. */
    static void create(String name, ActionContext context) throws IOException, InterruptedException {
        ActionInputs inputs = context.inputs();
        List<BuilderNode> nodes = new ArrayList<>();
        nodes.add(new BuilderNode(
                "",
                inputs.get("endpoint"),
                ListInput.plain(inputs.raw("driver-opts")),
                inputs.get("buildkitd-flags"),
                ListInput.words(inputs.raw("platforms"))));
        String append = inputs.raw("append");
        if (!append.isBlank()) {
            for (YamlNode item :
                    YamlInput.items("append", append, "write '- endpoint: …', 'platforms: …' for each node")) {
                nodes.add(BuilderNode.of(YamlInput.map(item, "each entry of 'append' describes a node")));
            }
        }
        for (int index = 0; index < nodes.size(); index++) {
            List<String> words = new ArrayList<>(List.of("create", "--name=" + name));
            words.addAll(index == 0 ? own(context) : List.of("--append"));
            words.addAll(nodes.get(index).words(index, context));
            buildx(words, context);
        }
        buildx(List.of("inspect", "--bootstrap", name), context);
    }

    /** What is said once for a builder. A remote daemon has its settings already. */
    private static List<String> own(ActionContext context) throws IOException {
        ActionInputs inputs = context.inputs();
        List<String> words = new ArrayList<>(List.of("--driver=" + inputs.get("driver")));
        if (!inputs.get("driver").equals("remote")) {
            String config = first(inputs, "buildkitd-config", "config");
            text(
                    "--buildkitd-config=",
                    config.isEmpty() ? "" : context.workspace().resolve(config).toString(),
                    words);
            String inline = first(inputs, "buildkitd-config-inline", "config-inline");
            if (!inline.isEmpty()) {
                Path file = context.scratch().resolve("buildkitd.toml");
                Files.writeString(file, inline);
                words.add("--buildkitd-config=" + file);
            }
        }
        if (inputs.isTrue("use")) {
            words.add("--use");
        }
        return words;
    }

    private static String first(ActionInputs inputs, String name, String older) {
        return inputs.isGiven(name) ? inputs.get(name) : inputs.isGiven(older) ? inputs.get(older) : "";
    }

    static void text(String flag, String value, List<String> words) {
        if (!value.isEmpty()) {
            words.add(flag + value);
        }
    }

    /** Runs {@code docker buildx} as the job's scripts would. */
    static void buildx(List<String> words, ActionContext context) throws IOException, InterruptedException {
        Map<String, String> environment =
                new LinkedHashMap<>(context.tools().services().environment(context.environment()));
        List<String> command = new ArrayList<>(List.of("runner", "docker", "buildx"));
        command.addAll(words);
        OutputSink lines = OutputSink.lines(context::info);
        RunningProcess process = context.tools()
                .processes()
                .start(new Command(command, environment, context.workspace(), null), lines, lines);
        try {
            if (process.await() != 0) {
                throw ActionFailedException.failed(
                        "docker buildx " + words.getFirst() + " failed; see the lines above", null);
            }
        } catch (InterruptedException e) {
            process.terminate(GRACE);
            throw e;
        }
    }
}
