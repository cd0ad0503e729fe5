package dev.runner.host.sandbox;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A sandbox that could not be set up: the command did not run. */
public final class SandboxException extends IOException {
    private static final long serialVersionUID = 1;

    /** What was wrong, for callers that act on it. */
    public enum Reason {
        /** The sandbox's own programs are missing or may not work here. */
        UNAVAILABLE,
        /** A mount or folder could not be made. */
        SETUP,
        /** The program is not in the root. */
        NOT_FOUND,
        /** The program is for another architecture, and no emulator is registered. */
        WRONG_ARCHITECTURE,
        /** A limit or mode that this sandbox cannot keep. */
        UNSUPPORTED
    }

    private final Reason reason;

    public SandboxException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
