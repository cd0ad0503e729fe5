package dev.runner.host.posix;

/** Numbers of the system calls that are made without a function of the C library's. */
final class SystemCalls {
    /** The same on every architecture, as all calls since Linux 5.0 are. */
    static final long OPENAT2 = 437;

    private SystemCalls() {}

    /** Under its own name in the C library only since glibc 2.33. */
    static long mknodat() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> 259;
            case "s390x" -> 290;
            case "ppc64le", "ppc64" -> 288;
            default -> 33;
        };
    }
}
