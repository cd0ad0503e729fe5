package dev.runner.cli;

/** Arguments that are each legal and together make no sense, or name something that is not there. Exits with 2. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
