package dev.runner.frontend.github;

import dev.runner.expression.Template;
import dev.runner.pipeline.Call;
import dev.runner.pipeline.Container;
import dev.runner.pipeline.Count;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.Service;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.pipeline.TimeLimit;
import dev.runner.pipeline.ValueTree;
import dev.runner.source.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@link Workflow} in the words of the model. */
final class PipelineMaker {
    private static final Duration JOB_LIMIT = Duration.ofHours(6);

    private final Workflow workflow;
    private final Map<String, String> images;

    /** @param images in which jobs run that have no container of their own, by a label of their {@code runs-on} */
    PipelineMaker(Workflow workflow, Map<String, String> images) {
        this.workflow = workflow;
        this.images = images;
    }

    static String name(Workflow workflow, String otherwise) {
        return workflow.root().get("name") instanceof Token.Text(String text, Span _) && !text.isBlank()
                ? text
                : otherwise;
    }

    Pipeline make(String fileName) {
        Span all = workflow.source().all();
        return new Pipeline(
                name(workflow, fileName),
                Pipeline.Dialect.GITHUB,
                new Pipeline.Declarations(List.of(), List.of(), TemplateList.empty(all), null),
                Tokens.map(workflow.root().get("env")),
                workflow.jobs().stream().map(this::job).toList(),
                all);
    }

    private Job job(Workflow.Job job) {
        Token.Fields fields = job.fields();
        List<Job.Need> needs = new ArrayList<>();
        for (Token.Text need : job.needs()) {
            if (needs.stream().noneMatch(known -> known.job().equalsIgnoreCase(need.value()))) {
                needs.add(new Job.Need(idOf(need.value()), need.span()));
            }
        }
        return new Job(
                job.id().value(),
                Tokens.template(fields.get("name")),
                needs,
                strategy(fields.get("strategy")),
                new Job.Policy(
                        job.condition(),
                        limit(fields.get("timeout-minutes"), job.id().span()),
                        new Job.Retry(Count.of(0), Set.of(), Set.of()),
                        new Job.Tolerance(Tokens.flag(fields.get("continue-on-error"), false), Set.of()),
                        Job.Start.inTurn(turn(fields.get("concurrency")))),
                job.call() == null
                        ? new Job.Work(
                                        place(fields),
                                        Tokens.map(fields.get("env")),
                                        Tokens.map(fields.get("outputs")),
                                        steps(job))
                                .withPermissions(
                                        job.permissions() == null
                                                ? null
                                                : job.permissions().shown())
                        : Job.Work.of(call(job, job.call())),
                job.id().span().to(fields.span()));
    }

    private static Job.@Nullable Turn turn(@Nullable Token concurrency) {
        if (!(concurrency instanceof Token.Fields fields)) {
            Template group = Tokens.template(concurrency);
            return group == null ? null : new Job.Turn(group, Flag.of(false), false);
        }
        Template group = Tokens.template(fields.get("group"));
        Token queue = fields.get("queue");
        return group == null
                ? null
                : new Job.Turn(
                        group,
                        Tokens.flag(fields.get("cancel-in-progress"), false),
                        queue != null && queue.literal().equals("max"));
    }

    private Call call(Workflow.Job job, Workflow.Call called) {
        Token with = job.fields().get("with");
        Token.Fields given = with instanceof Token.Fields fields
                ? fields
                : new Token.Fields(List.of(), job.id().span());
        List<Call.Input> inputs = new ArrayList<>();
        for (WorkflowInputs.Declared input : new WorkflowInputs(called.declared()).all()) {
            inputs.add(new Call.Input(
                    input.name(),
                    switch (input.type()) {
                        case "boolean" -> Call.Type.TRUTH;
                        case "number" -> Call.Type.NUMBER;
                        default -> Call.Type.TEXT;
                    },
                    Tokens.template(given.get(input.name())),
                    input.otherwise() == null ? null : Tokens.tree(input.otherwise())));
        }
        Map<String, Template> outputs = new LinkedHashMap<>();
        if (called.declared() != null && called.declared().get("outputs") instanceof Token.Fields entries) {
            for (Token.Field entry : entries.fields()) {
                Template value =
                        entry.value() instanceof Token.Fields details ? Tokens.template(details.get("value")) : null;
                if (value != null) {
                    outputs.put(entry.key().literal(), value);
                }
            }
        }
        Token secrets = job.fields().get("secrets");
        return new Call(
                new PipelineMaker(called.workflow(), images).make(called.uses()),
                inputs,
                secrets instanceof Token.Text ? null : Tokens.map(secrets),
                new TemplateMap(outputs),
                job.id().span());
    }

    /** Ids are compared without case: the one that the job has. */
    private String idOf(String need) {
        return workflow.jobs().stream()
                .map(job -> job.id().value())
                .filter(need::equalsIgnoreCase)
                .findFirst()
                .orElse(need);
    }

    /** Six hours unless written otherwise, as on GitHub. */
    private static TimeLimit limit(@Nullable Token written, Span span) {
        Template template = Tokens.template(written);
        return template == null
                ? new TimeLimit(Template.literal(String.valueOf(JOB_LIMIT.toMinutes()), span), Duration.ofMinutes(1))
                : new TimeLimit(template, Duration.ofMinutes(1));
    }

    private static Job.@Nullable Strategy strategy(@Nullable Token token) {
        if (token instanceof Token.Computed computed) {
            return new Job.Strategy(
                    new ValueTree.Text(Tokens.field(computed, "matrix")),
                    new Flag(Tokens.field(computed, "fail-fast"), true),
                    new Count(Tokens.field(computed, "max-parallel"), 0),
                    computed.span());
        }
        if (!(token instanceof Token.Fields fields)) {
            return null;
        }
        Token matrix = fields.get("matrix");
        Template parallel = Tokens.template(fields.get("max-parallel"));
        return new Job.Strategy(
                matrix == null ? null : Tokens.tree(matrix),
                Tokens.flag(fields.get("fail-fast"), true),
                parallel == null ? Count.of(0) : new Count(parallel, 0),
                fields.span());
    }

    private Job.Place place(Token.Fields fields) {
        Token container = fields.get("container");
        List<Service> services = new ArrayList<>();
        if (fields.get("services") instanceof Token.Fields entries) {
            for (Token.Field entry : entries.fields()) {
                services.add(new Service(entry.key().literal(), List.of(), container(entry.value())));
            }
        }
        Template wholeContainer = whole(container);
        Template wholeServices = whole(fields.get("services"));
        Container own;
        if (container == null) {
            own = RunsOnImage.of(fields.get("runs-on"), images);
        } else {
            own = wholeContainer == null ? container(container) : null;
        }
        return new Job.Place(
                own,
                services,
                wholeContainer == null && wholeServices == null
                        ? null
                        : new Job.Computed(wholeContainer, wholeServices));
    }

    /** The expression that gives all of it, or null. */
    private static @Nullable Template whole(@Nullable Token token) {
        return token instanceof Token.Computed computed && computed.template().isOneExpression()
                ? computed.template()
                : null;
    }

    private static Container container(Token token) {
        if (token instanceof Token.Computed computed) {
            return computed(computed);
        }
        if (!(token instanceof Token.Fields fields)) {
            return new Container(
                    Tokens.text(token),
                    null,
                    TemplateMap.empty(),
                    TemplateList.empty(token.span()),
                    TemplateList.empty(token.span()),
                    Container.Start.IMAGES_OWN,
                    token.span());
        }
        Token image = fields.get("image");
        Container.Account account = null;
        if (fields.get("credentials") instanceof Token.Fields credentials) {
            Template username = Tokens.template(credentials.get("username"));
            Template password = Tokens.template(credentials.get("password"));
            Template none = Template.literal("", credentials.span());
            account = new Container.Account(username == null ? none : username, password == null ? none : password);
        }
        return new Container(
                image == null ? Template.literal("", fields.span()) : Tokens.text(image),
                account,
                Tokens.map(fields.get("env")),
                Tokens.list(fields.get("ports"), fields.span()),
                Tokens.list(fields.get("volumes"), fields.span()),
                new Container.Start(
                        null,
                        null,
                        null,
                        words(fields.get("entrypoint")),
                        words(fields.get("command")),
                        Tokens.template(fields.get("options"))),
                fields.span());
    }

    /** One expression, which gives an image's name or a whole container. */
    private static Container computed(Token.Computed token) {
        return new Container(
                Tokens.fieldOrAll(token, "image"),
                new Container.Account(
                        Tokens.field(token, "credentials", "username"), Tokens.field(token, "credentials", "password")),
                new TemplateMap(Map.of(), List.of(new TemplateMap.Computed(null, Tokens.field(token, "env")))),
                new TemplateList(List.of(Tokens.field(token, "ports")), token.span()),
                new TemplateList(List.of(Tokens.field(token, "volumes")), token.span()),
                new Container.Start(null, null, null, null, null, Tokens.field(token, "options")),
                token.span());
    }

    private static @Nullable TemplateList words(@Nullable Token token) {
        return token == null ? null : new TemplateList(List.of(Tokens.text(token)), token.span());
    }

    private List<Step> steps(Workflow.Job job) {
        RunDefaults defaults = RunDefaults.of(workflow.root()).below(RunDefaults.of(job.fields()));
        List<Step> steps = new ArrayList<>();
        for (Workflow.Step step : job.steps()) {
            Token.Fields fields = step.fields();
            Step.Head head = new Step.Head(
                    step.hasOwnId() ? step.id() : null,
                    Tokens.template(fields.get("name")),
                    step.condition(),
                    Tokens.map(fields.get("env")),
                    stepLimit(fields.get("timeout-minutes")),
                    Tokens.flag(fields.get("continue-on-error"), false),
                    fields.span());
            Token run = fields.get("run");
            if (run != null) {
                Template shell = Tokens.template(fields.get("shell"));
                Template folder = Tokens.template(fields.get("working-directory"));
                steps.add(new Step.Run(
                        head,
                        Tokens.text(run),
                        shell == null ? defaults.shell() : shell,
                        folder == null ? defaults.workingDirectory() : folder));
            } else if (fields.get("uses") instanceof Token.Text uses) {
                steps.add(new Step.Uses(head, uses.value(), uses.span(), Tokens.map(fields.get("with"))));
            }
        }
        return steps;
    }

    private static @Nullable TimeLimit stepLimit(@Nullable Token written) {
        Template template = Tokens.template(written);
        return template == null ? null : new TimeLimit(template, Duration.ofMinutes(1));
    }

    /** {@code defaults.run}. */
    private record RunDefaults(
            @Nullable Template shell, @Nullable Template workingDirectory) {
        static RunDefaults of(Token.Fields owner) {
            return owner.get("defaults") instanceof Token.Fields defaults
                            && defaults.get("run") instanceof Token.Fields run
                    ? new RunDefaults(Tokens.template(run.get("shell")), Tokens.template(run.get("working-directory")))
                    : new RunDefaults(null, null);
        }

        /** The same where a nearer place may say otherwise. */
        RunDefaults below(RunDefaults nearer) {
            return new RunDefaults(
                    nearer.shell == null ? shell : nearer.shell,
                    nearer.workingDirectory == null ? workingDirectory : nearer.workingDirectory);
        }
    }
}
