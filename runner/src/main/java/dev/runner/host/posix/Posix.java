package dev.runner.host.posix;

import java.io.IOException;
import java.nio.file.Path;

/** Processes, mounts and identity, as Linux has them. */
public final class Posix {
    private Posix() {}

    /** Whether the calls of this package exist here: Linux, on a 64-bit machine. */
    public static boolean available() {
        throw new UnsupportedOperationException();
    }

    /** The effective user. */
    public static int effectiveUid() {
        throw new UnsupportedOperationException();
    }

    /** The effective group. */
    public static int effectiveGid() {
        throw new UnsupportedOperationException();
    }

    /** Takes a mount away now and lets go of it when its last user ends. Not an error when nothing is mounted. */
    public static void unmountDetached(Path target) throws IOException {
        throw new UnsupportedOperationException(target.toString());
    }

    /** Sends a signal to every process of a group; false when none is left. */
    public static boolean signalGroup(long processGroup, int signal) throws IOException {
        throw new UnsupportedOperationException(processGroup + " " + signal);
    }
}
