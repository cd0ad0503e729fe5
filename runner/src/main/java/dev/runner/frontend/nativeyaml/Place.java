package dev.runner.frontend.nativeyaml;

import dev.runner.expression.AllowedNames;
import org.jspecify.annotations.Nullable;

/**
 * Where an expression stands, which decides the names it may use.
 *
 * @param job null outside of jobs
 * @param step the index of the step it belongs to; 0 before the steps, beyond the last after them; of a variable, how
 *     many are above it
 */
record Place(AllowedNames allowed, @Nullable String job, int step) {
    private static final String[] PLANNED = {"variables", "platforms", "commit", "runner"};
    private static final String[] STATUS = {"success(0,0)", "failure(0,0)", "always(0,0)", "cancelled(0,0)"};

    static final Place PLATFORMS = top(Integer.MAX_VALUE, "variables", "commit", "runner");
    static final Place ENVIRONMENT = top(Integer.MAX_VALUE, "variables", "platforms", "commit", "runner", "secrets");

    static final Place REGISTRY = top(Integer.MAX_VALUE, "variables", "secrets");

    /** The value of a variable, which may read the variables above it. */
    static Place variable(int index) {
        return new Place(AllowedNames.of("variables", "commit", "runner"), null, index);
    }

    private static Place top(int above, String... names) {
        return new Place(AllowedNames.of(names), null, above);
    }

    private static Place in(String job, int step, String... more) {
        String[] names = java.util.Arrays.copyOf(PLANNED, PLANNED.length + more.length);
        System.arraycopy(more, 0, names, PLANNED.length, more.length);
        return new Place(AllowedNames.of(names), job, step);
    }

    static Place jobName(String job) {
        return in(job, 0, "matrix", "strategy");
    }

    static Place matrix(String job) {
        return in(job, 0, "needs");
    }

    static Place jobCondition(String job) {
        return in(job, 0, "needs", "matrix", "strategy", STATUS[0], STATUS[1], STATUS[2], STATUS[3]);
    }

    static Place jobPolicy(String job) {
        return in(job, 0, "needs", "matrix", "strategy");
    }

    static Place jobEnvironment(String job) {
        return in(job, 0, "needs", "matrix", "strategy", "secrets", "env");
    }

    static Place outputs(String job, int steps) {
        return in(job, steps, "needs", "matrix", "strategy", "secrets", "env", "steps", "job");
    }

    static Place step(String job, int step) {
        return in(job, step, "needs", "matrix", "strategy", "secrets", "env", "steps", "job", "hashFiles(1,255)");
    }

    static Place stepCondition(String job, int step) {
        return in(
                job,
                step,
                "needs",
                "matrix",
                "strategy",
                "secrets",
                "env",
                "steps",
                "job",
                "hashFiles(1,255)",
                STATUS[0],
                STATUS[1],
                STATUS[2],
                STATUS[3]);
    }
}
