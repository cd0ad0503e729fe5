package dev.runner.schedule;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.Scope;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateMap;
import dev.runner.pipeline.TimeLimit;
import dev.runner.plan.StepTitle;
import dev.runner.schedule.Cancellation.Reason;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one attempt of a job, one after the other. Closing it undoes what steps have registered, and stops the
 * clock.
 *
 * <p>A step's <em>outcome</em> is what happened, its <em>conclusion</em> is that after {@code continue-on-error}; only a
 * conclusion can fail the job. When the job is cancelled or out of time, the step that runs is stopped, and those after it
 * run only if their condition says so: they get a cancellation of their own, so that cleaning up is possible.
 */
final class StepSequence implements AutoCloseable {
    private final JobExecution execution;
    private final RunServices services;
    private final JobState state;
    private final Workspaces.Workspace workspace;
    private final @Nullable Duration limit;
    private final @Nullable Future<?> clock;
    private final List<AutoCloseable> cleanups = new ArrayList<>();
    private final Deque<ExtraStep> before = new ArrayDeque<>();
    private final Deque<ExtraStep> after = new ArrayDeque<>();
    private StepExecutor executor;
    private int extra;

    private boolean failed;
    private @Nullable StepFailure decisive;
    private boolean overtime;

    StepSequence(JobExecution execution, JobState state, Workspaces.Workspace workspace, @Nullable Duration limit) {
        this.execution = execution;
        this.services = execution.services();
        this.state = state;
        this.workspace = workspace;
        this.limit = limit;
        this.executor = services.executor();
        this.clock = limit == null ? null : services.after(limit, this::runOut);
    }

    /** The job's time is over. */
    private void runOut() {
        synchronized (this) {
            overtime = true;
        }
        execution.cancel(Reason.TIMEOUT);
    }

    private synchronized boolean overtime() {
        return overtime;
    }

    private Status status() {
        boolean cancelled = execution.cancelled() != null && !overtime();
        boolean failure = failed || overtime();
        return new Status(!failure && !cancelled, failure, cancelled);
    }

    /** Closes something with the sequence, after all that steps register. */
    void closeAtEnd(@Nullable AutoCloseable end) {
        if (end != null) {
            cleanups.add(end);
        }
    }

    /** Runs all of them: what prepares, the job's own, what tidies up. */
    void run(JobOpening opening) {
        before.addAll(opening.before());
        StepExecutor own = opening.executor();
        executor = own == null ? services.executor() : own;
        List<Step> steps = execution.job().job().steps();
        extra = steps.size();
        for (ExtraStep next = before.poll(); next != null; next = before.poll()) {
            next(next);
        }
        for (int index = 0; index < steps.size(); index++) {
            next(index, steps.get(index));
        }
        for (ExtraStep next = after.poll(); next != null; next = after.poll()) {
            next(next);
        }
    }

    private void next(ExtraStep step) {
        Instant start = Instant.now();
        long began = System.nanoTime();
        Reason seen = execution.cancelled();
        StepRef ref =
                new StepRef(execution.ref(), extra++, null, services.masker().mask(step.name()), step.kind());
        try {
            if (execution.killed() || !status().allows(step.condition(), state.scope(status()))) {
                finish(ref, Result.SKIPPED, Result.SKIPPED, Duration.ZERO, StepResult.success());
                return;
            }
        } catch (InvalidSourceException | EvaluationException e) {
            services.emit(new RunEvent.StepStarted(start, ref));
            fail(StepResult.failed(Failures.of(e)));
            finish(ref, Result.FAILURE, Result.FAILURE, since(began), StepResult.failed(Failures.of(e)));
            return;
        }
        services.emit(new RunEvent.StepStarted(start, ref));
        conclude(ref, execute(step.work(), ref, Map.of(), null, seen), false, began);
    }

    /** Runs the next step, or skips it. */
    private void next(int index, Step step) {
        Instant start = Instant.now();
        long began = System.nanoTime();
        Step.Head head = step.head();
        Reason seen = execution.cancelled();
        Scope before = state.scope(status());
        StepRef ref = ref(index, step, before);
        Map<String, String> own;
        Duration time;
        boolean tolerant;
        try {
            if (execution.killed() || !status().allows(head.condition(), before)) {
                finish(ref, Result.SKIPPED, Result.SKIPPED, Duration.ZERO, StepResult.success());
                return;
            }
            own = head.env().texts(before);
            Scope inner = state.scope(status(), own);
            TimeLimit timeout = head.timeout();
            time = timeout == null ? null : timeout.value(inner);
            tolerant = head.continueOnError().isTrue(inner);
        } catch (InvalidSourceException | EvaluationException e) {
            services.emit(new RunEvent.StepStarted(start, ref));
            StepResult result = placed(StepResult.failed(Failures.of(e)), step);
            fail(result);
            finish(ref, Result.FAILURE, Result.FAILURE, since(began), result);
            return;
        }
        services.emit(new RunEvent.StepStarted(start, ref));
        ExtraStep.Work work = context -> executor.execute(step, context);
        conclude(ref, placed(execute(work, ref, own, time, seen), step), tolerant, began);
    }

    /** A failure that is about no other file is about the step. */
    private static StepResult placed(StepResult result, Step step) {
        StepFailure failure = result.failure();
        return failure == null || failure.place() != null
                ? result
                : result.withFailure(failure.withPlace(
                        RunEvent.Annotation.Place.of(step.head().span())));
    }

    private void conclude(StepRef ref, StepResult result, boolean tolerant, long began) {
        boolean cancelled = result.failure() != null && result.failure().kind() == StepFailure.Kind.CANCELLED;
        Result outcome = result.isSuccess() ? Result.SUCCESS : cancelled ? Result.CANCELLED : Result.FAILURE;
        Result conclusion = tolerant && outcome == Result.FAILURE && !overtime() ? Result.SUCCESS : outcome;
        if (conclusion == Result.FAILURE) {
            fail(result);
        }
        state.apply(result);
        finish(ref, outcome, conclusion, since(began), result);
    }

    private void fail(StepResult result) {
        failed = true;
        decisive = decisive == null ? result.failure() : decisive;
    }

    private StepRef ref(int index, Step step, Scope scope) {
        String title = services.masker().mask(StepTitle.of(step, scope));
        return new StepRef(execution.ref(), index, step.head().id(), title, step.kind());
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private void finish(StepRef ref, Result outcome, Result conclusion, Duration took, StepResult result) {
        state.record(ref.id(), result.outputs(), outcome, conclusion);
        Map<String, String> shown = new LinkedHashMap<>();
        result.outputs()
                .forEach((name, value) -> shown.put(name, services.masker().mask(value)));
        services.emit(new RunEvent.StepFinished(
                Instant.now(), ref, outcome, conclusion, took, shown, services.masked(result.failure())));
    }

    private StepResult execute(
            ExtraStep.Work work, StepRef ref, Map<String, String> own, @Nullable Duration time, @Nullable Reason seen) {
        StepCancellation cancellation = execution.begin(seen);
        Future<?> timer = time == null ? null : services.after(time, () -> cancellation.cancel(Reason.TIMEOUT));
        StepResult result;
        try (StepEmitter output = new StepEmitter(ref, services.events(), services.masker())) {
            Path temporary = Files.createDirectory(workspace.temporary().resolve("step-" + (ref.index() + 1)));
            var context = new Context(ref, state.scope(status(), own), own, temporary, cancellation, output);
            result = work.run(context);
        } catch (InterruptedException e) {
            result = StepResult.failed(Failures.of(e));
        } catch (IOException | RuntimeException | Error e) {
            result = StepResult.failed(Failures.of(e));
        } finally {
            if (timer != null) {
                timer.cancel(false);
            }
            execution.end(cancellation);
        }
        Reason reason = cancellation.reason();
        return result.isSuccess() || reason == null ? result : result.withFailure(stopped(reason, time));
    }

    /** A step that was told to stop did not fail by itself, whatever it says. */
    private StepFailure stopped(Reason reason, @Nullable Duration time) {
        if (reason != Reason.TIMEOUT) {
            return Failures.cancelled(reason);
        }
        boolean whole = overtime();
        Duration over = whole ? limit : time;
        return Failures.timeout(whole ? "the job" : "the step", over == null ? Duration.ZERO : over);
    }

    /** How the job ends, with its outputs evaluated. */
    JobExecution.Ending ending(TemplateMap outputs) {
        Status status = status();
        Map<String, String> values = outputs.texts(state.scope(status));
        if (status.cancelled()) {
            return new JobExecution.Ending(Result.CANCELLED, false, values, null);
        }
        StepFailure failure =
                decisive == null && overtime() && limit != null ? Failures.timeout("the job", limit) : decisive;
        return new JobExecution.Ending(status.failed() ? Result.FAILURE : Result.SUCCESS, false, values, failure);
    }

    @Override
    public void close() {
        if (clock != null) {
            clock.cancel(false);
        }
        for (AutoCloseable cleanup : cleanups.reversed()) {
            try {
                cleanup.close();
            } catch (Exception e) {
                execution.warn("cleaning up failed: " + e.getMessage());
            }
        }
        cleanups.clear();
    }

    /** What the executor sees. */
    private final class Context implements StepContext {
        private final StepRef ref;
        private final Scope scope;
        private final Map<String, String> own;
        private final Path temporary;
        private final StepCancellation cancellation;
        private final StepEmitter output;

        Context(
                StepRef ref,
                Scope scope,
                Map<String, String> own,
                Path temporary,
                StepCancellation cancellation,
                StepEmitter output) {
            this.ref = ref;
            this.scope = scope;
            this.own = own;
            this.temporary = temporary;
            this.cancellation = cancellation;
            this.output = output;
        }

        @Override
        public dev.runner.plan.JobRun job() {
            return execution.job();
        }

        @Override
        public StepRef step() {
            return ref;
        }

        @Override
        public Scope scope() {
            return scope;
        }

        @Override
        public Map<String, String> environment() {
            return state.environment(own);
        }

        @Override
        public Map<String, String> variables() {
            return state.variables(own);
        }

        @Override
        public List<String> path() {
            return state.path();
        }

        @Override
        public Path workspace() {
            return workspace.directory();
        }

        @Override
        public Path temporary() {
            return temporary;
        }

        @Override
        public Cancellation cancellation() {
            return cancellation;
        }

        @Override
        public StepOutput output() {
            return output;
        }

        @Override
        public void mask(String value) {
            services.masker().add(value);
        }

        @Override
        public void atJobEnd(AutoCloseable cleanup) {
            cleanups.add(cleanup);
        }

        @Override
        public void addBefore(ExtraStep step) {
            before.addLast(step);
        }

        @Override
        public void addAfter(ExtraStep step) {
            after.addFirst(step);
        }
    }
}
