package dev.runner.checkout;

import org.jspecify.annotations.Nullable;

/** A checkout that did not come about. Messages never hold credentials. */
public final class CheckoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String repository;

    CheckoutException(Reason reason, String repository, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.repository = Location.redacted(repository);
    }

    public Reason reason() {
        return reason;
    }

    /** The repository, without user and password. */
    public String repository() {
        return repository;
    }

    /** Whether the same checkout may succeed when it is tried again. */
    public boolean retryable() {
        return reason == Reason.NETWORK;
    }

    /** What stood in the way. */
    public enum Reason {
        /** No repository is there. */
        NOT_FOUND,
        /** The repository has no commit. */
        EMPTY,
        /** The repository has no such branch, tag or commit. */
        NO_SUCH_REF,
        /** Several commits begin with the short SHA. */
        AMBIGUOUS_REF,
        /** The server wants other credentials, or does not know its visitor. */
        UNAUTHORIZED,
        /** The server's key is not the known one, or is not known. */
        UNKNOWN_HOST_KEY,
        /** The server did not answer, or stopped in the middle. */
        NETWORK,
        /** The repository, a submodule or a path in it is refused because it could do harm. */
        UNSAFE,
        /** The request cannot be met: the folder is taken, or the options contradict each other. */
        UNSUPPORTED,
        /** Objects are missing or broken. */
        CORRUPT,
        /** The folder could not be written. */
        STORAGE
    }
}
