package dev.runner.frontend.github;

import dev.runner.expression.Expression;
import dev.runner.source.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workflow file that has been found good.
 *
 * @param root all of it, as checked against the schema
 */
record Workflow(Source source, Token.Fields root, List<Job> jobs) {
    Workflow {
        jobs = List.copyOf(jobs);
    }

    /**
     * An entry of {@code jobs}.
     *
     * @param fields all that is written of it
     * @param condition null for the default
     * @param steps empty when it calls a workflow
     */
    record Job(
            Token.Text id,
            Token.Fields fields,
            List<Token.Text> needs,
            @Nullable Expression condition,
            List<Step> steps) {
        Job {
            needs = List.copyOf(needs);
            steps = List.copyOf(steps);
        }

        /** Whether it calls another workflow. */
        boolean calls() {
            return fields.get("uses") != null;
        }
    }

    /**
     * A step.
     *
     * @param id as written, or made: such begin with two underscores
     */
    record Step(String id, Token.Fields fields, @Nullable Expression condition) {
        boolean hasOwnId() {
            return !id.startsWith("__");
        }
    }
}
