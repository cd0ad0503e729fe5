package dev.runner.registry;

import org.jspecify.annotations.Nullable;

/** A registry, its token service or the way there failed. The message tells people what to do. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, by what can be done about it. */
    public enum Kind {
        /** The registry wants credentials, or other ones: log in. */
        UNAUTHORIZED(false),
        /** The credentials are good and do not suffice. */
        DENIED(false),
        NOT_FOUND(false),
        /** Too many requests, also after waiting. */
        RATE_LIMITED(true),
        /** The registry refuses what was sent, or answers what makes no sense. */
        INVALID(false),
        /** The registry answers 5xx, also after waiting. */
        UNAVAILABLE(true),
        /** Content is not what its digest or size says. */
        DIGEST_MISMATCH(false),
        /** No connection, or a broken one. */
        NETWORK(true),
        /** The registry's certificate is not trusted, or it speaks plain HTTP. */
        TLS(false),
        /** What was to be sent could not be read on this machine. */
        SOURCE(false),
        /** A credential helper or {@code config.json} failed. */
        CREDENTIALS(false),
        /** The thread was interrupted. */
        CANCELLED(false);

        private final boolean retryable;

        Kind(boolean retryable) {
            this.retryable = retryable;
        }
    }

    private final Kind kind;
    private final String host;
    private final String repository;
    private final int status;
    private final String code;

    RegistryException(Kind kind, Where where, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.host = where.host();
        this.repository = where.repository();
        this.status = where.status();
        this.code = where.code();
    }

    /**
     * The place of a failure.
     *
     * @param repository empty when it concerns none
     * @param status 0 when there was no answer
     * @param code the error code of the JSON body, such as {@code MANIFEST_UNKNOWN}; empty when there was none
     */
    record Where(String host, String repository, int status, String code) {
        static Where of(String host) {
            return new Where(host, "", 0, "");
        }
    }

    public Kind kind() {
        return kind;
    }

    /** The host, with its port if that is written. */
    public String host() {
        return host;
    }

    /** The repository's path; empty when the failure concerns none. */
    public String repository() {
        return repository;
    }

    /** The HTTP status; 0 when there was no answer. */
    public int status() {
        return status;
    }

    /** The error code of the registry's answer, such as {@code MANIFEST_UNKNOWN}; empty when it gave none. */
    public String code() {
        return code;
    }

    /** Whether the same call may succeed later. The client itself has tried several times already. */
    public boolean retryable() {
        return kind.retryable;
    }
}
