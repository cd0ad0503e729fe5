package dev.runner.pipeline;

import dev.runner.expression.NamedReference;
import org.jspecify.annotations.Nullable;

/**
 * A name that an expression reads.
 *
 * @param job the id of the job it stands in; null outside of jobs
 * @param step the index of the step it stands in; 0 before the steps, beyond the last after them
 */
public record NameUse(@Nullable String job, int step, NamedReference reference) {
    /** Whether it means an entry of its context, or may mean it. */
    public boolean names(String entry) {
        return reference.path().size() < 2
                || reference.path().get(1).equals("*")
                || reference.path().get(1).equalsIgnoreCase(entry);
    }
}
