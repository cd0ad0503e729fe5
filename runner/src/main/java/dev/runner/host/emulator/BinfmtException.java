package dev.runner.host.emulator;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The kernel did not let us register, or what is registered does not work. */
public final class BinfmtException extends IOException {
    private static final long serialVersionUID = 1;

    /** What is wrong, for callers that act on it. */
    public enum Reason {
        /** binfmt_misc is not mounted and cannot be. */
        NOT_MOUNTED,
        /** It is there, but this user may not write to it. */
        NOT_PERMITTED,
        /** The kernel refused the registration itself. */
        REFUSED,
        /** The registration is there, and a tiny foreign program still does not run. */
        NOT_WORKING
    }

    private final Reason reason;

    BinfmtException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
