package dev.runner.step.github;

import dev.runner.build.BuildFailedException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An action written in Java, which stands in for the published one of its name. One instance serves all jobs at once, so
 * it keeps nothing between calls: what {@link #post} must know goes through {@link ActionContext#saveState}.
 *
 * <p>What it throws: {@link ActionFailedException} for what people can mend; the exceptions of other rooms
 * (registry, build, checkout) are told as every step tells them; {@link IOException} is a failure of the machine.
 */
public interface BuiltinAction {
    /** {@code owner/repository[/path]} in lower case, such as {@code actions/cache/restore}. */
    String name();

    /**
     * The major versions it answers for, newest last; a step that asks for another one is told so and gets the newest. A
     * ref that is no version (a branch, a SHA) means the newest.
     */
    List<Integer> majors();

    /** Its inputs in that major version; an input that is not among them is a warning, as GitHub gives. */
    List<ActionInput> inputs(int major);

    /** The names of its outputs in that major version. */
    List<String> outputs(int major);

    /** Whether it starts {@link ActionContext#node}. */
    default boolean needsNode() {
        return false;
    }

    /** Does the step's work. */
    void main(ActionContext context) throws IOException, InterruptedException, BuildFailedException;

    /** The condition of {@link #post}, such as {@code always()} or {@code success()}; null when there is no post phase. */
    default @Nullable String postCondition() {
        return null;
    }

    /** Runs when the job's own steps are done, in the reverse order of the steps, if {@link #postCondition} holds. */
    default void post(ActionContext context) throws IOException, InterruptedException, BuildFailedException {}
}
