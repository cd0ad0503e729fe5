package dev.runner.schedule;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.JobGroup;
import dev.runner.plan.JobRun;
import dev.runner.plan.Plan;
import dev.runner.plan.Planner;
import dev.runner.schedule.Cancellation.Reason;
import dev.runner.schedule.GroupState.Member;
import dev.runner.secret.Secret;
import dev.runner.secret.Secrets;
import dev.runner.source.InvalidSourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A plan being run. All state is guarded by this object's monitor and changes at few moments only: the start, the end of
 * a job, a cancellation. After each of them {@link #advance} opens the groups whose needs are done and starts what may
 * start, so nothing polls and no thread waits for another job.
 */
final class PlanRun implements Run {
    private final Plan plan;
    private final RunServices services;
    private final int slots;
    private final Map<String, GroupState> groups = new LinkedHashMap<>();
    private final List<Member> waiting = new ArrayList<>();
    private final Map<Member, GroupState> owners = new LinkedHashMap<>();
    private final Set<StepFailure.Kind> failures = EnumSet.noneOf(StepFailure.Kind.class);
    private final Map<String, Value> base;
    private final CompletableFuture<RunResult> end = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private int running;
    private boolean cancelled;
    private boolean killed;
    private boolean finished;

    PlanRun(Plan plan, Secrets secrets, RunServices services, int slots) {
        this.plan = plan;
        this.services = services;
        this.slots = slots;
        this.base = new LinkedHashMap<>(plan.contexts());
        base.put("secrets", secrets(plan.pipeline(), secrets));
        for (JobGroup group : plan.groups()) {
            GroupState state = new GroupState(group);
            groups.put(group.id(), state);
            for (Job.Need need : group.job().needs()) {
                GroupState needed = groups.get(need.job());
                if (needed != null) {
                    state.needs.add(needed);
                    needed.dependents.add(state);
                }
            }
        }
    }

    /** Only declared ones can be read. */
    private static Value secrets(Pipeline pipeline, Secrets secrets) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (Pipeline.SecretName name : pipeline.secrets()) {
            Secret secret = secrets.find(name.name());
            values.put(name.name(), Value.of(secret == null ? "" : secret.reveal()));
        }
        return new Value.Obj(values);
    }

    synchronized void start() {
        List<JobRef> refs = plan.jobs().stream()
                .map(job -> new JobRef(job.key(), job.id(), job.name()))
                .toList();
        services.emit(new RunEvent.RunStarted(
                Instant.now(), services.masker().mask(plan.pipeline().name()), refs));
        advance();
    }

    @Override
    public synchronized void cancel() {
        if (finished) {
            return;
        }
        killed = cancelled;
        cancelled = true;
        services.emit(new RunEvent.CancelRequested(Instant.now(), killed));
        for (Member member : owners.keySet()) {
            JobExecution execution = member.execution;
            if (execution != null && killed) {
                execution.kill();
            } else if (execution != null) {
                execution.cancel(Reason.CANCELLED);
            }
        }
        advance();
    }

    @Override
    public RunResult await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /** Opens, starts and skips all that can be, until nothing more changes. */
    private void advance() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (GroupState group : groups.values()) {
                if (!group.opened && group.ready(lowestStage())) {
                    open(group);
                    changed = true;
                }
            }
            for (Member member : List.copyOf(waiting)) {
                changed |= consider(member);
            }
        }
        if (!finished && groups.values().stream().allMatch(GroupState::done)) {
            finish();
        }
    }

    /** The needs are done: works out an open matrix and puts the runs into the queue. */
    private void open(GroupState group) {
        if (group.group.open() && !skippedAsWhole(group)) {
            try {
                group.group = Planner.expand(group.group, scope(group, Map.of()));
            } catch (InvalidSourceException | EvaluationException e) {
                JobRun whole = whole(group.group.job());
                group.open(List.of(whole));
                Member member = group.members.getFirst();
                owners.put(member, group);
                conclude(member, new JobExecution.Ending(Result.FAILURE, false, Map.of(), Failures.of(e)), 0);
                return;
            }
            List<JobRun> runs = group.group.runs();
            services.emit(new RunEvent.JobsAdded(
                    Instant.now(),
                    group.id(),
                    runs.stream()
                            .map(run -> new JobRef(run.key(), run.id(), run.name()))
                            .toList()));
            group.open(runs);
        } else {
            group.open(group.group.open() ? List.of(whole(group.group.job())) : group.group.runs());
        }
        group.members.forEach(member -> {
            owners.put(member, group);
            waiting.add(member);
        });
    }

    /** A job that will not run needs no matrix, which could not be worked out from jobs that were skipped. */
    private boolean skippedAsWhole(GroupState group) {
        var condition = group.group.job().condition();
        if (killed) {
            return true;
        }
        if (condition != null && condition.contexts().contains("matrix")) {
            return !condition.usesStatusFunction() && !status(group).succeeded();
        }
        try {
            return !status(group).allows(condition, scope(group, Map.of()));
        } catch (EvaluationException e) {
            return true;
        }
    }

    private static JobRun whole(Job job) {
        return new JobRun(job.id(), job.id(), job, new JobRun.Cell(new Value.Obj(Map.of()), 0, 1, true, 0));
    }

    /** Of the jobs not yet done. */
    private int lowestStage() {
        return groups.values().stream()
                .filter(group -> !group.done())
                .mapToInt(group -> group.start().stage())
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    private List<GroupState> before(GroupState group) {
        return groups.values().stream()
                .filter(other -> other.start().stage() < group.start().stage())
                .toList();
    }

    private Status status(GroupState group) {
        if (group.start().afterStages()) {
            boolean failed = false;
            boolean stopped = false;
            for (GroupState earlier : before(group)) {
                Result result = earlier.result();
                failed |= result == Result.FAILURE;
                stopped |= result == Result.CANCELLED;
            }
            return new Status(!failed && !stopped && !cancelled, failed, cancelled);
        }
        return new Status(group.needsSucceeded() && !cancelled, group.ancestorFailed(), cancelled);
    }

    private Scope scope(GroupState group, Map<String, Value> more) {
        return Scope.of(known(group, more));
    }

    private Map<String, Value> known(GroupState group, Map<String, Value> more) {
        Map<String, Value> known = new LinkedHashMap<>(base);
        Map<String, Value> needs = new LinkedHashMap<>();
        group.needs.forEach(need -> needs.put(need.id(), need.asNeed()));
        known.put("needs", new Value.Obj(needs));
        known.putAll(more);
        return known;
    }

    /** Starts a waiting job or decides that it will never run; false when it has to wait on. */
    private boolean consider(Member member) {
        GroupState group = owner(member);
        if (killed || group.failedFast) {
            waiting.remove(member);
            Reason reason = killed ? Reason.CANCELLED : Reason.FAIL_FAST;
            conclude(member, new JobExecution.Ending(Result.CANCELLED, false, Map.of(), Failures.cancelled(reason)), 0);
            return true;
        }
        if (!cancelled && (running >= slots || !group.hasRoom(member))) {
            return false;
        }
        Map<String, Value> known = known(
                group,
                Map.of(
                        "matrix",
                        member.job.cell().values(),
                        "strategy",
                        member.job.cell().strategy()));
        try {
            if (!status(group).allows(member.job.job().condition(), Scope.of(known))) {
                waiting.remove(member);
                Result result = cancelled ? Result.CANCELLED : Result.SKIPPED;
                conclude(member, new JobExecution.Ending(result, false, Map.of(), null), 0);
                return true;
            }
        } catch (EvaluationException e) {
            waiting.remove(member);
            conclude(member, new JobExecution.Ending(Result.FAILURE, false, Map.of(), Failures.of(e)), 0);
            return true;
        }
        if (held(group)) {
            waiting.remove(member);
            conclude(member, new JobExecution.Ending(Result.SKIPPED, false, Map.of(), null), 0);
            return true;
        }
        if (running >= slots || !group.hasRoom(member) || delayed(group) || taken(group)) {
            return false;
        }
        waiting.remove(member);
        launch(member, group, known);
        return true;
    }

    /** Whether nobody starts it, or something it waits for. */
    private boolean held(GroupState group) {
        Job.Start start = group.start();
        boolean waits = group.needs.stream().anyMatch(need -> need.held)
                || start.afterStages() && before(group).stream().anyMatch(other -> other.blocking);
        boolean manual =
                start.cue() instanceof Job.Cue.Manual && !plan.started().contains(group.id());
        group.held = group.held || waits || manual;
        Flag tolerated = group.group.job().policy().tolerance().any();
        group.blocking = group.held && (waits || !tolerated.isTrue(scope(group, Map.of())));
        return group.held;
    }

    /** Whether its delay is not yet over; begins it. */
    private boolean delayed(GroupState group) {
        if (!(group.start().cue() instanceof Job.Cue.Delayed(Duration delay))) {
            return false;
        }
        if (group.delayOver == null) {
            group.delayOver = false;
            services.after(delay, () -> delayOver(group));
        }
        return !group.delayOver;
    }

    private synchronized void delayOver(GroupState group) {
        group.delayOver = true;
        advance();
    }

    /** Whether another job has what only one may have. */
    private boolean taken(GroupState group) {
        String resource = group.start().resource();
        return resource != null
                && groups.values().stream()
                        .anyMatch(other -> other.running > 0
                                && resource.equals(other.start().resource()));
    }

    private GroupState owner(Member member) {
        GroupState group = owners.get(member);
        if (group == null) {
            throw new IllegalStateException("no group has " + member.ref);
        }
        return group;
    }

    private void launch(Member member, GroupState group, Map<String, Value> known) {
        JobExecution execution = new JobExecution(services, plan.pipeline(), member.job, member.ref, known);
        member.execution = execution;
        running++;
        group.running++;
        Thread.ofVirtual().name("job " + member.ref.key()).start(() -> {
            long start = System.nanoTime();
            JobExecution.Ending ending;
            try {
                ending = execution.run();
            } catch (RuntimeException | Error e) {
                ending = new JobExecution.Ending(Result.FAILURE, false, Map.of(), Failures.of(e));
            }
            ended(member, ending, System.nanoTime() - start);
        });
    }

    private synchronized void ended(Member member, JobExecution.Ending ending, long nanos) {
        GroupState group = owner(member);
        running--;
        group.running--;
        member.execution = null;
        conclude(member, ending, nanos);
        boolean failed = ending.result() == Result.FAILURE && !ending.tolerated();
        if (failed && member.job.cell().failFast() && group.members.size() > 1) {
            group.failedFast = true;
            for (Member sibling : group.members) {
                if (sibling.execution != null) {
                    sibling.execution.cancel(Reason.FAIL_FAST);
                }
            }
        }
        advance();
    }

    private void conclude(Member member, JobExecution.Ending ending, long nanos) {
        Duration took = Duration.ofNanos(nanos);
        member.result = new RunResult.JobResult(member.ref, ending.result(), ending.tolerated(), took);
        owner(member).mergeOutputs(ending.outputs());
        if (ending.result() == Result.FAILURE && !ending.tolerated()) {
            failures.add(
                    ending.failure() == null
                            ? StepFailure.Kind.FAILED
                            : ending.failure().kind());
        }
        Map<String, String> shown = new LinkedHashMap<>();
        ending.outputs()
                .forEach((name, value) -> shown.put(name, services.masker().mask(value)));
        services.emit(new RunEvent.JobFinished(
                Instant.now(),
                member.ref,
                ending.result(),
                ending.tolerated(),
                took,
                shown,
                services.masked(ending.failure())));
    }

    private void finish() {
        finished = true;
        services.timer().shutdownNow();
        Map<Result, Integer> totals = new EnumMap<>(Result.class);
        List<RunResult.JobResult> results = new ArrayList<>();
        boolean failed = false;
        for (GroupState group : groups.values()) {
            for (Member member : group.members) {
                RunResult.JobResult one = member.result;
                if (one != null) {
                    results.add(one);
                    totals.merge(one.result(), 1, Integer::sum);
                    failed |= one.result() == Result.FAILURE && !one.tolerated();
                }
            }
        }
        Result result = cancelled ? Result.CANCELLED : failed ? Result.FAILURE : Result.SUCCESS;
        RunResult all = new RunResult(result, Duration.ofNanos(System.nanoTime() - began), totals, results, failures);
        services.emit(new RunEvent.RunFinished(Instant.now(), all));
        Thread.ofVirtual().name("run end").start(() -> settle(all));
    }

    /** Not under the lock: a listener may ask this run to cancel. */
    private void settle(RunResult all) {
        services.events().awaitEnd();
        @Nullable Throwable fault = services.events().fault();
        if (fault == null) {
            end.complete(all);
        } else {
            end.completeExceptionally(fault);
        }
    }
}
