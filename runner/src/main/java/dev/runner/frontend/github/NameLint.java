package dev.runner.frontend.github;

import dev.runner.expression.Expression;
import dev.runner.expression.NamedReference;
import dev.runner.source.Diagnostics;
import dev.runner.source.NearNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that expressions read exist: fields of contexts, steps above, needs and their outputs, axes of the matrix,
 * inputs. GitHub takes others and finds nothing; only what is written literally can be checked.
 */
final class NameLint {
    private static final Map<String, List<String>> FIXED = Map.of(
            "github",
                    List.of(
                            "action",
                            "action_path",
                            "action_ref",
                            "action_repository",
                            "action_status",
                            "actor",
                            "actor_id",
                            "api_url",
                            "artifact_cache_size_limit",
                            "base_ref",
                            "env",
                            "event",
                            "event_name",
                            "event_path",
                            "graphql_url",
                            "head_ref",
                            "job",
                            "output",
                            "path",
                            "ref",
                            "ref_name",
                            "ref_protected",
                            "ref_type",
                            "repository",
                            "repository_id",
                            "repository_owner",
                            "repository_owner_id",
                            "repository_visibility",
                            "repositoryurl",
                            "retention_days",
                            "run_attempt",
                            "run_id",
                            "run_number",
                            "secret_source",
                            "server_url",
                            "sha",
                            "state",
                            "step_summary",
                            "token",
                            "triggering_actor",
                            "workflow",
                            "workflow_ref",
                            "workflow_sha",
                            "workspace"),
            "runner", List.of("name", "os", "arch", "temp", "tool_cache", "debug", "environment", "workspace"),
            "strategy", List.of("fail-fast", "job-index", "job-total", "max-parallel"),
            "job",
                    List.of(
                            "check_run_id",
                            "container",
                            "services",
                            "status",
                            "workflow_ref",
                            "workflow_sha",
                            "workflow_repository",
                            "workflow_file_path"));

    private final Workflow workflow;
    private final Diagnostics found;

    NameLint(Workflow workflow, Diagnostics found) {
        this.workflow = workflow;
        this.found = found;
    }

    /**
     * All that is written below a token.
     *
     * @param job null outside of jobs
     * @param step the index of the step; 0 before the steps, beyond the last after them
     */
    void check(Token token, Workflow.@Nullable Job job, int step) {
        List<NamedReference> references = new ArrayList<>();
        Lint.collect(token, references);
        references.forEach(reference -> check(reference, job, step));
    }

    void check(@Nullable Expression condition, Workflow.@Nullable Job job, int step) {
        // With braces it has been seen as any other text.
        if (condition != null && !condition.text().contains("${{") && !braced(condition)) {
            condition.references().forEach(reference -> check(reference, job, step));
        }
    }

    private static boolean braced(Expression condition) {
        String text = condition.span().source().text();
        return text.substring(0, condition.span().start()).stripTrailing().endsWith("${{");
    }

    private void check(NamedReference reference, Workflow.@Nullable Job job, int step) {
        if (!literal(reference, 1)) {
            return;
        }
        switch (reference.root()) {
            case "needs" -> need(reference, job);
            case "steps" -> step(reference, job, step);
            case "matrix" -> matrix(reference, job);
            case "inputs" -> input(reference);
            case "jobs" -> job(reference);
            default -> {
                List<String> known = FIXED.get(reference.root());
                if (known != null) {
                    known(reference, 1, "property", known);
                }
            }
        }
    }

    private static boolean literal(NamedReference reference, int index) {
        return reference.path().size() > index && !reference.path().get(index).equals("*");
    }

    private static @Nullable String find(String name, Collection<String> known) {
        return known.stream().filter(name::equalsIgnoreCase).findFirst().orElse(null);
    }

    private boolean known(NamedReference reference, int index, String kind, Collection<String> known) {
        if (!literal(reference, index) || find(reference.path().get(index), known) != null) {
            return true;
        }
        String name = reference.path().get(index);
        String near = NearNames.nearest(name, known);
        String remedy = near != null
                ? "did you mean '" + near + "'?"
                : known.isEmpty() ? "none is known here" : "known here: " + String.join(", ", known);
        found.warning(reference.spans().get(index), "unknown " + kind + " '" + name + "'", remedy);
        return false;
    }

    private Workflow.@Nullable Job jobOf(String id) {
        return workflow.jobs().stream()
                .filter(job -> job.id().value().equalsIgnoreCase(id))
                .findFirst()
                .orElse(null);
    }

    private void need(NamedReference reference, Workflow.@Nullable Job job) {
        if (job == null) {
            return;
        }
        String name = reference.path().get(1);
        List<String> needs = job.needs().stream().map(Token.Text::value).toList();
        Workflow.Job needed = jobOf(name);
        if (find(name, needs) == null && needed != null) {
            found.warning(
                    reference.spans().get(1),
                    "the job '" + job.id().value() + "' does not need '" + name + "', so this is empty",
                    "add '" + name + "' to its 'needs'");
        } else if (known(reference, 1, "needed job", needs)
                && known(reference, 2, "property", List.of("result", "outputs"))) {
            outputs(reference, needed);
        }
    }

    private void job(NamedReference reference) {
        List<String> ids = workflow.jobs().stream().map(job -> job.id().value()).toList();
        if (known(reference, 1, "job", ids) && known(reference, 2, "property", List.of("result", "outputs"))) {
            outputs(reference, jobOf(reference.path().get(1)));
        }
    }

    private void outputs(NamedReference reference, Workflow.@Nullable Job job) {
        if (job == null || !literal(reference, 3) || !reference.path().get(2).equalsIgnoreCase("outputs")) {
            return;
        }
        Token declared = job.call() != null && job.call().declared() != null
                ? job.call().declared().get("outputs")
                : job.fields().get("outputs");
        boolean unknown = job.fields().get("uses") != null && job.call() == null;
        if (!unknown && !(declared instanceof Token.Computed)) {
            List<String> names = declared instanceof Token.Fields fields
                    ? fields.fields().stream()
                            .map(field -> field.key().literal())
                            .toList()
                    : List.of();
            known(reference, 3, "output of '" + job.id().value() + "':", names);
        }
    }

    private void step(NamedReference reference, Workflow.@Nullable Job job, int step) {
        if (job == null) {
            return;
        }
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        for (int index = 0; index < job.steps().size(); index++) {
            Workflow.Step one = job.steps().get(index);
            if (one.hasOwnId()) {
                (index < step ? before : after).add(one.id());
            }
        }
        String name = reference.path().get(1);
        if (find(name, before) == null && find(name, after) != null) {
            found.warning(
                    reference.spans().get(1),
                    "the step '" + name + "' has not run yet, so this is empty",
                    "only steps above can be read");
        } else if (known(reference, 1, "step", before)) {
            known(reference, 2, "property", List.of("outputs", "outcome", "conclusion"));
        }
    }

    private void matrix(NamedReference reference, Workflow.@Nullable Job job) {
        if (job == null) {
            return;
        }
        Token strategy = job.fields().get("strategy");
        Token matrix = strategy instanceof Token.Fields fields ? fields.get("matrix") : null;
        if (strategy == null) {
            found.warning(reference.span(), "the job '" + job.id().value() + "' has no matrix", null);
        }
        if (!(matrix instanceof Token.Fields axes)) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (Token.Field axis : axes.fields()) {
            boolean special = List.of("include", "exclude").contains(axis.key().literal());
            if (axis.key().isExpression() || (special && axis.value().isExpression())) {
                return;
            }
            if (!special) {
                names.add(axis.key().literal());
            } else if (axis.key().literal().equals("include") && axis.value() instanceof Token.Items rows) {
                for (Token row : rows.items()) {
                    if (!(row instanceof Token.Fields cells)) {
                        return;
                    }
                    cells.fields().forEach(cell -> names.add(cell.key().literal()));
                }
            }
        }
        known(reference, 1, "matrix name", names.stream().distinct().toList());
    }

    private void input(NamedReference reference) {
        Triggers triggers = new Triggers(workflow.root().get("on"));
        List<String> names = new ArrayList<>();
        for (String event : List.of("workflow_dispatch", "workflow_call")) {
            new WorkflowInputs(triggers.details(event)).all().forEach(input -> names.add(input.name()));
        }
        known(reference, 1, "input", names);
    }
}
