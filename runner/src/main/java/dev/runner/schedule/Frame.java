package dev.runner.schedule;

import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Call;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.JobGroup;
import dev.runner.plan.JobRun;
import dev.runner.plan.Plan;
import dev.runner.plan.PlanInputs;
import dev.runner.plan.Planner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The jobs of one pipeline in a run: the plan's own, or those of a pipeline that a job calls. Guarded by the run's lock. */
final class Frame {
    private static final String TOKEN = "GITHUB_TOKEN";

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

    /**
     * The jobs of the pipeline that a job calls.
     *
     * @param known every context that is known before the calling job starts
     * @throws dev.runner.source.InvalidSourceException when an input is of another type, or the pipeline cannot be planned
     * @throws dev.runner.expression.EvaluationException when an input cannot be evaluated
     */
    static Frame ofCall(GroupState.Member member, GroupState group, Map<String, Value> known) {
        Call call = Objects.requireNonNull(member.job.job().call());
        Scope scope = Scope.of(known);
        Map<String, Value> contexts = new LinkedHashMap<>(group.frame.base());
        contexts.put("inputs", call.inputs(scope));
        if (call.secrets() != null) {
            contexts.put("secrets", handed(call.secrets().values(scope), group.frame.base()));
        }
        Plan inner = Planner.plan(call.pipeline(), PlanInputs.none().withContexts(contexts));
        return new Frame(inner, inner.contexts(), member);
    }

    /** The secrets that are handed over by name; the run's own token is always among them. */
    private static Value handed(Map<String, Value> given, Map<String, Value> base) {
        Map<String, Value> secrets = new LinkedHashMap<>(given);
        if (base.get("secrets") instanceof Value.Obj all) {
            Value token = all.get(TOKEN);
            if (token != null) {
                secrets.putIfAbsent(TOKEN, token);
            }
        }
        return new Value.Obj(secrets);
    }

    /** What the calling job gives, when all is done. */
    Map<String, String> outputs() {
        Call call =
                Objects.requireNonNull(Objects.requireNonNull(caller).job.job().call());
        Map<String, Value> contexts = new LinkedHashMap<>(base);
        contexts.put("jobs", jobs());
        return call.outputs().texts(Scope.of(contexts));
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
