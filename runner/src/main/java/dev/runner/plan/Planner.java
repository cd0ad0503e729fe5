package dev.runner.plan;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.oci.Platform;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Works out variables, matrix, needs and the job filter. */
public final class Planner {
    /** Most runs of one job, as on GitHub. */
    public static final int MATRIX_LIMIT = 256;

    private final Pipeline pipeline;
    private final PlanInputs inputs;
    private final Diagnostics diagnostics = new Diagnostics();
    private final Map<String, Value> contexts = new LinkedHashMap<>();

    private Planner(Pipeline pipeline, PlanInputs inputs) {
        this.pipeline = pipeline;
        this.inputs = inputs;
    }

    /**
     * The plan of a pipeline.
     *
     * @throws InvalidSourceException with every fault: an unknown or missing variable, a platform that is none, a matrix
     *     of a wrong shape or more than {@link #MATRIX_LIMIT} runs, a job filter that names nothing
     */
    public static Plan plan(Pipeline pipeline, PlanInputs inputs) {
        return new Planner(pipeline, inputs).plan();
    }

    /**
     * Works out an open group when the jobs it needs are done.
     *
     * @param scope with {@code needs} besides the plan's contexts
     * @throws InvalidSourceException when the matrix is of a wrong shape or too large
     */
    public static JobGroup expand(JobGroup group, Scope scope) {
        List<JobRun> runs;
        try {
            runs = Runs.of(group.job(), scope);
        } catch (EvaluationException e) {
            throw new InvalidSourceException(e.diagnostic());
        }
        return JobFilter.narrow(new JobGroup(group.job(), runs, false, group.only()));
    }

    private Plan plan() {
        inputs.check(pipeline, diagnostics);
        diagnostics.throwIfErrors();
        contexts.put("runner", runner());
        contexts.put("commit", new Value.Obj(Map.of()));
        contexts.putAll(inputs.contexts());
        contexts.put("variables", variables());
        contexts.put("platforms", platforms());
        Scope scope = Scope.of(contexts);
        List<JobGroup> groups = new ArrayList<>();
        for (Job job : sorted()) {
            groups.add(attempt(() -> group(job, scope), new JobGroup(job, List.of(), false, List.of())));
        }
        diagnostics.throwIfErrors();
        List<JobGroup> wanted = JobFilter.select(groups, inputs.jobs(), diagnostics);
        diagnostics.throwIfErrors();
        return new Plan(pipeline, contexts, wanted, inputs.started());
    }

    private static JobGroup group(Job job, Scope scope) {
        boolean open = Runs.isOpen(job);
        return new JobGroup(job, open ? List.of() : Runs.of(job, scope), open, List.of());
    }

    private static Value runner() {
        Platform host = Platform.host();
        return Value.of(Map.of("os", host.os(), "arch", host.architecture(), "platform", host.toString()));
    }

    /** In the order of the file, each reading those above it. */
    private Value variables() {
        Map<String, Value> values = new LinkedHashMap<>();
        for (Pipeline.Variable variable : pipeline.variables()) {
            String given = inputs.variables().get(variable.name());
            if (given != null) {
                values.put(variable.name(), Value.of(given));
            } else if (variable.value() != null) {
                var template = variable.value();
                contexts.put("variables", new Value.Obj(values));
                values.put(variable.name(), attempt(() -> Value.of(template.text(Scope.of(contexts))), Value.NULL));
            }
        }
        return new Value.Obj(values);
    }

    /** Normalised; the machine's own when the pipeline names none. */
    private Value platforms() {
        List<String> written = inputs.platforms();
        Span span = pipeline.platforms().span();
        if (written.isEmpty()) {
            written = attempt(() -> pipeline.platforms().words(Scope.of(contexts)), List.of());
        } else {
            String option = String.join(",", written);
            span = dev.runner.source.Source.of("--platform", option).all();
        }
        if (written.isEmpty()) {
            return Value.of(List.of(Platform.host().toString()));
        }
        Set<String> normal = new java.util.LinkedHashSet<>();
        for (String text : written) {
            Platform platform = Platform.tryParse(text);
            if (platform == null) {
                diagnostics.error(span, "'" + text + "' is not a platform", "write it as linux/amd64 or linux/arm/v7");
            } else {
                normal.add(platform.normalized().toString());
            }
        }
        return Value.of(normal);
    }

    /** Each job after those it needs, else in the order of the file. */
    private List<Job> sorted() {
        List<Job> sorted = new ArrayList<>();
        Set<String> visited = new HashSet<>();
        Map<String, Job> byId = new HashMap<>();
        pipeline.jobs().forEach(job -> byId.put(job.id(), job));
        pipeline.jobs().forEach(job -> visit(job, byId, visited, sorted));
        return sorted;
    }

    private static void visit(Job job, Map<String, Job> byId, Set<String> visited, List<Job> sorted) {
        if (!visited.add(job.id())) {
            return;
        }
        for (Job.Need need : job.needs()) {
            Job needed = byId.get(need.job());
            if (needed != null) {
                visit(needed, byId, visited, sorted);
            }
        }
        sorted.add(job);
    }

    /** What cannot be evaluated is one diagnostic among others. */
    private <T> T attempt(Supplier<T> work, T otherwise) {
        try {
            return work.get();
        } catch (EvaluationException e) {
            diagnostics.add(e.diagnostic());
        } catch (InvalidSourceException e) {
            List<Diagnostic> found = e.diagnostics();
            diagnostics.addAll(found);
        }
        return otherwise;
    }
}
