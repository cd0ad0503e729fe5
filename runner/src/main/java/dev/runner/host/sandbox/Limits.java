package dev.runner.host.sandbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox may use; null is no limit.
 *
 * @param cpus how many, such as 1.5
 * @param shmBytes the size of {@code /dev/shm}; null for Docker's 64 MiB
 */
public record Limits(
        @Nullable Long memoryBytes,
        @Nullable Double cpus,
        @Nullable Integer pids,
        @Nullable Long shmBytes,
        List<Ulimit> ulimits) {
    public static final Limits NONE = new Limits(null, null, null, null, List.of());

    /** @param name as the shell's ulimit and Docker have it: {@code nofile}, {@code nproc}, … */
    public record Ulimit(String name, long soft, long hard) {}

    public Limits {
        ulimits = List.copyOf(ulimits);
    }

    /** Whether a control group is needed to keep them. */
    public boolean needControlGroup() {
        return memoryBytes != null || cpus != null || pids != null;
    }
}
