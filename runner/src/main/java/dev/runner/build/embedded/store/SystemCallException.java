package dev.runner.build.embedded.store;

import java.io.IOException;

/** The kernel refused an operation on the store. */
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    SystemCallException(String call, String path, int errno) {
        super(call + " '" + path + "': " + describe(errno));
        this.call = call;
        this.errno = errno;
    }

    /** The system call. */
    public String call() {
        return call;
    }

    /** Linux's error number. */
    public int errno() {
        return errno;
    }

    private static String describe(int errno) {
        return switch (errno) {
            case Sys.EPERM -> "operation not permitted";
            case Sys.ENOENT -> "no such file or directory";
            case Sys.EACCES -> "permission denied";
            case Sys.EEXIST -> "file exists";
            case Sys.ENOTDIR -> "not a directory";
            case Sys.ENOSPC -> "no space left on the device";
            case Sys.EROFS -> "the file system is read-only";
            case Sys.ENAMETOOLONG -> "name too long";
            case Sys.ELOOP -> "too many symbolic links";
            default -> "error " + errno;
        };
    }
}
