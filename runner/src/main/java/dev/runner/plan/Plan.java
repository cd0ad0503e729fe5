package dev.runner.plan;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Call;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.InvalidSourceException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline with matrix and needs worked out.
 *
 * @param contexts what is known before anything runs: {@code variables}, {@code platforms} and those of the inputs
 * @param groups one a job, each after those it needs
 * @param started ids of manual jobs that start as others do
 */
public record Plan(Pipeline pipeline, Map<String, Value> contexts, List<JobGroup> groups, Set<String> started) {
    public Plan {
        contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
        groups = List.copyOf(groups);
        started = Set.copyOf(started);
    }

    /** All runs known now, in topological order. */
    public List<JobRun> jobs() {
        return groups.stream().flatMap(group -> group.runs().stream()).toList();
    }

    /** The contexts as a scope. */
    public Scope scope() {
        return Scope.of(contexts);
    }

    /** Which job needs which. */
    public List<Edge> edges() {
        List<Edge> edges = new ArrayList<>();
        for (JobGroup group : groups) {
            group.job().needs().stream()
                    .map(need -> new Edge(need.job(), group.id()))
                    .forEach(edges::add);
        }
        return edges;
    }

    /**
     * The plan of the pipeline that a job calls, as far as it is known before anything runs.
     *
     * @return null when it cannot be known yet, or the job calls none
     */
    public @Nullable Plan called(JobRun run) {
        Call call = run.job().call();
        if (call == null) {
            return null;
        }
        Map<String, Value> inner = new LinkedHashMap<>(contexts);
        Map<String, Value> own = new LinkedHashMap<>(contexts);
        own.put("matrix", run.cell().values());
        own.put("strategy", run.cell().strategy());
        try {
            inner.put("inputs", call.inputs(Scope.of(own)));
            return Planner.plan(call.pipeline(), PlanInputs.none().withContexts(inner));
        } catch (InvalidSourceException | EvaluationException e) {
            return null; // It may read what only a job that has run can tell.
        }
    }

    /** The graph as Mermaid's {@code flowchart}, ended by a line break. */
    public String mermaid() {
        return Mermaid.write(this);
    }

    /**
     * The graph with a box for each stage; a job that waits for the stages before its own has an arrow from the last of
     * them that has jobs.
     *
     * @param stages names in order; a job's stage is an index of it
     */
    public String mermaid(List<String> stages) {
        return Mermaid.write(this, stages);
    }

    /**
     * The job runs as text, a line each with needs and condition.
     *
     * @param steps whether their steps follow, numbered
     */
    public String listing(boolean steps) {
        return Listing.write(this, steps);
    }

    /** {@code from} must be done before {@code to} starts; both are job ids. */
    public record Edge(String from, String to) {}
}
