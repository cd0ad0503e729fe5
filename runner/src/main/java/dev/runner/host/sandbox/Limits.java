package dev.runner.host.sandbox;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox may use; null is no limit.
 *
 * @param cpus how many, such as 1.5
 * @param parent the control group that the sandbox's own is made in; null for the machine's top
 * @param shmBytes the size of {@code /dev/shm}; null for Docker's 64 MiB
 */
public record Limits(
        @Nullable Long memoryBytes,
        @Nullable Double cpus,
        @Nullable Integer pids,
        @Nullable Long shmBytes,
        List<Ulimit> ulimits,
        @Nullable String parent) {
    public static final Limits NONE = new Limits(null, null, null, null, List.of(), null);

    /** @param name as the shell's ulimit and Docker have it: {@code nofile}, {@code nproc}, … */
    public record Ulimit(String name, long soft, long hard) {
        private static final Set<String> NAMES = Set.of(
                ("core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack as")
                        .split(" "));

        public Ulimit {
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("there is no limit '" + name + "'");
            }
        }
    }

    /** In this program's own control group. */
    public Limits(
            @Nullable Long memoryBytes,
            @Nullable Double cpus,
            @Nullable Integer pids,
            @Nullable Long shmBytes,
            List<Ulimit> ulimits) {
        this(memoryBytes, cpus, pids, shmBytes, ulimits, null);
    }

    public Limits {
        ulimits = List.copyOf(ulimits);
    }

    /** A size as people write it. */
    static String show(@Nullable Long bytes) {
        if (bytes == null) {
            return "none";
        }
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : bytes + " bytes";
    }

    /** Whether a control group is needed to keep them. */
    public boolean needControlGroup() {
        return memoryBytes != null || cpus != null || pids != null || parent != null;
    }
}
