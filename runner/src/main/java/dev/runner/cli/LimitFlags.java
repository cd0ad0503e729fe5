package dev.runner.cli;

import dev.runner.build.RunLimits;
import dev.runner.host.sandbox.Limits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What RUN steps may use: Docker's flags, and those of {@code docker run} that {@code docker buildx build} lacks. */
final class LimitFlags {
    @Option(
            names = {"-m", "--memory"},
            paramLabel = "SIZE",
            description = "Memory of a RUN step, as 512m or 2g (needs control groups).")
    @Nullable
    String memory;

    @Option(
            names = "--cpus",
            paramLabel = "NUMBER",
            description = "Processors of a RUN step, as 1.5 (needs control groups).")
    @Nullable
    String cpus;

    @Option(
            names = "--pids-limit",
            paramLabel = "NUMBER",
            description = "Processes of a RUN step (needs control groups).")
    @Nullable
    String pids;

    @Option(names = "--shm-size", paramLabel = "SIZE", description = "Size of /dev/shm of RUN steps (default: 64m).")
    @Nullable
    String shm;

    @Option(
            names = "--ulimit",
            paramLabel = "NAME=SOFT[:HARD]",
            description = "A limit of RUN steps, as nofile=1024:4096.")
    List<String> ulimits = new ArrayList<>();

    @Option(
            names = "--cgroup-parent",
            paramLabel = "GROUP",
            description = "The control group that RUN steps' groups are in.")
    @Nullable
    String parent;

    /** @throws IllegalArgumentException with a message for people */
    Limits limits() {
        return new RunLimits(memory, cpus, pids, shm, ulimits, parent).limits();
    }
}
