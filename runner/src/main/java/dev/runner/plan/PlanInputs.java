package dev.runner.plan;

import dev.runner.expression.Value;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a run adds to the file.
 *
 * @param variables values for variables the pipeline declares; they win over the file's
 * @param platforms instead of the pipeline's, unless empty
 * @param contexts contexts known from the start, by name in lower case, such as {@code commit} and {@code runner}
 * @param started ids of manual jobs that are started
 * @param jobs ids, or names of single runs such as {@code image (slim)}; with what they need; all jobs when empty
 */
public record PlanInputs(
        Map<String, String> variables,
        List<String> platforms,
        Map<String, Value> contexts,
        List<String> jobs,
        Set<String> started) {
    private static final PlanInputs NONE = new PlanInputs(Map.of(), List.of(), Map.of(), List.of(), Set.of());

    public PlanInputs {
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        platforms = List.copyOf(platforms);
        contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
        jobs = List.copyOf(jobs);
        started = Set.copyOf(started);
    }

    public static PlanInputs none() {
        return NONE;
    }

    public PlanInputs withVariables(Map<String, String> value) {
        return new PlanInputs(value, platforms, contexts, jobs, started);
    }

    public PlanInputs withPlatforms(List<String> value) {
        return new PlanInputs(variables, value, contexts, jobs, started);
    }

    public PlanInputs withContexts(Map<String, Value> value) {
        return new PlanInputs(variables, platforms, value, jobs, started);
    }

    public PlanInputs withJobs(List<String> value) {
        return new PlanInputs(variables, platforms, contexts, value, started);
    }

    public PlanInputs withStarted(Set<String> value) {
        return new PlanInputs(variables, platforms, contexts, jobs, value);
    }

    /** Reports variables that the pipeline does not declare, and declared ones without a value. */
    public void check(Pipeline pipeline, Diagnostics diagnostics) {
        List<String> declared =
                pipeline.variables().stream().map(Pipeline.Variable::name).toList();
        for (Map.Entry<String, String> given : variables.entrySet()) {
            if (!declared.contains(given.getKey())) {
                Source option = Source.of("--var", given.getKey() + "=" + given.getValue());
                diagnostics.unknown(option.span(0, given.getKey().length()), "variable", given.getKey(), declared);
            }
        }
        for (Pipeline.Variable variable : pipeline.variables()) {
            if (variable.value() == null && !variables.containsKey(variable.name())) {
                diagnostics.error(
                        variable.span(),
                        "the variable '" + variable.name() + "' has no value",
                        "give one with --var " + variable.name() + "=…");
            }
        }
    }
}
