package dev.runner.frontend.gitlab;

import dev.runner.expression.AllowedNames;
import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.pipeline.Belongings;
import dev.runner.pipeline.Count;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.TemplateMap;
import dev.runner.pipeline.TimeLimit;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A chosen job's copy as a {@link Job} of the model. */
final class JobMaker {
    private static final String NEEDS_FAILED =
            "!cancelled() && contains(needs.*.result, 'failure') && !contains(needs.*.result, 'skipped')";

    private final Set<String> told = new HashSet<>();
    private final Configuration configuration;
    private final GitLabEvent event;
    private final Faults faults;
    private final Sources sources;

    JobMaker(Configuration configuration, GitLabEvent event, Faults faults) {
        this.configuration = configuration;
        this.event = event;
        this.faults = faults;
        this.sources = new Sources(faults);
    }

    Job make(Chosen chosen, Copies.Copy copy, Needs.Result needs) {
        Span span = chosen.field().key();
        Variables variables = variables(chosen, copy);
        boolean staged = needs.needs() == null;
        int stage = configuration.stages().indexOf(chosen.stage());
        List<Job.Need> needed = needs.needs() == null ? List.of() : needs.needs();
        StepMaker steps = new StepMaker(chosen, variables, event, sources);
        Job.Place place = Places.of(chosen.job(), variables);
        Belongings belongings = new Goods(chosen.job(), variables).make(needs.sources());
        return new Job(
                copy.name(),
                null,
                needed,
                null,
                new Job.Policy(
                        condition(chosen.start().when(), staged, span),
                        timeout(chosen.job(), span),
                        retry(chosen.job()),
                        new Job.Tolerance(
                                Flag.of(chosen.start().tolerated()),
                                Set.copyOf(chosen.start().exitCodes())),
                        new Job.Start(stage, staged, cue(chosen.start()), resource(chosen, variables))),
                new Job.Work(place, TemplateMap.empty(), TemplateMap.empty(), steps.make(), belongings),
                span);
    }

    /** What a vault would give comes from the run: a file unless the job wants the text. */
    private void secrets(Node.Fields job, Variables variables) {
        if (!(job.present("secrets") instanceof Node.Fields all)) {
            return;
        }
        Map<String, String> given = new LinkedHashMap<>(event.given().project());
        given.putAll(event.given().pipeline());
        all.fields().forEach((name, field) -> {
            String value = given.get(name);
            boolean file = !(field.value() instanceof Node.Fields secret) || !isFalse(secret.get("file"));
            if (value == null) {
                faults.warning(
                        field.key(),
                        "the secret " + name + " comes from a vault, which is not asked here",
                        "give it with --secret " + name);
            } else {
                variables.put(new Belongings.Variable(name, value, false, file, true, true));
            }
        });
    }

    /** Who a job is to Google's cloud: what GitLab would issue comes from the run, or from the machine's own login. */
    private void identity(@Nullable Node identity, Variables variables) {
        if (identity != null
                && variables.expanded("GOOGLE_APPLICATION_CREDENTIALS").isEmpty()
                && told.add("identity")) {
            faults.warning(
                    identity.span(),
                    "the identity " + Node.textOf(identity) + " is issued by GitLab, which is not asked here",
                    "jobs on this machine use its own login; for others give a key's file with"
                            + " --var GOOGLE_APPLICATION_CREDENTIALS=FILE");
        }
    }

    private static boolean isFalse(@Nullable Node node) {
        return "false".equals(Node.textOf(node));
    }

    private Variables variables(Chosen chosen, Copies.Copy copy) {
        Variables variables = chosen.variables().copy();
        boolean copied = copy.total() > 1 || !copy.name().equals(chosen.name());
        variables.put("CI_JOB_NAME", copy.name());
        variables.put("CI_JOB_NAME_SLUG", Predefined.slug(copy.name()));
        variables.put("CI_JOB_GROUP_NAME", chosen.name());
        String id = Predefined.number(Integer.toHexString(copy.name().hashCode() | 0x10000000));
        variables.put("CI_JOB_ID", id);
        variables.put("CI_JOB_URL", variables.expanded("CI_PROJECT_URL") + "/-/jobs/" + id);
        if (chosen.start().when().equals("manual")) {
            variables.put("CI_JOB_MANUAL", "true");
        }
        variables.put("CI_NODE_TOTAL", Integer.toString(copied ? copy.total() : 1));
        if (copied) {
            variables.put("CI_NODE_INDEX", Integer.toString(copy.index()));
        }
        copy.variables().forEach(variables::put);
        variables.putGiven(event.given());
        secrets(chosen.job(), variables);
        identity(chosen.job().present("identity"), variables);
        Environment.put(chosen.job().present("environment"), variables);
        return variables;
    }

    /** Without needs a job looks at the stages before its own, with needs at them alone. */
    private static @Nullable Expression condition(String when, boolean staged, Span span) {
        return switch (when) {
            case "on_failure" -> expression(staged ? "failure() && !cancelled()" : NEEDS_FAILED);
            case "always" -> expression("!cancelled()");
            default -> null;
        };
    }

    private static Expression expression(String text) {
        return Expression.parse(text, Source.of("when", text).all(), AllowedNames.ANY, new Diagnostics());
    }

    private static Job.Cue cue(Chosen.Start start) {
        return switch (start.when()) {
            case "manual" -> new Job.Cue.Manual();
            case "delayed" -> new Job.Cue.Delayed(start.delay());
            default -> new Job.Cue.AtOnce();
        };
    }

    private static @Nullable String resource(Chosen chosen, Variables variables) {
        String group = Node.textOf(chosen.job().present("resource_group"));
        return group == null ? null : Expansion.expandDeep(group, variables.asMap());
    }

    private static @Nullable TimeLimit timeout(Node.Fields job, Span span) {
        String text = Node.textOf(job.present("timeout"));
        Duration limit = text == null ? null : Durations.parse(text);
        return limit == null ? null : new TimeLimit(Template.literal(limit.toMillis() + "ms", span), null);
    }

    private static Job.Retry retry(Node.Fields job) {
        Node node = job.present("retry");
        Node most = node instanceof Node.Fields fields ? fields.get("max") : node;
        String number = Node.textOf(most);
        int count = number == null || !number.matches("\\d") ? 0 : Integer.parseInt(number);
        if (!(node instanceof Node.Fields fields)) {
            return new Job.Retry(Count.of(count), Set.of(), Set.of());
        }
        Set<Job.Cause> causes = EnumSet.noneOf(Job.Cause.class);
        boolean any = false;
        for (String reason : Node.texts(fields.get("when"))) {
            any |= reason.equals("always");
            causes.add(cause(reason));
        }
        Set<Integer> codes = Set.copyOf(Selection.numbers(fields.get("exit_codes")));
        return any
                ? new Job.Retry(Count.of(count), EnumSet.allOf(Job.Cause.class), codes)
                : new Job.Retry(Count.of(count), causes, codes);
    }

    private static Job.Cause cause(String reason) {
        return switch (reason) {
            case "script_failure" -> Job.Cause.SCRIPT;
            case "stuck_or_timeout_failure", "job_execution_timeout" -> Job.Cause.TIMEOUT;
            case "runner_system_failure", "unknown_failure" -> Job.Cause.SYSTEM;
            default -> Job.Cause.ELSEWHERE;
        };
    }
}
