package dev.runner.frontend.github;

import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A workflow that has been found good, and what it makes of an event. */
public final class GithubWorkflow {
    private final Workflow workflow;
    private final Triggers triggers;
    private final Pipeline pipeline;
    private final Diagnostics warnings;

    GithubWorkflow(Workflow workflow, Pipeline pipeline, Diagnostics warnings) {
        this.workflow = workflow;
        this.triggers = new Triggers(workflow.root().get("on"));
        this.pipeline = pipeline;
        this.warnings = warnings;
    }

    public Pipeline pipeline() {
        return pipeline;
    }

    /** What is odd but no fault. */
    public List<Diagnostic> warnings() {
        return warnings.sorted();
    }

    /** The events that it runs on, as written. */
    public List<String> events() {
        return triggers.names();
    }

    /**
     * The event that a run is to be about.
     *
     * @param server the URL of the server that its payload speaks of
     */
    public Event event(Event.Wish wish, Repository repository, String server) {
        return new EventMaker(repository, server, triggers).make(wish);
    }

    /** Why the workflow does not run for an event, or null when it does. */
    public @Nullable String refusal(Event event) {
        return triggers.refusal(event);
    }

    /**
     * The contexts {@code github}, {@code vars} and {@code inputs}.
     *
     * @param inputs values for inputs, in the types of {@code workflow_dispatch} or, for a run of a workflow that is only
     *     called, {@code workflow_call}
     * @throws dev.runner.source.InvalidSourceException for inputs that are unknown, missing or of another type
     */
    public Map<String, Value> contexts(Event event, RunFacts facts, Repository repository, Map<String, String> inputs) {
        Diagnostics diagnostics = new Diagnostics();
        Map<String, Value> contexts = new LinkedHashMap<>();
        Value.Obj github = GithubContext.of(event, facts, repository, pipeline.name());
        contexts.put("github", github);
        contexts.put("vars", Value.of(facts.variables()));
        Map<String, String> given = new LinkedHashMap<>();
        PayloadParts.object(event.payload().get("inputs"))
                .entries()
                .forEach((name, value) -> given.put(name, value.text()));
        given.putAll(inputs);
        boolean has = event.name().equals("workflow_dispatch") || event.name().equals("workflow_call");
        WorkflowInputs declared = new WorkflowInputs(has ? triggers.details(event.name()) : null);
        Value.Obj values = declared.values(given, Scope.of(contexts), diagnostics);
        diagnostics.throwIfErrors();
        contexts.put("inputs", values);
        if (event.name().equals("workflow_dispatch")) {
            contexts.put("github", withInputs(github, event, values));
        }
        return contexts;
    }

    /** The payload has the inputs as texts. */
    private static Value withInputs(Value.Obj github, Event event, Value.Obj inputs) {
        Map<String, Value> texts = new LinkedHashMap<>();
        inputs.entries().forEach((name, value) -> texts.put(name, Value.of(value.text())));
        Map<String, Value> payload = new LinkedHashMap<>(event.payload().entries());
        payload.put("inputs", texts.isEmpty() ? Value.NULL : new Value.Obj(texts));
        Map<String, Value> entries = new LinkedHashMap<>(github.entries());
        entries.put("event", new Value.Obj(payload));
        return new Value.Obj(entries);
    }

    /** The secrets that it reads by name, in the order of the text. */
    public Set<String> secretNames() {
        return SecretNames.of(workflow.root());
    }

    Workflow workflow() {
        return workflow;
    }
}
