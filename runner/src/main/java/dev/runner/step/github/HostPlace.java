package dev.runner.step.github;

import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import dev.runner.schedule.Cancellation;
import dev.runner.step.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** This machine. A cancelled process is asked to end as GitHub asks it, and killed ten seconds later. */
final class HostPlace implements StepPlace {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Tools tools;
    private final Map<String, String> machine;

    HostPlace(Tools tools, Map<String, String> machine) {
        this.tools = tools;
        this.machine = machine;
    }

    @Override
    public boolean has(String program) {
        return has(program, machine.getOrDefault("PATH", "/usr/bin:/bin"));
    }

    static boolean has(String program, String path) {
        return find(program, path) != null;
    }

    private static @Nullable Path find(String program, String path) {
        for (String folder : path.split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return Path.of(folder, program);
            }
        }
        return null;
    }

    @Override
    public List<String> node() {
        return has("node") ? List.of("node") : List.of();
    }

    /**
     * This machine's Node for a container.
     *
     * @param folder a new one
     * @return null when there is none
     */
    @Nullable
    MachineNode nodeForContainers(Path folder) throws IOException, InterruptedException {
        Path program = find("node", machine.getOrDefault("PATH", "/usr/bin:/bin"));
        return MachineNode.of(program, folder, tools.processes());
    }

    @Override
    public String inside(Path file) {
        return file.toString();
    }

    @Override
    public Path outside(Path file) {
        return file;
    }

    @Override
    public Map<String, String> environment(Map<String, String> variables, List<String> folders) {
        Map<String, String> all = new LinkedHashMap<>(machine);
        all.putAll(variables);
        all.putIfAbsent("CI", "true");
        Map<String, String> served = new LinkedHashMap<>(tools.services().environment(all));
        if (!folders.isEmpty()) {
            served.merge("PATH", String.join(":", folders), (have, first) -> first + ":" + have);
        }
        return served;
    }

    @Override
    public int run(Launch launch, OutputSink out, OutputSink error, Cancellation cancellation)
            throws IOException, InterruptedException {
        Command command = new Command(launch.command(), launch.environment(), Path.of(launch.directory()), null);
        RunningProcess process = tools.processes().start(command, out, error);
        try (var _ = cancellation.onKill(() -> process.terminate(Duration.ZERO))) {
            return process.await();
        } catch (InterruptedException e) {
            process.terminate(cancellation.isKilled() ? Duration.ZERO : GRACE);
            throw e;
        } catch (IOException | RuntimeException e) {
            process.terminate(Duration.ZERO);
            throw e;
        }
    }
}
