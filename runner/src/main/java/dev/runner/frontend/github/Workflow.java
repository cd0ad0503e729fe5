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

    Workflow withJobs(List<Job> newJobs) {
        return new Workflow(source, root, newJobs);
    }

    /**
     * An entry of {@code jobs}.
     *
     * @param fields all that is written of it
     * @param condition null for the default
     * @param steps empty when it calls a workflow
     * @param permissions of its token; null for what the repository's settings give
     * @param call the workflow that it calls, when it calls one and that has been read
     */
    record Job(
            Token.Text id,
            Token.Fields fields,
            List<Token.Text> needs,
            @Nullable Expression condition,
            List<Step> steps,
            @Nullable Permissions permissions,
            @Nullable Call call) {
        Job {
            needs = List.copyOf(needs);
            steps = List.copyOf(steps);
        }

        Job withPermissions(@Nullable Permissions newPermissions) {
            return new Job(id, fields, needs, condition, steps, newPermissions, call);
        }

        Job withCall(Call newCall) {
            return new Job(id, fields, needs, condition, steps, permissions, newCall);
        }
    }

    /**
     * A call of a workflow.
     *
     * @param uses as written
     * @param declared what the workflow says of {@code workflow_call}, or null when it says nothing
     */
    record Call(String uses, Token.@Nullable Fields declared, Workflow workflow) {}

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
