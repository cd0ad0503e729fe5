package dev.runner.schedule;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.TimeLimit;
import dev.runner.plan.JobRun;
import dev.runner.schedule.Cancellation.Reason;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One job run from its first attempt to its last. {@link #run} is called once, on the job's own thread; {@link #cancel} and
 * {@link #kill} on any.
 */
final class JobExecution {
    /** After a cancellation, what still runs gets this long, as on GitHub. */
    private static final Duration GRACE = Duration.ofMinutes(5);

    /** How it ended, and what it hands on. */
    record Ending(
            Result result,
            boolean tolerated,
            Map<String, String> outputs,
            @Nullable StepFailure failure) {}

    private final RunServices services;
    private final Pipeline pipeline;
    private final JobRun job;
    private final JobRef ref;
    private final Map<String, Value> known;

    private @Nullable StepCancellation current;
    private @Nullable Reason cancelled;
    private @Nullable Future<?> grace;
    private boolean killed;

    /** @param known every context that is known before the job starts */
    JobExecution(RunServices services, Pipeline pipeline, JobRun job, JobRef ref, Map<String, Value> known) {
        this.services = services;
        this.pipeline = pipeline;
        this.job = job;
        this.ref = ref;
        this.known = known;
    }

    /** Cancels the running step; those after it see {@code cancelled()}. */
    synchronized void cancel(Reason reason) {
        if (cancelled == null) {
            grace = services.after(GRACE, this::kill);
        }
        if (cancelled == null || cancelled == Reason.TIMEOUT) {
            cancelled = reason;
        }
        if (current != null) {
            current.cancel(reason);
        }
    }

    /** Kills the running step; none runs after it. */
    synchronized void kill() {
        killed = true;
        cancelled = cancelled == null ? Reason.CANCELLED : cancelled;
        if (current != null) {
            current.kill(cancelled);
        }
    }

    synchronized @Nullable Reason cancelled() {
        return cancelled;
    }

    synchronized boolean killed() {
        return killed;
    }

    /**
     * Makes the calling thread the one that a cancellation interrupts.
     *
     * @param seen the cancellation that was known when it was decided to do this; a later one hits it at once
     */
    synchronized StepCancellation begin(@Nullable Reason seen) {
        StepCancellation cancellation = new StepCancellation();
        current = cancellation;
        if (killed) {
            cancellation.kill(Reason.CANCELLED);
        } else if (cancelled != null && cancelled != seen) {
            cancellation.cancel(cancelled);
        }
        return cancellation;
    }

    /** A new attempt has its own time. */
    private synchronized void forgetTimeout() {
        if (cancelled == Reason.TIMEOUT && !killed) {
            cancelled = null;
            if (grace != null) {
                grace.cancel(false);
            }
        }
    }

    synchronized void end(StepCancellation cancellation) {
        cancellation.end();
        current = null;
    }

    RunServices services() {
        return services;
    }

    JobRun job() {
        return job;
    }

    JobRef ref() {
        return ref;
    }

    /** Runs it, again if it fails and may be retried; tells its beginnings, not its end. */
    Ending run() {
        Scope scope = Scope.of(known);
        int attempts;
        boolean tolerant;
        Duration limit;
        try {
            TimeLimit timeout = job.job().policy().timeout();
            limit = timeout == null ? null : timeout.value(scope);
            attempts = job.job().policy().retry().most().value(scope) + 1;
            tolerant = job.job().policy().tolerance().any().isTrue(scope);
        } catch (InvalidSourceException | EvaluationException e) {
            return new Ending(Result.FAILURE, false, Map.of(), Failures.of(e));
        }
        for (int attempt = 1; ; attempt++) {
            services.emit(new RunEvent.JobStarted(Instant.now(), ref, attempt, attempts));
            Ending ending = attempt(limit);
            forgetTimeout();
            boolean again = ending.result() == Result.FAILURE && attempt < attempts && triedAgain(ending.failure());
            if (!again || cancelled() != null) {
                boolean tolerated = ending.result() == Result.FAILURE && (tolerant || tolerates(ending.failure()));
                return new Ending(ending.result(), tolerated, ending.outputs(), ending.failure());
            }
            services.emit(new RunEvent.JobRetried(Instant.now(), ref, attempt, attempts));
        }
    }

    private boolean tolerates(@Nullable StepFailure failure) {
        return failure != null
                && failure.exitCode() != null
                && job.job().policy().tolerance().exitCodes().contains(failure.exitCode());
    }

    private boolean triedAgain(@Nullable StepFailure failure) {
        Job.Retry retry = job.job().policy().retry();
        if (retry.causes().isEmpty() && retry.exitCodes().isEmpty()) {
            return mayHelp(failure);
        }
        Integer code = failure == null ? null : failure.exitCode();
        return code != null && retry.exitCodes().contains(code)
                || retry.causes().contains(cause(failure));
    }

    private static Job.Cause cause(@Nullable StepFailure failure) {
        return switch (failure == null ? StepFailure.Kind.FAILED : failure.kind()) {
            case FAILED -> failure == null || failure.exitCode() != null ? Job.Cause.SCRIPT : Job.Cause.SYSTEM;
            case TIMEOUT -> Job.Cause.TIMEOUT;
            case BAD_INPUT, MACHINE_LACKS, INTERNAL -> Job.Cause.SYSTEM;
            case CANCELLED -> Job.Cause.ELSEWHERE;
        };
    }

    private static boolean mayHelp(@Nullable StepFailure failure) {
        return failure == null
                || failure.kind() != StepFailure.Kind.BAD_INPUT && failure.kind() != StepFailure.Kind.MACHINE_LACKS;
    }

    private Ending attempt(@Nullable Duration limit) {
        StepCancellation opening = begin(null);
        Workspaces.Workspace workspace;
        try {
            workspace = services.workspaces().open(job);
        } catch (IOException | RuntimeException e) {
            Reason reason = opening.reason();
            return reason != null
                    ? new Ending(Result.CANCELLED, false, Map.of(), Failures.cancelled(reason))
                    : new Ending(Result.FAILURE, false, Map.of(), Failures.of(e));
        } finally {
            end(opening);
        }
        JobState state = new JobState(known, services.environment(), workspace);
        try (var steps = new StepSequence(this, state, workspace, limit)) {
            JobOpening opened = services.executor()
                    .open(new JobOpening.Site(
                            job,
                            Scope.of(known),
                            services.environment(),
                            workspace.directory(),
                            workspace.temporary()));
            steps.closeAtEnd(opened.end());
            state.add(opened.contexts());
            state.enter(pipeline, job);
            steps.run(opened);
            return steps.ending(job.job().outputs());
        } catch (IOException | InvalidSourceException | EvaluationException e) {
            return new Ending(Result.FAILURE, false, Map.of(), Failures.of(e));
        } finally {
            close(workspace);
        }
    }

    private void close(Workspaces.Workspace workspace) {
        try {
            workspace.close();
        } catch (IOException | RuntimeException e) {
            warn("the workspace could not be removed: " + e.getMessage());
        }
    }

    void warn(String message) {
        services.emit(new RunEvent.Annotation(
                Instant.now(),
                ref,
                null,
                RunEvent.Annotation.Level.WARNING,
                services.masker().mask(message),
                null));
    }
}
