package dev.runner.schedule;

import org.jspecify.annotations.Nullable;

/** Tells a step that it should stop. */
public interface Cancellation {
    /** Why it should stop. */
    enum Reason {
        /** Somebody asked for it. */
        CANCELLED,
        /** The step or its job has run out of time. */
        TIMEOUT,
        /** Another run of the same matrix has failed. */
        FAIL_FAST
    }

    /** Null while it may go on. */
    @Nullable
    Reason reason();

    default boolean isCancelled() {
        return reason() != null;
    }

    /** Whether to stop at once, without waiting for anything to end by itself. */
    boolean isKilled();

    /** Calls this once when cancelled, or now if it already is, on any thread. Closing takes it back. */
    Registration onCancel(Runnable action);

    /** Calls this once when killed, or now if it already is, on any thread. Closing takes it back. */
    Registration onKill(Runnable action);

    /** Taken back by closing. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
