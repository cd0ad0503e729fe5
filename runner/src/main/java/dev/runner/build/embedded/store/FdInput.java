package dev.runner.build.embedded.store;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** The content of a file that was opened by {@link Sys}; owns the descriptor and its loan from the pool. */
final class FdInput extends InputStream {
    private static final int FLAGS = Sys.O_RDONLY | Sys.O_NOFOLLOW | Sys.O_NONBLOCK;

    private final SysPool pool;
    private final Sys sys;
    private final String path;
    private int fd;
    private @Nullable FileStat opened;

    private FdInput(SysPool pool, Sys sys, int fd, String path) {
        this.pool = pool;
        this.sys = sys;
        this.fd = fd;
        this.path = path;
    }

    /** Opens a regular file that no symbolic link stands for. */
    static FdInput open(SysPool pool, int folder, String name, String path) throws IOException {
        return open(pool, path, sys -> sys.open(folder, name, FLAGS, 0));
    }

    /** As {@link #open}, but no part of the path may be a symbolic link. */
    static FdInput openBeneath(SysPool pool, int folder, String path) throws IOException {
        return open(pool, path, sys -> sys.openBeneath(folder, path, FLAGS));
    }

    /** Makes a descriptor. */
    private interface Opening {
        int open(Sys sys);
    }

    /** What has become a pipe or a device since it was listed is not waited for and not read. */
    private static FdInput open(SysPool pool, String path, Opening opening) throws IOException {
        Sys sys = pool.take();
        int fd = opening.open(sys);
        if (fd < 0) {
            pool.give(sys);
        }
        FdInput content = new FdInput(pool, sys, (int) Sys.check(fd, "open", path), path);
        try {
            FileStat stat = content.stat();
            content.opened = stat;
            if (!stat.isFile()) {
                throw new FileSystemException(path, null, "is no regular file");
            }
            return content;
        } catch (IOException e) {
            content.close();
            throw e;
        }
    }

    /** The status that it had when it was opened. */
    FileStat opened() throws IOException {
        return opened == null ? stat() : opened;
    }

    /** Status of the very file that is read. */
    FileStat stat() throws IOException {
        FileStat stat = sys.stat(fd, "");
        if (stat == null) {
            throw new NoSuchFileException(path);
        }
        return stat;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (fd < 0) {
            throw new IOException("'" + path + "' is closed");
        }
        if (length == 0) {
            return 0;
        }
        int n = (int) Sys.check(sys.read(fd, length), "read", path);
        if (n == 0) {
            return -1;
        }
        MemorySegment.copy(sys.io(), ValueLayout.JAVA_BYTE, 0, bytes, offset, n);
        return n;
    }

    @Override
    public void close() {
        if (fd >= 0) {
            sys.close(fd);
            fd = -1;
            pool.give(sys);
        }
    }
}
