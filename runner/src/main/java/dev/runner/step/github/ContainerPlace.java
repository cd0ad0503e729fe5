package dev.runner.step.github;

import dev.runner.build.Containers.Streams;
import dev.runner.build.container.ContainerExec;
import dev.runner.build.container.RunningContainer;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import dev.runner.schedule.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The job's container, with the job's folders where GitHub has them. */
final class ContainerPlace implements StepPlace {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration PROBE = Duration.ofSeconds(20);

    private final RunningContainer container;
    private final Map<Path, String> mounts;
    private final Map<String, Boolean> programs = new ConcurrentHashMap<>();

    /** @param mounts where folders of this machine are in it; an inner folder stands before the one around it */
    ContainerPlace(RunningContainer container, Map<Path, String> mounts) {
        this.container = container;
        this.mounts = new LinkedHashMap<>(mounts);
    }

    @Override
    public boolean has(String program) {
        return programs.computeIfAbsent(program, this::probe);
    }

    @Override
    public List<String> node() {
        if (has("node")) {
            return List.of("node");
        }
        List<String> own = List.of(MachineNode.PROGRAM, MachineNode.LAUNCHER);
        return own.stream()
                .filter(program -> programs.computeIfAbsent(program, _ -> ends(program, "--version")))
                .findFirst()
                .map(List::of)
                .orElse(List.of());
    }

    private boolean probe(String program) {
        return ends("sh", "-c", "command -v \"$1\"", "sh", program);
    }

    /** Whether a program ends well. */
    private boolean ends(String... command) {
        try {
            RunningProcess process = container.exec(
                    ContainerExec.of(command),
                    new Streams(
                            InputStream.nullInputStream(),
                            OutputStream.nullOutputStream(),
                            OutputStream.nullOutputStream()));
            if (!process.await(PROBE)) {
                process.terminate(Duration.ZERO);
                return false;
            }
            return process.await() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String inside(Path file) {
        for (Map.Entry<Path, String> mount : mounts.entrySet()) {
            if (file.startsWith(mount.getKey())) {
                String rest = mount.getKey().relativize(file).toString();
                return rest.isEmpty() ? mount.getValue() : mount.getValue() + "/" + rest;
            }
        }
        return file.toString();
    }

    @Override
    public Path outside(Path file) {
        Path best = file;
        int length = 0;
        for (Map.Entry<Path, String> mount : mounts.entrySet()) {
            Path target = Path.of(mount.getValue());
            if (file.startsWith(target) && target.getNameCount() > length) {
                best = mount.getKey().resolve(target.relativize(file).toString());
                length = target.getNameCount();
            }
        }
        return best;
    }

    @Override
    public Map<String, String> environment(Map<String, String> variables, List<String> folders) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putIfAbsent("CI", "true");
        all.putIfAbsent("HOME", "/github/home");
        if (!folders.isEmpty()) {
            String rest = variables.getOrDefault("PATH", path());
            all.put("PATH", String.join(":", folders) + ":" + rest);
        }
        return all;
    }

    private String path() {
        return container.details().config().config().env().stream()
                .filter(entry -> entry.startsWith("PATH="))
                .map(entry -> entry.substring("PATH=".length()))
                .findFirst()
                .orElse("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    @Override
    public int run(Launch launch, OutputSink out, OutputSink error, Cancellation cancellation)
            throws IOException, InterruptedException {
        String program = launch.command().getFirst();
        if (!program.contains("/") && !has(program)) {
            throw new ProgramMissingException(program);
        }
        ContainerExec exec = ContainerExec.of(launch.command())
                .withEnvironment(launch.environment())
                .in(launch.directory());
        RunningProcess process = container.exec(
                exec, new Streams(InputStream.nullInputStream(), SinkStream.of(out), SinkStream.of(error)));
        try (var _ = cancellation.onKill(() -> process.terminate(Duration.ZERO))) {
            int code = process.await();
            out.end();
            error.end();
            return code;
        } catch (InterruptedException e) {
            process.terminate(cancellation.isKilled() ? Duration.ZERO : GRACE);
            throw e;
        } catch (IOException | RuntimeException e) {
            process.terminate(Duration.ZERO);
            throw e;
        }
    }

    /** Runs a shell with a terminal of its own to its end. */
    void interact(
            List<String> command, Map<String, String> environment, String directory, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        ContainerExec exec = ContainerExec.of(command)
                .withEnvironment(environment)
                .in(directory)
                .withTerminal();
        RunningProcess process = container.exec(exec, new Streams(in, out, out));
        try {
            process.await();
        } finally {
            process.terminate(Duration.ZERO);
        }
    }
}
