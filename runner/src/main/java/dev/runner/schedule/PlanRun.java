package dev.runner.schedule;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
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
import java.util.EnumSet;
import java.util.HashSet;
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
    private final Map<String, Map<String, String>> kept;
    private final Inputs.@Nullable Elsewhere elsewhere;
    private final Set<String> dropped = new HashSet<>();
    private final Turns turns = new Turns();
    private final Claims claims;
    private final int slots;
    /** The plan's own, then those of pipelines that jobs call, each after the one it was called from. */
    private final List<Frame> frames = new ArrayList<>();

    private final List<Member> waiting = new ArrayList<>();
    private final Map<Member, GroupState> owners = new LinkedHashMap<>();
    private final Set<StepFailure.Kind> failures = EnumSet.noneOf(StepFailure.Kind.class);
    private final CompletableFuture<RunResult> end = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private int running;
    private boolean cancelled;
    private boolean killed;
    private boolean finished;

    PlanRun(Plan plan, Inputs inputs, RunServices services, int slots) {
        this.plan = plan;
        this.kept = inputs.kept();
        this.elsewhere = inputs.elsewhere();
        this.services = services;
        this.claims = new Claims(this, services.executor());
        this.slots = slots;
        Map<String, Value> base = new LinkedHashMap<>(plan.contexts());
        base.put("secrets", secrets(plan.pipeline(), inputs.secrets()));
        frames.add(new Frame(plan, base, null));
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
        List<JobRef> refs = frames.getFirst().refs();
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
    public synchronized void giveUp() {
        if (finished) {
            return;
        }
        frames.forEach(frame -> frame.stopped = true);
        owners.keySet().forEach(member -> stop(member, Reason.FAIL_FAST));
        advance();
    }

    @Override
    public synchronized void cancelJobs(Set<String> ids) {
        if (finished) {
            return;
        }
        dropped.addAll(ids);
        owners.forEach((member, group) -> {
            if (ids.contains(group.id())) {
                stop(member, Reason.CANCELLED);
            }
        });
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
            for (Frame frame : List.copyOf(frames)) {
                changed |= open(frame);
            }
            for (Member member : List.copyOf(waiting)) {
                changed |= consider(member);
            }
            for (Frame frame : List.copyOf(frames).reversed()) {
                changed |= leave(frame);
            }
        }
        if (!finished && frames.getFirst().done()) {
            finish();
        }
    }

    /** Opens the groups whose needs are done; whether there was one. */
    private boolean open(Frame frame) {
        boolean changed = false;
        int lowest = frame.lowestStage();
        for (GroupState group : frame.groups()) {
            if (!group.opened && group.ready(lowest)) {
                open(group);
                changed = true;
            }
        }
        return changed;
    }

    /** The needs are done: works out an open matrix and puts the runs into the queue. */
    private void open(GroupState group) {
        if (group.group.open() && !skippedAsWhole(group)) {
            try {
                group.group = Planner.expand(group.group, scope(group));
            } catch (InvalidSourceException | EvaluationException e) {
                JobRun whole = whole(group.group.job());
                group.open(List.of(whole));
                Member member = group.members.getFirst();
                owners.put(member, group);
                conclude(member, new JobExecution.Ending(Result.FAILURE, false, Map.of(), Failures.of(e)), 0);
                return;
            }
            List<JobRun> runs = group.group.runs();
            group.open(runs);
            announce(group, group.members.stream().map(member -> member.ref).toList());
        } else {
            group.open(group.group.open() ? List.of(whole(group.group.job())) : group.group.runs());
        }
        group.members.forEach(member -> {
            owners.put(member, group);
            waiting.add(member);
        });
    }

    /** Tells of jobs that nobody could know of before; a job that calls a pipeline is told of by the jobs of that. */
    private void announce(GroupState group, List<JobRef> refs) {
        if (group.group.job().call() == null) {
            services.emit(new RunEvent.JobsAdded(Instant.now(), group.id(), refs));
        }
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
            return !status(group).allows(condition, scope(group));
        } catch (EvaluationException e) {
            return true;
        }
    }

    private static JobRun whole(Job job) {
        return new JobRun(job.id(), job.id(), job, new JobRun.Cell(new Value.Obj(Map.of()), 0, 1, true, 0));
    }

    private Status status(GroupState group) {
        return group.frame.status(group, cancelled);
    }

    private static Scope scope(GroupState group) {
        return Scope.of(group.frame.known(group, Map.of()));
    }

    /** Starts a waiting job or decides that it will never run; false when it has to wait on. */
    private boolean consider(Member member) {
        if (member.result != null) {
            return false; // Another one of its group has taken its place just now.
        }
        GroupState group = owner(member);
        if (keep(member, group) || recall(member)) {
            return true;
        }
        boolean unwanted = killed || dropped.contains(group.id());
        if (unwanted || group.failedFast || group.frame.stopped) {
            waiting.remove(member);
            Reason reason = unwanted ? Reason.CANCELLED : Reason.FAIL_FAST;
            conclude(member, new JobExecution.Ending(Result.CANCELLED, false, Map.of(), Failures.cancelled(reason)), 0);
            return true;
        }
        boolean waits = running >= slots && member.job.job().call() == null;
        if (!cancelled && (waits || !group.hasRoom(member))) {
            return false;
        }
        Map<String, Value> known = group.frame.known(
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
        if (elsewhere != null && elsewhere.has(member.ref)) {
            waiting.remove(member);
            StepFailure failure =
                    StepFailure.of(StepFailure.Kind.FAILED, "it ran elsewhere and has left no result", null);
            conclude(member, new JobExecution.Ending(Result.FAILURE, false, Map.of(), failure), 0);
            return true;
        }
        boolean calls = member.job.job().call() != null;
        if ((running >= slots && !calls) || !group.hasRoom(member) || delayed(group) || taken(member, group)) {
            return false;
        }
        try {
            Job.Turn turn = group.start().turn();
            if (!turns.has(member, turn, Scope.of(known), this::replace)
                    || turn != null && !hasTurn(member, turn, known)) {
                return false;
            }
        } catch (InvalidSourceException | EvaluationException e) {
            waiting.remove(member);
            conclude(member, new JobExecution.Ending(Result.FAILURE, false, Map.of(), Failures.of(e)), 0);
            return true;
        }
        waiting.remove(member);
        if (calls) {
            enter(member, group, known);
        } else {
            launch(member, group, known);
        }
        return true;
    }

    /** What has succeeded before stays so, unless something that it needs is run again. */
    private boolean keep(Member member, GroupState group) {
        Map<String, String> outputs = kept.get(member.ref.key());
        if (outputs == null || killed || !group.needs.stream().allMatch(GroupState::kept)) {
            return false;
        }
        waiting.remove(member);
        member.kept = true;
        conclude(member, new JobExecution.Ending(Result.SUCCESS, false, outputs, null), 0);
        return true;
    }

    /** What has ended on another machine ends so here. */
    private boolean recall(Member member) {
        Inputs.Ended ended = elsewhere == null || !elsewhere.has(member.ref)
                ? null
                : elsewhere.ended().get(member.ref.key());
        if (ended == null) {
            return false;
        }
        waiting.remove(member);
        conclude(member, new JobExecution.Ending(ended.result(), false, ended.outputs(), null), 0);
        return true;
    }

    /** Cancels a job because a newer one of its concurrency group takes its place. */
    private void replace(Member member) {
        if (member.execution != null || member.called != null) {
            stop(member, Reason.CANCELLED);
        } else if (member.result == null) {
            waiting.remove(member);
            StepFailure failure = StepFailure.of(
                    StepFailure.Kind.CANCELLED, "a newer job of its concurrency group has taken its place", null);
            conclude(member, new JobExecution.Ending(Result.CANCELLED, false, Map.of(), failure), 0);
        }
    }

    /** Whether nobody starts it, or something it waits for. */
    private boolean held(GroupState group) {
        Job.Start start = group.start();
        boolean waits = group.needs.stream().anyMatch(need -> need.held)
                || start.afterStages() && group.frame.before(group).stream().anyMatch(other -> other.blocking);
        boolean manual =
                start.cue() instanceof Job.Cue.Manual && !plan.started().contains(group.id());
        group.held = group.held || waits || manual;
        Flag tolerated = group.group.job().policy().tolerance().any();
        group.blocking = group.held && (waits || !tolerated.isTrue(scope(group)));
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

    /** Whether another job, of this run or another, has what only one may have. */
    private boolean taken(Member member, GroupState group) {
        String resource = group.start().resource();
        return resource != null && (claims.isTaken(resource, member) || !claims.has(member, resource));
    }

    /** Whether it has its turn among other runs, too. */
    private boolean hasTurn(Member member, Job.Turn turn, Map<String, Value> known) {
        Scope scope = Scope.of(known);
        String name = turn.group().text(scope);
        return name.isEmpty()
                || claims.hasTurn(
                        member, new StepExecutor.Turn(name, turn.cancelRunning().isTrue(scope), turn.queues()));
    }

    /** A job of another run has taken the place of this one. */
    synchronized void replaced(Member member) {
        if (!finished && member.result == null) {
            replace(member);
            advance();
        }
    }

    /** Tells that a job of another run has what this one waits for. */
    void waitsFor(Member member, String words) {
        services.emit(new RunEvent.Annotation(
                Instant.now(),
                member.ref,
                null,
                RunEvent.Annotation.Level.NOTICE,
                services.masker().mask(words),
                null));
    }

    /** What a job has waited for is there, or never will be. */
    synchronized void claimed(Member member, @Nullable Exception fault) {
        if (fault != null && waiting.remove(member)) {
            conclude(member, new JobExecution.Ending(Result.FAILURE, false, Map.of(), Failures.of(fault)), 0);
        }
        advance();
    }

    private GroupState owner(Member member) {
        GroupState group = owners.get(member);
        if (group == null) {
            throw new IllegalStateException("no group has " + member.ref);
        }
        return group;
    }

    private void launch(Member member, GroupState group, Map<String, Value> known) {
        JobExecution execution = new JobExecution(services, group.frame.pipeline(), member.job, member.ref, known);
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

    /** Begins the jobs of the pipeline that a job calls. */
    private void enter(Member member, GroupState group, Map<String, Value> known) {
        Frame frame;
        try {
            frame = Frame.ofCall(member, group, known);
        } catch (InvalidSourceException | EvaluationException e) {
            conclude(member, new JobExecution.Ending(Result.FAILURE, false, Map.of(), Failures.of(e)), 0);
            return;
        }
        member.called = frame;
        group.running++;
        frames.add(frame);
        List<JobRef> refs = frame.refs();
        if (!refs.isEmpty()) {
            services.emit(new RunEvent.JobsAdded(Instant.now(), group.id(), refs));
        }
    }

    /** Ends the calling job when all jobs of the pipeline are done. */
    private boolean leave(Frame frame) {
        Member member = frame.caller();
        if (member == null || member.result != null || !frame.done()) {
            return false;
        }
        JobExecution.Ending ending;
        try {
            ending = new JobExecution.Ending(frame.result(), false, frame.outputs(), null);
        } catch (EvaluationException e) {
            ending = new JobExecution.Ending(Result.FAILURE, false, Map.of(), Failures.of(e));
        }
        GroupState group = owner(member);
        group.running--;
        member.kept = frame.kept();
        conclude(member, ending, System.nanoTime() - member.began);
        failFast(group, member, ending);
        return true;
    }

    private synchronized void ended(Member member, JobExecution.Ending ending, long nanos) {
        GroupState group = owner(member);
        running--;
        group.running--;
        member.execution = null;
        conclude(member, ending, nanos);
        failFast(group, member, ending);
        advance();
    }

    private static void failFast(GroupState group, Member member, JobExecution.Ending ending) {
        boolean failed = ending.result() == Result.FAILURE && !ending.tolerated();
        if (failed && member.job.cell().failFast() && group.members.size() > 1) {
            group.failedFast = true;
            group.members.forEach(sibling -> stop(sibling, Reason.FAIL_FAST));
        }
    }

    /** Cancels a job that runs, or all jobs of the pipeline that it calls. */
    private static void stop(Member member, Reason reason) {
        if (member.execution != null) {
            member.execution.cancel(reason);
        }
        if (member.called != null) {
            member.called.stopped = true;
            member.called.groups().forEach(group -> group.members.forEach(inner -> stop(inner, reason)));
        }
    }

    private void conclude(Member member, JobExecution.Ending ending, long nanos) {
        Duration took = Duration.ofNanos(nanos);
        claims.release(member);
        member.result = new RunResult.JobResult(member.ref, ending.result(), ending.tolerated(), took);
        owner(member).mergeOutputs(ending.outputs());
        if (member.called != null) {
            return; // Its jobs have told all there is to tell.
        }
        if (member.job.job().call() != null) {
            services.emit(new RunEvent.JobsAdded(Instant.now(), member.ref.id(), List.of(member.ref)));
        }
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
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        RunResult all = Ends.result(frames, cancelled, took, failures);
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
