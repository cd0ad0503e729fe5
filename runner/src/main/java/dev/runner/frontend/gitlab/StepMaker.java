package dev.runner.frontend.gitlab;

import dev.runner.expression.AllowedNames;
import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateMap;
import dev.runner.pipeline.TimeLimit;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a job does, one after the other: sources, script, after_script. */
final class StepMaker {
    /** What {@code after_script} gets unless told otherwise. */
    private static final Duration AFTERWARDS = Duration.ofMinutes(5);

    private final Chosen chosen;
    private final Variables variables;
    private final GitLabEvent event;
    private final Sources sources;
    private final Span span;

    StepMaker(Chosen chosen, Variables variables, GitLabEvent event, Sources sources) {
        this.chosen = chosen;
        this.variables = variables;
        this.event = event;
        this.sources = sources;
        this.span = chosen.field().key();
    }

    List<Step> make() {
        Node.Fields job = chosen.job();
        Node trigger = job.present("trigger");
        if (trigger != null) {
            return List.of(downstream(trigger));
        }
        List<Step> steps = new ArrayList<>();
        if (job.present("hooks") instanceof Node.Fields hooks) {
            List<String> commands = Node.texts(hooks.get("pre_get_sources_script"));
            if (!commands.isEmpty()) {
                steps.add(new Step.Script(head("pre_get_sources_script", null, Map.of()), commands));
            }
        }
        Step checkout = sources.checkout(head("get_sources", null, Map.of()), variables, event);
        if (checkout != null) {
            steps.add(checkout);
        }
        if (job.present("run") instanceof Node.Items(Span _, List<Node> run)) {
            run.forEach(step -> steps.add(step(step)));
        } else {
            List<String> commands = new ArrayList<>(Node.texts(job.get("before_script")));
            commands.addAll(Node.texts(job.get("script")));
            steps.add(new Step.Script(head("script", null, Map.of()), commands));
        }
        List<String> after = Node.texts(job.get("after_script"));
        if (!after.isEmpty()) {
            steps.add(new Step.Script(afterwards(), after));
        }
        return steps;
    }

    private Step downstream(Node trigger) {
        Node.Fields fields = trigger instanceof Node.Fields entry ? entry : new Node.Fields(trigger.span(), Map.of());
        String project = fields == trigger ? Node.textOf(fields.get("project")) : Node.textOf(trigger);
        Node include = fields.present("include");
        Step.Downstream.Generated generated = null;
        for (Node one : include instanceof Node.Items(Span _, List<Node> items)
                ? items
                : include == null ? List.<Node>of() : List.of(include)) {
            if (one instanceof Node.Fields entry && Node.textOf(entry.get("artifact")) instanceof String file) {
                String maker = Node.textOf(entry.get("job"));
                generated = new Step.Downstream.Generated(maker == null ? "" : maker, file);
            }
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        if (include == null && fields.present("inputs") instanceof Node.Fields given) {
            given.fields()
                    .forEach((name, field) -> inputs.put(
                            name,
                            field.value() instanceof Node.Scalar text
                                    ? Expansion.expandKnown(text.text(), variables.asMap())
                                    : Node.json(field.value())));
        }
        String strategy = Node.textOf(fields.get("strategy"));
        return new Step.Downstream(
                head("trigger", null, Map.of()),
                project == null ? null : target(project, Node.textOf(fields.present("branch"))),
                include == null ? "" : "{\"include\": [" + included(include, fields.present("inputs")) + "]}",
                generated,
                forwarded(fields.present("forward") instanceof Node.Fields forward ? forward : null),
                inputs,
                strategy != null);
    }

    private Step.Downstream.Target target(String project, @Nullable String branch) {
        Map<String, String> known = variables.asMap();
        return new Step.Downstream.Target(
                Expansion.expandDeep(project, known), branch == null ? null : Expansion.expandDeep(branch, known));
    }

    /** The child's files, each with the inputs of the trigger unless it has its own. */
    private static String included(Node include, @Nullable Node inputs) {
        List<Node> all = include instanceof Node.Items(Span _, List<Node> items) ? items : List.of(include);
        return all.stream()
                .map(one -> {
                    Node.Fields entry = one instanceof Node.Fields fields
                            ? fields
                            : new Node.Fields(one.span(), Map.of("local", new Node.Field(one.span(), one)));
                    return Node.json(
                            inputs == null || entry.has("inputs")
                                    ? entry
                                    : entry.with("inputs", new Node.Field(inputs.span(), inputs)));
                })
                .collect(Collectors.joining(", "));
    }

    /** The file's own variables unless told otherwise, and the pipeline's if asked. */
    private List<String> forwarded(Node.@Nullable Fields forward) {
        Node written = forward == null ? null : forward.get("yaml_variables");
        boolean own = written == null || Node.isTrue(written);
        boolean pipelines = forward != null && Node.isTrue(forward.get("pipeline_variables"));
        return variables.list().stream()
                .filter(variable -> variable.strong()
                        ? pipelines && event.given().pipeline().containsKey(variable.name())
                        : own && !variable.name().startsWith("CI_") && !isPredefined(variable.name()))
                .map(variable -> variable.name())
                .toList();
    }

    private boolean isPredefined(String name) {
        return name.equals("CI") || name.startsWith("GITLAB_");
    }

    private Step.Head head(String id, @Nullable Expression condition, Map<String, Template> environment) {
        Template name = Template.literal(id.equals("get_sources") ? "get sources" : id, span);
        return new Step.Head(id, name, condition, new TemplateMap(environment), null, Flag.of(false), span);
    }

    /** Its failure is none of the job's. */
    private Step.Head afterwards() {
        String always = "always()";
        Expression condition =
                Expression.parse(always, Source.of("when", always).all(), AllowedNames.ANY, new Diagnostics());
        Duration given = Durations.parse(variables.expanded("RUNNER_AFTER_SCRIPT_TIMEOUT"));
        Duration limit = given == null ? AFTERWARDS : given;
        return new Step.Head(
                "after_script",
                Template.literal("after_script", span),
                condition,
                TemplateMap.empty(),
                new TimeLimit(Template.literal(limit.toMillis() + "ms", span), null),
                Flag.of(true),
                span);
    }

    /** One of {@code run}; what it calls is found when its turn comes. */
    private Step step(Node node) {
        Node.Fields fields = node instanceof Node.Fields entry ? entry : new Node.Fields(node.span(), Map.of());
        String name = Node.textOf(fields.get("name"));
        Value.Obj call =
                Value.fromJson(Node.json(fields)) instanceof Value.Obj written ? written : new Value.Obj(Map.of());
        return new Step.Function(head(name == null ? "step" : name, null, Map.of()), call);
    }
}
