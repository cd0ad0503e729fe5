package dev.runner.host.posix;

import java.util.Map;

/** Names and meanings of Linux's error numbers, equal on every architecture that a JDK 25 exists for. */
final class Errno {
    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EEXIST = 17;
    static final int EINVAL = 22;
    static final int ERANGE = 34;
    static final int ENAMETOOLONG = 36;
    static final int ENOSYS = 38;
    static final int ENODATA = 61;
    static final int EOPNOTSUPP = 95;

    private record Meaning(String name, String text) {}

    private static final Map<Integer, Meaning> KNOWN = Map.ofEntries(
            entry(1, "EPERM", "operation not permitted"),
            entry(2, "ENOENT", "no such file or directory"),
            entry(3, "ESRCH", "no such process"),
            entry(4, "EINTR", "interrupted"),
            entry(5, "EIO", "input/output error"),
            entry(6, "ENXIO", "no such device or address"),
            entry(8, "ENOEXEC", "exec format error"),
            entry(9, "EBADF", "bad file descriptor"),
            entry(10, "ECHILD", "no child process"),
            entry(11, "EAGAIN", "resource temporarily unavailable"),
            entry(12, "ENOMEM", "out of memory"),
            entry(13, "EACCES", "permission denied"),
            entry(16, "EBUSY", "device or resource busy"),
            entry(17, "EEXIST", "file exists"),
            entry(18, "EXDEV", "not on the same file system"),
            entry(19, "ENODEV", "no such device"),
            entry(20, "ENOTDIR", "not a directory"),
            entry(21, "EISDIR", "is a directory"),
            entry(22, "EINVAL", "invalid argument"),
            entry(23, "ENFILE", "too many open files on the machine"),
            entry(24, "EMFILE", "too many open files"),
            entry(25, "ENOTTY", "not supported by this device"),
            entry(26, "ETXTBSY", "file is being executed"),
            entry(27, "EFBIG", "file too large"),
            entry(28, "ENOSPC", "no space left on device"),
            entry(30, "EROFS", "read-only file system"),
            entry(31, "EMLINK", "too many links"),
            entry(34, "ERANGE", "result too large"),
            entry(36, "ENAMETOOLONG", "file name too long"),
            entry(38, "ENOSYS", "the kernel has no such call"),
            entry(39, "ENOTEMPTY", "directory not empty"),
            entry(40, "ELOOP", "too many symbolic links"),
            entry(61, "ENODATA", "no such attribute"),
            entry(95, "EOPNOTSUPP", "operation not supported"),
            entry(122, "EDQUOT", "disk quota exceeded"));

    private Errno() {}

    static String name(int errno) {
        Meaning meaning = KNOWN.get(errno);
        return meaning == null ? "E" + errno : meaning.name;
    }

    static String describe(int errno) {
        Meaning meaning = KNOWN.get(errno);
        return meaning == null ? "error " + errno : meaning.text + " (" + meaning.name + ")";
    }

    private static Map.Entry<Integer, Meaning> entry(int errno, String name, String text) {
        return Map.entry(errno, new Meaning(name, text));
    }
}
