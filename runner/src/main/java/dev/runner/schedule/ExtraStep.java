package dev.runner.schedule;

import dev.runner.expression.Expression;
import org.jspecify.annotations.Nullable;

/**
 * A step that no file has: it prepares a job before its own steps, or tidies up when they are done.
 *
 * @param name what people see
 * @param kind as {@link StepRef#kind}
 * @param condition null for {@code success()}; {@code always()} for what must be done even after a cancellation
 */
public record ExtraStep(String name, String kind, @Nullable Expression condition, Work work) {
    /** What it does. */
    @FunctionalInterface
    public interface Work {
        /** As {@link StepExecutor#execute}. */
        StepResult run(StepContext context) throws InterruptedException;
    }
}
