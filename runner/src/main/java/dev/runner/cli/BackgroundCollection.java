package dev.runner.cli;

import dev.runner.host.process.Executables;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code runner cache gc} in a process of its own that outlives this one: it costs the build nothing but its start, and being
 * killed at any moment does no harm.
 */
final class BackgroundCollection {
    private BackgroundCollection() {}

    /** @param policy in place of the configuration's; empty for that */
    static void start(Map<String, String> environment, String policy) {
        List<String> command = new ArrayList<>();
        Path nice = Executables.find("nice");
        if (nice != null) {
            command.addAll(List.of(nice.toString(), "-n", "19"));
        }
        command.addAll(PipelineRun.launcher(environment));
        command.addAll(List.of("cache", "gc"));
        if (!policy.isEmpty()) {
            command.add("--policy=" + policy);
        }
        // Nothing of ours may stay open in it: whoever reads our output waits for its end.
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .directory(new File("/"));
        try {
            builder.start();
        } catch (IOException e) {
            // The next build tries again.
        }
    }
}
