package dev.runner.cli;

import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessResult;
import dev.runner.host.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Programs that some features use, and a Docker engine with Buildx, which only the engine {@code buildkit} needs. */
final class ToolHealth {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Programs with what they are for and the package that brings them. */
    private static final List<Map.Entry<String, List<String>>> TOOLS = List.of(
            Map.entry("git", List.of("scripts of pipelines that call it; checkouts need none", "git")),
            Map.entry("ip", List.of("networks of containers", "iproute2")),
            Map.entry("slirp4netns", List.of("the whole network for containers of ordinary users", "slirp4netns")),
            Map.entry("ssh-agent", List.of("build steps with --ssh", "openssh-client")));

    private final HealthReport report;
    private final ProcessRunner processes;

    ToolHealth(HealthReport report, ProcessRunner processes) {
        this.report = report;
        this.processes = processes;
    }

    void check() throws InterruptedException {
        report.part("programs");
        for (Map.Entry<String, List<String>> tool : TOOLS) {
            Path found = Executables.find(tool.getKey());
            report.say(
                    found != null,
                    tool.getKey(),
                    found == null ? "not installed; for " + tool.getValue().getFirst() : found.toString(),
                    "apt-get install " + tool.getValue().getLast());
        }
        engine();
    }

    private void engine() throws InterruptedException {
        report.part("engine: buildkit");
        if (Executables.find("docker") == null) {
            report.say(
                    false,
                    "docker",
                    "not installed; only engine: buildkit needs it",
                    "apt-get install docker.io docker-buildx");
            return;
        }
        String server = answer("docker", "version", "--format", "{{.Server.Version}}");
        report.say(
                server != null,
                "docker",
                server == null ? "no engine answers" : "engine " + server,
                "systemctl start docker, or DOCKER_HOST=…, and membership in the group docker");
        String buildx = answer("docker", "buildx", "version");
        report.say(
                buildx != null, "buildx", buildx == null ? "not installed" : buildx, "apt-get install docker-buildx");
    }

    /** The first line that a program prints; null when it fails or takes too long. */
    private @Nullable String answer(String... words) throws InterruptedException {
        CompletableFuture<ProcessResult> result = new CompletableFuture<>();
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                result.complete(processes.run(Command.of(words).inheritingEnvironment()));
            } catch (IOException | InterruptedException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            ProcessResult ended = result.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            String text = ended.stdoutText().strip();
            return ended.succeeded() && !text.isEmpty()
                    ? text.lines().findFirst().orElse(null)
                    : null;
        } catch (ExecutionException e) {
            return null;
        } catch (TimeoutException e) {
            asking.interrupt();
            return null;
        }
    }
}
