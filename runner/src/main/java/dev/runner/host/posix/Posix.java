package dev.runner.host.posix;

import java.io.IOException;
import java.nio.file.Path;

/** Processes, mounts and identity, as Linux has them. */
public final class Posix {
    public static final int SIGINT = 2;
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;

    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    private Posix() {}

    /** Whether the calls of this package exist here: Linux, on a 64-bit machine. */
    public static boolean available() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("sun.arch.data.model", "64").equals("64");
    }

    /** The effective user. */
    public static int effectiveUid() {
        try (Scratch scratch = Scratch.borrow()) {
            return Descriptors.geteuid(scratch);
        }
    }

    /** The effective group. */
    public static int effectiveGid() {
        try (Scratch scratch = Scratch.borrow()) {
            return Descriptors.getegid(scratch);
        }
    }

    /** Takes a mount away now and lets go of it when its last user ends. Not an error when nothing is mounted. */
    public static void unmountDetached(Path target) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            if (Libc.umount2(scratch, scratch.path("umount2", target), MNT_DETACH | UMOUNT_NOFOLLOW) < 0
                    && Libc.errno(scratch) != Errno.EINVAL) {
                throw scratch.failure("umount2", target);
            }
        }
    }

    /** Sends a signal to one process; false when there is none. Signal zero only asks. */
    public static boolean signal(long process, int signal) throws IOException {
        if (process <= 1) {
            throw new IllegalArgumentException("not a process of ours: " + process);
        }
        try (Scratch scratch = Scratch.borrow()) {
            if (Descriptors.kill(scratch, Math.toIntExact(process), signal) == 0) {
                return true;
            }
            if (Libc.errno(scratch) == Errno.ESRCH) {
                return false;
            }
            throw scratch.failure("kill", "");
        }
    }

    /** Sends a signal to every process of a group; false when none is left. Signal zero only asks. */
    public static boolean signalGroup(long processGroup, int signal) throws IOException {
        if (processGroup <= 1) {
            throw new IllegalArgumentException("not a process group of ours: " + processGroup);
        }
        try (Scratch scratch = Scratch.borrow()) {
            if (Descriptors.kill(scratch, Math.toIntExact(-processGroup), signal) == 0) {
                return true;
            }
            if (Libc.errno(scratch) == Errno.ESRCH) {
                return false;
            }
            throw scratch.failure("kill", "");
        }
    }
}
