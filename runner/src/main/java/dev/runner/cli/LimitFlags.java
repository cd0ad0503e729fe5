package dev.runner.cli;

import dev.runner.build.RunLimits;
import dev.runner.host.sandbox.Limits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What RUN steps may use: Docker's flags, and those of {@code docker run} that {@code docker buildx build} lacks. */
final class LimitFlags implements Flags.Declaring {
    @Nullable
    String memory;

    @Nullable
    String cpus;

    @Nullable
    String pids;

    @Nullable
    String shm;

    List<String> ulimits = new ArrayList<>();

    @Nullable
    String parent;

    @Override
    public void declare(Flags flags) {
        flags.option("-m", "--memory")
                .label("SIZE")
                .says("Memory of a RUN step, as 512m or 2g (needs control groups).")
                .value(String.class, value -> memory = value);
        flags.option("--cpus")
                .label("NUMBER")
                .says("Processors of a RUN step, as 1.5 (needs control groups).")
                .value(String.class, value -> cpus = value);
        flags.option("--pids-limit")
                .label("NUMBER")
                .says("Processes of a RUN step (needs control groups).")
                .value(String.class, value -> pids = value);
        flags.option("--shm-size")
                .label("SIZE")
                .says("Size of /dev/shm of RUN steps (default: 64m).")
                .value(String.class, value -> shm = value);
        flags.option("--ulimit")
                .label("NAME=SOFT[:HARD]")
                .says("A limit of RUN steps, as nofile=1024:4096.")
                .values(String.class, values -> ulimits = values);
        flags.option("--cgroup-parent")
                .label("GROUP")
                .says("The control group that RUN steps' groups are in.")
                .value(String.class, value -> parent = value);
    }

    /** @throws IllegalArgumentException with a message for people */
    Limits limits() {
        return new RunLimits(memory, cpus, pids, shm, ulimits, parent).limits();
    }
}
