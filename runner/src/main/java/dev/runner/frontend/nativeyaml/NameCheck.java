package dev.runner.frontend.nativeyaml;

import dev.runner.expression.NamedReference;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.Step;
import dev.runner.source.Diagnostics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names that expressions read exist: variables, secrets, needs, steps before this one, axes of the matrix. Only
 * what is written literally can be checked; <code>steps[matrix.x]</code> is left to the run.
 */
final class NameCheck {
    private static final Map<String, List<String>> FIXED = Map.of(
            "commit", List.of("sha", "short", "branch", "tag", "message", "author", "time", "dirty"),
            "strategy", List.of("fail-fast", "job-index", "job-total", "max-parallel"),
            "job", List.of("status"),
            "runner", List.of("os", "arch", "platform", "temp", "workspace"));

    private final List<String> variables;
    private final List<String> secrets;
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Diagnostics diagnostics;

    NameCheck(Pipeline.Declarations declarations, List<Job> jobs, Diagnostics diagnostics) {
        this.variables =
                declarations.variables().stream().map(Pipeline.Variable::name).toList();
        this.secrets =
                declarations.secrets().stream().map(Pipeline.SecretName::name).toList();
        jobs.forEach(job -> this.jobs.put(job.id(), job));
        this.diagnostics = diagnostics;
    }

    void check(List<Settings.Use> uses) {
        for (Settings.Use use : uses) {
            for (NamedReference reference : use.expression().references()) {
                if (use.place().allowed().allowsContext(reference.root())) {
                    check(reference, use.place());
                }
            }
        }
    }

    private void check(NamedReference reference, Place place) {
        Job job = place.job() == null ? null : jobs.get(place.job());
        if (!literal(reference, 1)) {
            return;
        }
        switch (reference.root()) {
            case "variables" -> variable(reference, place);
            case "secrets" -> secret(reference);
            case "needs" -> need(reference, job);
            case "steps" -> step(reference, job, place);
            case "matrix" -> matrix(reference, job);
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

    private boolean known(NamedReference reference, int index, String kind, Collection<String> known) {
        if (!literal(reference, index) || find(reference.path().get(index), known) != null) {
            return true;
        }
        String name = reference.path().get(index);
        if (known.isEmpty()) {
            diagnostics.error(
                    reference.spans().get(index), "unknown " + kind + " '" + name + "'", "none is known here");
        } else {
            diagnostics.unknown(reference.spans().get(index), kind, name, known);
        }
        return false;
    }

    private static @Nullable String find(String name, Collection<String> known) {
        return known.stream().filter(name::equalsIgnoreCase).findFirst().orElse(null);
    }

    private void variable(NamedReference reference, Place place) {
        int above = place.job() != null ? variables.size() : Math.min(place.step(), variables.size());
        String name = reference.path().get(1);
        if (find(name, variables.subList(0, above)) == null && find(name, variables) != null) {
            diagnostics.error(
                    reference.spans().get(1),
                    "the variable '" + name + "' has no value here yet",
                    "only variables above can be read; move this one down");
        } else {
            known(reference, 1, "variable", variables);
        }
    }

    private void secret(NamedReference reference) {
        String name = reference.path().get(1);
        if (secrets.isEmpty()) {
            diagnostics.error(
                    reference.spans().get(1),
                    "unknown secret '" + name + "'",
                    "declare it at the top: secrets: [" + name + "]");
        } else {
            known(reference, 1, "secret", secrets);
        }
    }

    private void need(NamedReference reference, @Nullable Job job) {
        if (job == null) {
            return;
        }
        String name = reference.path().get(1);
        List<String> needs = job.needs().stream().map(Job.Need::job).toList();
        if (find(name, needs) == null && find(name, jobs.keySet()) != null) {
            diagnostics.error(
                    reference.spans().get(1),
                    "the job '" + job.id() + "' does not need '" + name + "'",
                    "add '" + name + "' to its 'needs'");
            return;
        }
        if (!known(reference, 1, "needed job", needs)
                || !known(reference, 2, "property", List.of("result", "outputs"))) {
            return;
        }
        Job needed = jobs.get(String.valueOf(find(name, needs)));
        if (needed != null
                && reference.path().size() > 3
                && reference.path().get(2).equalsIgnoreCase("outputs")) {
            known(reference, 3, "output", needed.outputs().entries().keySet());
        }
    }

    private void step(NamedReference reference, @Nullable Job job, Place place) {
        if (job == null) {
            return;
        }
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        for (int index = 0; index < job.steps().size(); index++) {
            Step.Head head = job.steps().get(index).head();
            if (head.id() != null) {
                (index < place.step() ? before : after).add(head.id());
            }
        }
        String name = reference.path().get(1);
        if (find(name, before) == null && find(name, after) != null) {
            diagnostics.error(
                    reference.spans().get(1),
                    "the step '" + name + "' has not run yet",
                    "only steps above can be read; move this step down");
        } else if (known(reference, 1, "step", before)) {
            known(reference, 2, "property", List.of("outputs", "outcome", "conclusion"));
        }
    }

    private void matrix(NamedReference reference, @Nullable Job job) {
        if (job == null) {
            return;
        }
        if (job.strategy() == null || job.strategy().matrix() == null) {
            diagnostics.error(
                    reference.span(), "the job '" + job.id() + "' has no matrix", "add strategy: {matrix: …} to it");
            return;
        }
        Set<String> keys = MatrixReader.keys(job.strategy().matrix());
        if (keys != null) {
            known(reference, 1, "matrix name", keys);
        }
    }
}
