package dev.runner.host.posix;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A path resolved inside a root, as if the root were {@code /}: symbolic links and {@code ..} cannot leave it, also
 * when somebody changes them meanwhile ({@code openat2} with {@code RESOLVE_IN_ROOT}). Holds the inode open.
 */
public final class OpenedPath implements AutoCloseable {
    private OpenedPath() {}

    /**
     * Resolves a path.
     *
     * @param followLast whether a symbolic link as the last part is followed
     * @throws ErrnoException such as ENOENT
     */
    public static OpenedPath inRoot(Path root, String path, boolean followLast) throws IOException {
        throw new UnsupportedOperationException(root + path + followLast);
    }

    /** A path by which other calls reach this very inode, {@code /proc/self/fd/…}; valid until closed. */
    public Path path() {
        throw new UnsupportedOperationException();
    }

    /** Where it was found, as a path of this machine. */
    public Path realPath() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
