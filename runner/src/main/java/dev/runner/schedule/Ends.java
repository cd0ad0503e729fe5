package dev.runner.schedule;

import dev.runner.schedule.GroupState.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How all jobs of a run together ended. */
final class Ends {
    private Ends() {}

    /**
     * A run in which a job was cancelled, for a newer one took its place, is cancelled itself unless another one failed.
     *
     * <p>A job that calls a pipeline is not counted beside the jobs of that, unless it never called it.
     */
    static RunResult result(List<Frame> frames, boolean cancelled, Duration took, Set<StepFailure.Kind> failures) {
        Map<Result, Integer> totals = new EnumMap<>(Result.class);
        List<RunResult.JobResult> results = new ArrayList<>();
        boolean failed = false;
        for (Frame frame : frames) {
            for (GroupState group : frame.groups()) {
                for (Member member : group.members) {
                    RunResult.JobResult one = member.result;
                    if (one != null) {
                        failed |= one.result() == Result.FAILURE && !one.tolerated();
                        if (member.called == null) {
                            results.add(one);
                            totals.merge(one.result(), 1, Integer::sum);
                        }
                    }
                }
            }
        }
        boolean stopped = cancelled || !failed && totals.containsKey(Result.CANCELLED);
        Result result = stopped ? Result.CANCELLED : failed ? Result.FAILURE : Result.SUCCESS;
        return new RunResult(result, took, totals, results, failures);
    }
}
