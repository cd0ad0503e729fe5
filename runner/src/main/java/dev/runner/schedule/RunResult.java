package dev.runner.schedule;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a run ended.
 *
 * @param result {@code SUCCESS}, {@code FAILURE} or {@code CANCELLED}
 * @param totals jobs by result
 * @param failures the kinds of failure of jobs that made the run fail
 */
public record RunResult(
        Result result,
        Duration duration,
        Map<Result, Integer> totals,
        List<JobResult> jobs,
        Set<StepFailure.Kind> failures) {
    public RunResult {
        totals = Map.copyOf(totals);
        jobs = List.copyOf(jobs);
        failures = Set.copyOf(failures);
    }

    /** How one job run ended, in the order of the plan. */
    public record JobResult(JobRef job, Result result, boolean tolerated, Duration duration) {}
}
