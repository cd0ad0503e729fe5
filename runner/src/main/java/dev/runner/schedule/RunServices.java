package dev.runner.schedule;

import dev.runner.secret.Masker;
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
                failure.cause());
    }

    /** Does something later, unless the future is cancelled or the run ends before. */
    Future<?> after(Duration delay, Runnable action) {
        return timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
