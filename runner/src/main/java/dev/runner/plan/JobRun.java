package dev.runner.plan;

import dev.runner.expression.Value;
import dev.runner.pipeline.Job;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One run of a job: a cell of its matrix, or the job itself.
 *
 * @param key unique in the plan: the job's id, then the matrix values in parentheses, as in {@code image (slim)}
 * @param name what people see; equal to the key unless the job has a name of its own
 */
public record JobRun(String key, String name, Job job, Cell cell) {
    /** The job's id. */
    public String id() {
        return job.id();
    }

    /**
     * A place in a matrix.
     *
     * @param values the context {@code matrix}; empty for a job without one
     * @param index from 0
     * @param total how many runs the job has
     * @param failFast whether a failure cancels the job's other runs
     * @param maxParallel how many of them run at once; 0 for no limit
     */
    public record Cell(Value.Obj values, int index, int total, boolean failFast, int maxParallel) {
        /** The context {@code strategy}. */
        public Value.Obj strategy() {
            Map<String, Value> entries = new LinkedHashMap<>();
            entries.put("fail-fast", Value.of(failFast));
            entries.put("job-index", Value.of(index));
            entries.put("job-total", Value.of(total));
            entries.put("max-parallel", Value.of(maxParallel == 0 ? total : maxParallel));
            return new Value.Obj(entries);
        }
    }
}
