package dev.runner.schedule;

import org.jspecify.annotations.Nullable;

/**
 * Why a step failed.
 *
 * @param message what happened, one sentence without a full stop
 * @param remedy what to do about it, or null
 * @param exitCode of the process that failed, or null
 * @param retryable whether doing the same again may help, as with a network fault
 * @param cause the exception behind it, or null
 * @param place the line of a file that is guilty, as one of a Dockerfile; null for the step's own in the pipeline
 */
public record StepFailure(
        Kind kind,
        String message,
        @Nullable String remedy,
        @Nullable Integer exitCode,
        boolean retryable,
        @Nullable Throwable cause,
        RunEvent.Annotation.@Nullable Place place) {
    /** One that is about the step itself. */
    public StepFailure(
            Kind kind,
            String message,
            @Nullable String remedy,
            @Nullable Integer exitCode,
            boolean retryable,
            @Nullable Throwable cause) {
        this(kind, message, remedy, exitCode, retryable, cause, null);
    }

    /** What kind of failure it is; decides the exit code of the program. */
    public enum Kind {
        /** The work itself went wrong. */
        FAILED,
        /** What was asked for makes no sense. */
        BAD_INPUT,
        /** The machine has not what it takes. */
        MACHINE_LACKS,
        TIMEOUT,
        CANCELLED,
        /** A fault of this program. */
        INTERNAL
    }

    public static StepFailure of(Kind kind, String message, @Nullable String remedy) {
        return new StepFailure(kind, message, remedy, null, false, null);
    }

    /** A process that ended with this code. */
    public static StepFailure exit(int code, @Nullable String remedy) {
        return new StepFailure(Kind.FAILED, "the command ended with exit code " + code, remedy, code, false, null);
    }

    public StepFailure withRetryable(boolean value) {
        return new StepFailure(kind, message, remedy, exitCode, value, cause, place);
    }

    public StepFailure withCause(@Nullable Throwable value) {
        return new StepFailure(kind, message, remedy, exitCode, retryable, value, place);
    }

    public StepFailure withPlace(RunEvent.Annotation.@Nullable Place value) {
        return new StepFailure(kind, message, remedy, exitCode, retryable, cause, value);
    }
}
