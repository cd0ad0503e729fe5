package dev.runner.schedule;

import dev.runner.secret.Masker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What all jobs of a run share. */
record RunServices(
        StepExecutor executor,
        Workspaces workspaces,
        EventQueue events,
        Masker masker,
        ScheduledExecutorService timer,
        Map<String, String> environment) {
    void emit(RunEvent event) {
        events.emit(event);
    }

    /** A failure that may be shown. */
    @Nullable
    StepFailure masked(@Nullable StepFailure failure) {
        if (failure == null) {
            return null;
        }
        String remedy = failure.remedy() == null ? null : masker.mask(failure.remedy());
        return new StepFailure(
                failure.kind(),
                masker.mask(failure.message()),
                remedy,
                failure.exitCode(),
                failure.retryable(),
                harmless(failure.cause()) ? failure.cause() : null,
                failure.place());
    }

    /** An exception cannot be masked, so one that quotes a secret anywhere stays here. */
    private boolean harmless(@Nullable Throwable cause) {
        if (cause == null) {
            return true;
        }
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text, true));
        return masker.mask(text.toString()).equals(text.toString());
    }

    /** Does something later, unless the future is cancelled or the run ends before. */
    Future<?> after(Duration delay, Runnable action) {
        return timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
