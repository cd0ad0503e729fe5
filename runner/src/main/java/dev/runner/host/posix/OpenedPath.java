package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A path resolved inside a root, as if the root were {@code /}: symbolic links and {@code ..} cannot leave it, also
 * when somebody changes them meanwhile ({@code openat2} with {@code RESOLVE_IN_ROOT}). Holds the inode open. To change
 * a name safely, open its folder and work on {@code path().resolve(name)}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public final class OpenedPath implements AutoCloseable {
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_NO_SYMLINKS = 0x04;
    private static final long RESOLVE_BENEATH = 0x08;
    private static final long RESOLVE_IN_ROOT = 0x10;
    private static final long SIZE_OF_OPEN_HOW = 24;
    private static final int AT_EMPTY_PATH = 0x1000;

    private final int descriptor;
    private boolean closed;

    private OpenedPath(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Resolves a path. Needs Linux 5.6.
     *
     * @param followLast whether a symbolic link as the last part is followed
     * @throws ErrnoException such as ENOENT
     */
    public static OpenedPath inRoot(Path root, String path, boolean followLast) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            return inRoot(scratch, root, scratch.text("openat2", path.isEmpty() ? "." : path), followLast);
        }
    }

    /** Opens what a path names, in its folder; not what it links to if it is a symbolic link. */
    public static OpenedPath itself(Path path) throws IOException {
        Path folder = path.getParent();
        try (Scratch scratch = Scratch.borrow()) {
            return inRoot(scratch, folder == null ? Path.of("/") : folder, scratch.lastName("openat2", path), false);
        }
    }

    /**
     * Opens what lies in a folder, which is trusted.
     *
     * @throws ErrnoException ELOOP when a part of the way, or the end, is a symbolic link
     */
    public static OpenedPath beneath(Path folder, Path path) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment name = scratch.below("openat2", folder, path);
            return open(scratch, folder, name, Descriptors.noFollow(), RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
        }
    }

    private static OpenedPath inRoot(Scratch scratch, Path root, MemorySegment name, boolean followLast)
            throws IOException {
        long resolving = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
        return open(scratch, root, name, followLast ? 0 : Descriptors.noFollow(), resolving);
    }

    private static OpenedPath open(Scratch scratch, Path root, MemorySegment name, long more, long resolving)
            throws IOException {
        int flags = Descriptors.O_PATH | Descriptors.O_CLOEXEC;
        int folder = Descriptors.open(scratch, scratch.path("open", root), flags, 0);
        scratch.check(folder, "open", root);
        try {
            MemorySegment how = scratch.buffer();
            how.set(JAVA_LONG, 0, flags | more);
            how.set(JAVA_LONG, 8, 0);
            how.set(JAVA_LONG, 16, resolving);
            long descriptor;
            do {
                // EAGAIN: somebody renamed a folder, anywhere, while the kernel resolved "..".
                descriptor = Libc.syscall(scratch, SystemCalls.OPENAT2, folder, name, how.address(), SIZE_OF_OPEN_HOW);
            } while (descriptor < 0 && Libc.errno(scratch) == Errno.EAGAIN);
            scratch.check(descriptor, "openat2", root);
            return new OpenedPath((int) descriptor);
        } finally {
            Descriptors.close(scratch, folder);
        }
    }

    /**
     * A path by which other calls reach this very inode, {@code /proc/self/fd/…}; valid until closed. It is a magic
     * link: calls that do not follow links see the link itself, so ask {@link #status()}, and use children's paths.
     */
    public Path path() {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    /** Sets the times of the folder that is open. */
    public void setModified(Instant time) throws IOException {
        PosixFiles.setModified(path().resolve("."), time);
    }

    /** Status of the inode. */
    public FileStatus status() throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            int result = Libc.statx(
                    scratch,
                    descriptor,
                    scratch.text("statx", ""),
                    AT_EMPTY_PATH,
                    PosixFiles.Statuses.BASIC,
                    scratch.buffer());
            scratch.check(result, "statx", path());
            return PosixFiles.Statuses.read(scratch.buffer());
        }
    }

    /** Where it was found, as a path of this machine. */
    public Path realPath() throws IOException {
        return Path.of(PosixFiles.readlink(path()));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try (Scratch scratch = Scratch.borrow()) {
                Descriptors.close(scratch, descriptor);
            }
        }
    }
}
