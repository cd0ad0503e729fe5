package dev.runner.build.embedded.store;

import java.io.IOException;

/** The kernel refused an operation on the store. */
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    SystemCallException(String call, String path, int errno) {
        super(call + " '" + path + "': " + describe(errno) + hint(call, errno));
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

    /** The one call whose refusal has a single cause: no file system forbids device nodes, only rights do. */
    private static String hint(String call, int errno) {
        return call.equals("mknod") && errno == Sys.EPERM
                ? ": a device node needs root with the capability CAP_MKNOD; images, type=oci and type=tar can be made of"
                        + " one by any ordinary user, for whom it is only recorded"
                : "";
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
