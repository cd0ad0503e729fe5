package dev.runner.build.embedded.store;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The content of a file that was opened by {@link Sys}; owns the descriptor and its loan from the pool. */
final class FdInput extends InputStream {
    private final SysPool pool;
    private final Sys sys;
    private final String path;
    private int fd;

    private FdInput(SysPool pool, Sys sys, int fd, String path) {
        this.pool = pool;
        this.sys = sys;
        this.fd = fd;
        this.path = path;
    }

    /** Opens a file that must not be a symbolic link; a pipe or device is opened without waiting. */
    static FdInput open(SysPool pool, int folder, String name, String path) throws IOException {
        Sys sys = pool.take();
        int fd = sys.open(folder, name, Sys.O_RDONLY | Sys.O_NOFOLLOW | Sys.O_NONBLOCK, 0);
        if (fd < 0) {
            pool.give(sys);
        }
        Sys.check(fd, "open", path);
        return new FdInput(pool, sys, fd, path);
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
