package dev.runner.host.sandbox;

import java.nio.file.Path;

/**
 * Something mounted over the root. Targets are absolute paths inside; missing ones are made, and unmade at the end.
 * Symbolic links in a target are followed inside the root only.
 */
public sealed interface SandboxMount {
    String target();

    /** A folder or file of this machine; what is written goes there. */
    record Bind(Path source, String target, boolean readOnly) implements SandboxMount {
        public Bind {
            requireAbsolute(target);
        }
    }

    /** A device file of this machine, or a folder of them, which opens inside as it does outside. */
    record Device(Path source, String target) implements SandboxMount {
        public Device {
            requireAbsolute(target);
        }
    }

    /**
     * A folder of this machine that may be written, where what is written is thrown away: BuildKit's
     * {@code --mount=type=bind,rw}.
     *
     * @param scratch an empty folder of the caller's, on a file system that can be an overlay's upper
     */
    record Discarded(Path source, String target, Path scratch) implements SandboxMount {
        public Discarded {
            requireAbsolute(target);
        }
    }

    /**
     * An empty folder in memory.
     *
     * @param sizeBytes zero for the kernel's default, half of memory
     * @param mode permission bits, such as 01777
     */
    record Tmpfs(String target, long sizeBytes, int mode) implements SandboxMount {
        public Tmpfs {
            requireAbsolute(target);
        }
    }

    /** A file in memory, for secrets: its bytes never touch a disk. Read-only. */
    record Content(String target, byte[] bytes, int mode, int uid, int gid) implements SandboxMount {
        public Content {
            requireAbsolute(target);
            bytes = bytes.clone();
        }
    }

    private static void requireAbsolute(String target) {
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("a mount's target must be absolute: " + target);
        }
    }
}
