package dev.runner.step.github;

import dev.runner.schedule.StepFailure;
import org.jspecify.annotations.Nullable;

/** An action could not do what it was asked for. */
public final class ActionFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient StepFailure failure;

    public ActionFailedException(StepFailure failure) {
        super(failure.message(), failure.cause());
        this.failure = failure;
    }

    /** The work went wrong. */
    public static ActionFailedException failed(String message, @Nullable String remedy) {
        return new ActionFailedException(StepFailure.of(StepFailure.Kind.FAILED, message, remedy));
    }

    /** What the step says makes no sense. */
    public static ActionFailedException badInput(String message, @Nullable String remedy) {
        return new ActionFailedException(StepFailure.of(StepFailure.Kind.BAD_INPUT, message, remedy));
    }

    /** The machine has not what it takes. */
    public static ActionFailedException lacking(String message, @Nullable String remedy) {
        return new ActionFailedException(StepFailure.of(StepFailure.Kind.MACHINE_LACKS, message, remedy));
    }

    public StepFailure failure() {
        return failure;
    }
}
