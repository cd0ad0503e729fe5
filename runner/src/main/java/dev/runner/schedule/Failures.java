package dev.runner.schedule;

import dev.runner.expression.EvaluationException;
import dev.runner.schedule.StepFailure.Kind;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.time.Duration;

/** Exceptions as failures that people can read. */
final class Failures {
    private Failures() {}

    static StepFailure of(Throwable thrown) {
        return switch (thrown) {
            case EvaluationException e -> positioned(e.diagnostic()).withCause(e);
            case InvalidSourceException e
            when !e.diagnostics().isEmpty() ->
                positioned(e.diagnostics().getFirst()).withCause(e);
            case IOException e ->
                StepFailure.of(Kind.MACHINE_LACKS, String.valueOf(e.getMessage()), null)
                        .withCause(e);
            default ->
                StepFailure.of(Kind.INTERNAL, thrown.toString(), "this is a fault of runner; please report it")
                        .withCause(thrown);
        };
    }

    private static StepFailure positioned(Diagnostic diagnostic) {
        String message = diagnostic.span().position() + ": " + diagnostic.message();
        return StepFailure.of(Kind.BAD_INPUT, message, diagnostic.remedy());
    }

    static StepFailure timeout(String what, Duration limit) {
        return StepFailure.of(
                Kind.TIMEOUT, what + " ran out of time after " + words(limit), "raise its 'timeout' or make it faster");
    }

    static StepFailure cancelled(Cancellation.Reason reason) {
        String why = reason == Cancellation.Reason.FAIL_FAST
                ? "cancelled because another run of the same matrix has failed"
                : "cancelled";
        return StepFailure.of(Kind.CANCELLED, why, null);
    }

    /** As people write durations: {@code 1h30m}. */
    static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
