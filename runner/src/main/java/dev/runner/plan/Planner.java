package dev.runner.plan;

import dev.runner.expression.Scope;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.InvalidSourceException;

/** Works out matrix, needs and the job filter. */
public final class Planner {
    /** Most runs of one job, as on GitHub. */
    public static final int MATRIX_LIMIT = 256;

    private Planner() {}

    /**
     * The plan of a pipeline.
     *
     * @throws InvalidSourceException with every fault: an unknown or missing variable, a platform that is none, a matrix
     *     of a wrong shape or more than {@link #MATRIX_LIMIT} runs, a job filter that names nothing
     */
    public static Plan plan(Pipeline pipeline, PlanInputs inputs) {
        throw new UnsupportedOperationException(pipeline.name() + inputs);
    }

    /**
     * Works out an open group when the jobs it needs are done.
     *
     * @param scope with {@code needs} besides the plan's contexts
     * @throws InvalidSourceException when the matrix is of a wrong shape or too large
     */
    public static JobGroup expand(JobGroup group, Scope scope) {
        throw new UnsupportedOperationException(group.id() + scope);
    }
}
