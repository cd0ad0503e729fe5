package dev.runner.schedule;

import dev.runner.expression.Value;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.JobGroup;
import dev.runner.plan.JobRun;
import dev.runner.plan.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The jobs of one pipeline in a run: the plan's own, or those of a pipeline that a job calls. Guarded by the run's lock. */
final class Frame {
    private final Plan plan;
    private final Map<String, Value> base;
    private final Map<String, GroupState> groups = new LinkedHashMap<>();
    /** The job that calls the pipeline; null for the plan's own. */
    private final GroupState.@Nullable Member caller;
    /** Whether none of its jobs may start any more, since another run of the calling job has failed. */
    boolean stopped;

    /** @param base the contexts that all its jobs see, {@code secrets} among them */
    Frame(Plan plan, Map<String, Value> base, GroupState.@Nullable Member caller) {
        this.plan = plan;
        this.base = base;
        this.caller = caller;
        for (JobGroup group : plan.groups()) {
            GroupState state = new GroupState(this, group);
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

    Pipeline pipeline() {
        return plan.pipeline();
    }

    Plan plan() {
        return plan;
    }

    Map<String, Value> base() {
        return base;
    }

    GroupState.@Nullable Member caller() {
        return caller;
    }

    Iterable<GroupState> groups() {
        return groups.values();
    }

    /** A run with the name of the calling job before its own, as in {@code release / build}. */
    JobRun named(JobRun run) {
        return caller == null
                ? run
                : new JobRun(
                        caller.ref.key() + " / " + run.key(),
                        caller.ref.name() + " / " + run.name(),
                        run.job(),
                        run.cell());
    }

    List<JobRef> refs() {
        return plan.jobs().stream()
                .filter(run -> run.job().call() == null)
                .map(this::named)
                .map(run -> new JobRef(run.key(), run.id(), run.name()))
                .toList();
    }

    /** Whether all of it comes from an earlier run. */
    boolean kept() {
        return groups.values().stream().allMatch(GroupState::kept);
    }

    boolean done() {
        return groups.values().stream().allMatch(GroupState::done);
    }

    /** Of the jobs not yet done. */
    int lowestStage() {
        return groups.values().stream()
                .filter(group -> !group.done())
                .mapToInt(group -> group.start().stage())
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    List<GroupState> before(GroupState group) {
        return groups.values().stream()
                .filter(other -> other.start().stage() < group.start().stage())
                .toList();
    }

    /** What the status functions answer before a job starts. */
    Status status(GroupState group, boolean cancelled) {
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

    /** The contexts that are known before a job starts. */
    Map<String, Value> known(GroupState group, Map<String, Value> more) {
        Map<String, Value> known = new LinkedHashMap<>(base);
        Map<String, Value> needs = new LinkedHashMap<>();
        group.needs.forEach(need -> needs.put(need.id(), need.asNeed()));
        known.put("needs", new Value.Obj(needs));
        known.putAll(more);
        return known;
    }

    /** The context {@code jobs}: as {@code needs}, of all jobs. */
    Value jobs() {
        Map<String, Value> jobs = new LinkedHashMap<>();
        groups.values().forEach(group -> jobs.put(group.id(), group.asNeed()));
        return new Value.Obj(jobs);
    }

    /** How all its jobs together ended. */
    Result result() {
        boolean cancelled = false;
        boolean skipped = true;
        for (GroupState group : groups.values()) {
            Result one = group.result();
            if (one == Result.FAILURE) {
                return Result.FAILURE;
            }
            cancelled |= one == Result.CANCELLED;
            skipped &= one == Result.SKIPPED;
        }
        return cancelled ? Result.CANCELLED : skipped && !groups.isEmpty() ? Result.SKIPPED : Result.SUCCESS;
    }
}
