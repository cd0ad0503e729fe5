package dev.runner.frontend.github;

import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A workflow that has been found good, and what it makes of an event. */
public final class GithubWorkflow {
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{(?:'[^']*'|[^'])*?}}", Pattern.DOTALL);

    private final Workflow workflow;
    private final Triggers triggers;
    private final String path;
    private final Diagnostics warnings;

    /** @param path names a workflow that has no name of its own */
    GithubWorkflow(Workflow workflow, String path, Diagnostics warnings) {
        this.workflow = workflow;
        this.triggers = new Triggers(workflow.root().get("on"));
        this.path = path;
        this.warnings = warnings;
    }

    /** The same in the words of the model, with every job on this machine. */
    public Pipeline pipeline() {
        return pipeline(Map.of());
    }

    /**
     * The same in the words of the model.
     *
     * @param images in which jobs run that have no container of their own, by a label of their {@code runs-on}
     */
    public Pipeline pipeline(Map<String, String> images) {
        return new PipelineMaker(workflow, images).make(path);
    }

    /** What it says of other runs at the same time, or null. */
    public @Nullable Concurrency concurrency(Map<String, Value> contexts) {
        return Concurrency.of(workflow.root().get("concurrency"), Scope.of(contexts));
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
    public @Nullable String refusal(Event event, Repository repository) {
        String refusal = triggers.refusal(event);
        return refusal == null ? SkipRequest.refusal(event, repository) : refusal;
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
        Value.Obj github = GithubContext.of(event, facts, repository, PipelineMaker.name(workflow, path));
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

    /** The secrets that it and what it calls read by name, as first written; they are compared without case. */
    public Set<String> secretNames() {
        return SecretNames.of(workflow);
    }

    /** Whether it, or what it calls, says what a job's token may do, though not that it may nothing. */
    public boolean narrowsTokens() {
        return narrowsTokens(workflow);
    }

    private static boolean narrowsTokens(Workflow workflow) {
        return workflow.jobs().stream().anyMatch(job -> {
            Permissions permissions = job.permissions();
            return job.call() == null
                    ? permissions != null && !permissions.shown().isEmpty()
                    : narrowsTokens(job.call().workflow());
        });
    }

    /**
     * What GitHub would hold a job to besides, for people: its token's permissions and its environment,
     * and a machine that this is not; a line each.
     */
    public String notes(Map<String, String> images) {
        StringBuilder notes = new StringBuilder();
        notes(workflow, "", notes, images);
        return notes.toString();
    }

    private static void notes(Workflow workflow, String prefix, StringBuilder notes, Map<String, String> images) {
        for (Workflow.Job job : workflow.jobs()) {
            String name = prefix + job.id().value();
            Permissions permissions = job.permissions();
            if (job.call() != null) {
                notes(job.call().workflow(), name + " / ", notes, images);
            } else if (permissions != null) {
                String words = permissions.words(List.copyOf(permissions.shown().keySet()));
                notes.append(name)
                        .append(": permissions ")
                        .append(words.isEmpty() ? "none, so it gets no token" : words)
                        .append('\n');
            }
            String label = foreign(job.fields(), images);
            if (label != null) {
                notes.append(name)
                        .append(": runs on this machine, which is no ")
                        .append(label)
                        .append('\n');
            }
            Token environment = job.fields().get("environment");
            Token of = environment instanceof Token.Fields fields ? fields.get("name") : environment;
            if (of != null && !of.literal().isEmpty()) {
                notes.append(name).append(": environment ").append(of.literal()).append('\n');
            }
        }
    }

    /** What is odd besides {@link #warnings}, for people who ask: unknown names, strangers' texts in scripts, old actions. */
    public List<Diagnostic> lint() {
        return Lint.of(workflow);
    }

    /** Its scripts, without those of workflows that it calls. */
    public List<GithubScript> scripts() {
        List<GithubScript> scripts = new ArrayList<>();
        for (Workflow.Job job : workflow.jobs()) {
            for (Workflow.Step step : job.steps()) {
                Token run = step.fields().get("run");
                if (run != null) {
                    Token shell = step.fields().get("shell");
                    shell = shell == null ? defaultShell(job.fields()) : shell;
                    shell = shell == null ? defaultShell(workflow.root()) : shell;
                    String text = EXPRESSION.matcher(run.literal()).replaceAll("x");
                    scripts.add(new GithubScript(text, shell == null ? "" : shell.literal(), run.span()));
                }
            }
        }
        return scripts;
    }

    private static @Nullable Token defaultShell(Token.Fields owner) {
        return owner.get("defaults") instanceof Token.Fields defaults && defaults.get("run") instanceof Token.Fields run
                ? run.get("shell")
                : null;
    }

    /** Its uses of actions, without those of workflows that it calls. */
    public List<ActionUse> actions() {
        List<ActionUse> actions = new ArrayList<>();
        for (Workflow.Job job : workflow.jobs()) {
            for (Workflow.Step step : job.steps()) {
                if (step.fields().get("uses") instanceof Token.Text uses) {
                    Map<String, Span> inputs = new LinkedHashMap<>();
                    if (step.fields().get("with") instanceof Token.Fields with) {
                        with.fields()
                                .forEach(field -> inputs.put(
                                        field.key().literal(), field.key().span()));
                    }
                    actions.add(new ActionUse(uses.value(), uses.span(), inputs));
                }
            }
        }
        return actions;
    }

    /** A label of another system that no image stands for, or null. */
    private static @Nullable String foreign(Token.Fields job, Map<String, String> images) {
        Token runsOn = job.get("runs-on");
        List<Token> labels =
                runsOn instanceof Token.Items items ? items.items() : runsOn == null ? List.of() : List.of(runsOn);
        for (Token label : labels) {
            String text = label.literal().toLowerCase(Locale.ROOT);
            if ((text.startsWith("windows") || text.startsWith("macos")) && !images.containsKey(label.literal())) {
                return label.literal();
            }
        }
        return null;
    }

    Workflow workflow() {
        return workflow;
    }
}
