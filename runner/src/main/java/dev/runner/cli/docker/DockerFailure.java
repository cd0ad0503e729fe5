package dev.runner.cli.docker;

/** Ends a command with a text for standard error and an exit code. */
final class DockerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What Docker's own command line ends with when a flag or the daemon is at fault. */
    static final int DAEMON = 125;

    private final int code;

    DockerFailure(String message, int code) {
        super(message);
        this.code = code;
    }

    /** The common kind: exit code 1. */
    static DockerFailure of(String message) {
        return new DockerFailure(message, 1);
    }

    /** What Docker's engine answers to a request that it cannot fulfil. */
    static DockerFailure ofDaemon(String message) {
        return of("Error response from daemon: " + message);
    }

    /** What Buildx says. */
    static DockerFailure ofBuildx(String message) {
        return of("ERROR: " + message);
    }

    int code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
