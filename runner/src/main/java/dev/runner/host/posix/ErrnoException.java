package dev.runner.host.posix;

import java.io.IOException;

/** A system call that failed, with the kernel's reason. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;
    private final String call;
    private final String path;

    ErrnoException(int errno, String call, String path) {
        super(call + (path.isEmpty() ? "" : " " + path) + ": " + Errno.describe(errno));
        this.errno = errno;
        this.call = call;
        this.path = path;
    }

    /** The number, as Linux has it. */
    public int errno() {
        return errno;
    }

    /** The symbol, such as {@code ENOENT}. */
    public String errnoName() {
        return Errno.name(errno);
    }

    /** The system call, such as {@code lchown}. */
    public String call() {
        return call;
    }

    /** What it was asked about; empty when there is no path. */
    public String path() {
        return path;
    }

    /** Whether the symbol is one of those given. */
    public boolean is(String... names) {
        for (String name : names) {
            if (name.equals(errnoName())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the kernel refused for want of a right. */
    public boolean isPermission() {
        return is("EPERM", "EACCES", "EROFS");
    }

    /** Whether the file system or kernel does not know how. */
    public boolean isUnsupported() {
        return is("EOPNOTSUPP", "ENOSYS", "EINVAL", "EXDEV", "ENOTTY");
    }
}
