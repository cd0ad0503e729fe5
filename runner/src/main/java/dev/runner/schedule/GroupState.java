package dev.runner.schedule;

import dev.runner.expression.Value;
import dev.runner.pipeline.Job;
import dev.runner.plan.JobGroup;
import dev.runner.plan.JobRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One job's runs while the plan runs. Guarded by the run's lock. */
final class GroupState {
    /** A run of the job, and how far it is. */
    static final class Member {
        final JobRun job;
        final JobRef ref;

        @Nullable
        JobExecution execution;

        /** The jobs of the pipeline that it calls, once it does. */
        @Nullable
        Frame called;

        /** Whether it has succeeded in an earlier run and was not run again. */
        boolean kept;

        final long began = System.nanoTime();

        RunResult.@Nullable JobResult result;

        Member(JobRun job) {
            this.job = job;
            this.ref = new JobRef(job.key(), job.id(), job.name());
        }
    }

    final Frame frame;
    JobGroup group;
    final List<GroupState> needs = new ArrayList<>();
    final List<GroupState> dependents = new ArrayList<>();
    final List<Member> members = new ArrayList<>();
    private final Map<String, String> outputs = new LinkedHashMap<>();
    int running;
    boolean opened;
    /** Whether a run has failed and its siblings shall not go on. */
    boolean failedFast;
    /** Whether it waits for a person who does not come, and so do those after it. */
    boolean held;
    /** Whether later stages wait with it. */
    boolean blocking;
    /** Whether its delay is over; null before it has begun. */
    @Nullable
    Boolean delayOver;

    private @Nullable Boolean ancestorFailed;

    GroupState(Frame frame, JobGroup group) {
        this.frame = frame;
        this.group = group;
    }

    String id() {
        return group.id();
    }

    /** @param lowest the lowest stage that is not done */
    boolean ready(int lowest) {
        return !opened
                && (!start().afterStages() || start().stage() <= lowest)
                && needs.stream().allMatch(GroupState::done);
    }

    Job.Start start() {
        return group.job().start();
    }

    /** Whether all of it comes from an earlier run. */
    boolean kept() {
        return done() && members.stream().allMatch(member -> member.kept);
    }

    boolean done() {
        return opened && members.stream().allMatch(member -> member.result != null);
    }

    void open(List<JobRun> runs) {
        opened = true;
        runs.forEach(run -> members.add(new Member(frame.named(run))));
    }

    /** Whether one more run may start, as far as {@code max-parallel} says. */
    boolean hasRoom(Member member) {
        int most = member.job.cell().maxParallel();
        return most == 0 || running < most;
    }

    /** The last run to end wins, but an empty text never replaces another. */
    void mergeOutputs(Map<String, String> values) {
        values.forEach((name, value) -> outputs.merge(name, value, (old, next) -> next.isEmpty() ? old : next));
    }

    /** For {@code needs.<id>.result}: a tolerated failure is a success. */
    Result result() {
        boolean cancelled = false;
        boolean skipped = true;
        for (Member member : members) {
            RunResult.JobResult end = member.result;
            Result one = end == null || end.tolerated() ? Result.SUCCESS : end.result();
            if (one == Result.FAILURE) {
                return Result.FAILURE;
            }
            cancelled |= one == Result.CANCELLED;
            skipped &= one == Result.SKIPPED;
        }
        return cancelled ? Result.CANCELLED : skipped ? Result.SKIPPED : Result.SUCCESS;
    }

    /** The entry in the context {@code needs}. */
    Value asNeed() {
        Map<String, Value> entry = new LinkedHashMap<>();
        entry.put("result", Value.of(result().word()));
        entry.put("outputs", Value.of(outputs));
        return new Value.Obj(entry);
    }

    /** Whether all jobs it needs have succeeded. */
    boolean needsSucceeded() {
        return needs.stream().allMatch(need -> need.result() == Result.SUCCESS);
    }

    /** Whether a job it needs has failed, directly or through others. */
    boolean ancestorFailed() {
        if (ancestorFailed == null) {
            boolean failed = false;
            for (GroupState need : needs) {
                failed |= need.result() == Result.FAILURE || need.ancestorFailed();
            }
            // All that it needs is done when somebody asks, so the answer stays.
            ancestorFailed = failed;
        }
        return ancestorFailed;
    }
}
