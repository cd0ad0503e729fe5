package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which jobs an event makes: rules, {@code only} and {@code except}, with inheritance from {@code default}. */
final class Selection {
    private final Configuration configuration;
    private final GitLabEvent event;
    private final GitLabProject project;
    private final Faults faults;
    private final Variables predefined = new Variables();
    private final Variables global = new Variables();

    Selection(Configuration configuration, GitLabEvent event, GitLabProject project, Faults faults) {
        this.configuration = configuration;
        this.event = event;
        this.project = project;
        this.faults = faults;
        predefined.putAll(event.variables());
        Node written = configuration.root().present("variables");
        if (written != null) {
            global.putAll(written);
        }
    }

    /**
     * Whether {@code workflow} lets a pipeline be, and what it adds.
     *
     * @param name of the pipeline; null for none
     */
    record Workflow(boolean runs, @Nullable String name, AutoCancel cancels) {}

    Workflow workflow() {
        Node.Fields workflow = configuration.root().present("workflow") instanceof Node.Fields fields
                ? fields
                : new Node.Fields(configuration.root().span(), Map.of());
        String name = Node.textOf(workflow.present("name"));
        AutoCancel cancels = cancels(workflow);
        List<Node> rules = configuration.workflowRules();
        if (rules != null) {
            Rules.Outcome outcome = new Rules(faults, project, context().asMap(), "workflow:rules").first(rules);
            if (outcome == null || "never".equals(outcome.when())) {
                return new Workflow(false, null, cancels);
            }
            Node variables = outcome.rule().present("variables");
            if (variables != null) {
                global.putAll(variables);
            }
            String own = Node.textOf(outcome.rule().present("name"));
            name = own == null ? name : own;
            cancels = outcome.rule().present("auto_cancel") == null ? cancels : cancels(outcome.rule());
        }
        String shown = name == null
                ? null
                : Expansion.expandDeep(name, context().asMap()).strip();
        if (shown != null && !shown.isEmpty()) {
            predefined.put("CI_PIPELINE_NAME", shown);
        }
        return new Workflow(true, shown, cancels);
    }

    private static AutoCancel cancels(Node.Fields fields) {
        Node.Fields none = new Node.Fields(fields.span(), Map.of());
        Node.Fields cancel = fields.present("auto_cancel") instanceof Node.Fields written ? written : none;
        return new AutoCancel(
                "all".equals(Node.textOf(cancel.get("on_job_failure"))),
                AutoCancel.OnNewCommit.of(Node.textOf(cancel.present("on_new_commit"))),
                Set.of());
    }

    private Variables context() {
        Variables all = predefined.copy();
        global.list().forEach(all::put);
        all.putGiven(event.given());
        return all;
    }

    List<Chosen> jobs() {
        List<Chosen> chosen = new ArrayList<>();
        configuration.jobs().forEach((name, field) -> {
            Chosen one = choose(name, field);
            if (one != null) {
                chosen.add(one);
            }
        });
        return chosen;
    }

    private @Nullable Chosen choose(String name, Node.Field field) {
        Node.Fields job = inherited((Node.Fields) field.value());
        Variables variables = variables(name, job);
        Map<String, String> known = variables.asMap();
        Rules rules = new Rules(faults, project, known, "jobs:" + name + ":rules");
        Node written = job.present("rules");
        Node needs = job.has("needs") && job.present("needs") != null ? job.get("needs") : null;
        if (!(written instanceof Node.Items(Span _, List<Node> list))) {
            boolean policies = job.present("only") != null || job.present("except") != null;
            boolean admitted = configuration.workflowRules() != null && !policies
                    || new Policy(event, rules, known).admits(job.present("only"), job.present("except"));
            return admitted ? new Chosen(name, field, job, start(job, null), needs, variables) : null;
        }
        Rules.Outcome outcome = rules.first(list);
        if (outcome == null) {
            return null;
        }
        Chosen.Start start = start(job, outcome.rule());
        if (start.when().equals("never")) {
            return null;
        }
        Node added = outcome.rule().present("variables");
        if (added != null) {
            variables = rebuilt(name, job, added);
        }
        Node other = outcome.rule().present("needs");
        Node.Field interruptible = outcome.rule().fields().get("interruptible");
        Node.Fields decided = interruptible == null ? job : job.with("interruptible", interruptible);
        return new Chosen(name, field, decided, start, other == null ? needs : other, variables);
    }

    private static Chosen.Start start(Node.Fields job, Node.@Nullable Fields rule) {
        String own = Node.textOf(job.present("when"));
        String said = rule == null ? null : Node.textOf(rule.present("when"));
        String when = said != null ? said : own != null ? own : "on_success";
        Node tolerance = rule != null && rule.present("allow_failure") != null
                ? rule.get("allow_failure")
                : job.present("allow_failure");
        boolean tolerated = tolerance == null ? "manual".equals(own) : Node.isTrue(tolerance);
        List<Integer> codes = tolerance instanceof Node.Fields fields ? numbers(fields.get("exit_codes")) : List.of();
        String delay = Node.textOf(
                rule != null && rule.present("start_in") != null ? rule.get("start_in") : job.get("start_in"));
        Duration duration = delay == null ? null : Durations.parse(delay);
        return new Chosen.Start(when, tolerated, codes, duration == null ? Duration.ZERO : duration);
    }

    static List<Integer> numbers(@Nullable Node node) {
        return Node.texts(node).stream()
                .filter(text -> text.matches("\\d{1,6}"))
                .map(Integer::valueOf)
                .toList();
    }

    private Node.Fields inherited(Node.Fields job) {
        Node inherit = job.present("inherit") instanceof Node.Fields fields ? fields.present("default") : null;
        List<String> only = inherit instanceof Node.Items ? Node.texts(inherit) : null;
        if (inherit != null && only == null && !Node.isTrue(inherit)) {
            return job;
        }
        boolean bridge = job.present("trigger") != null;
        Map<String, Node.Field> all = new LinkedHashMap<>(job.fields());
        configuration.defaults().fields().forEach((key, field) -> {
            boolean wanted = only == null || only.contains(key);
            boolean fits = !bridge || key.equals("interruptible");
            if (wanted && fits && job.present(key) == null && Words.DEFAULT.contains(key)) {
                all.put(key, field);
            }
        });
        return new Node.Fields(job.span(), all);
    }

    private Variables variables(String name, Node.Fields job) {
        return rebuilt(name, job, null);
    }

    private Variables rebuilt(String name, Node.Fields job, @Nullable Node fromRule) {
        Variables all = predefined.copy();
        all.put("CI_JOB_NAME", name);
        String stage = Node.textOf(job.present("stage"));
        all.put("CI_JOB_STAGE", stage == null ? "test" : stage);
        all.put("CI_JOB_NAME_SLUG", Predefined.slug(name));
        inheritedVariables(job).list().forEach(all::put);
        Node own = job.present("variables");
        if (own != null) {
            all.putAll(own);
        }
        if (fromRule != null) {
            all.putAll(fromRule);
        }
        all.putGiven(event.given());
        return all;
    }

    private Variables inheritedVariables(Node.Fields job) {
        Node inherit = job.present("inherit") instanceof Node.Fields fields ? fields.present("variables") : null;
        if (inherit == null || Node.isTrue(inherit)) {
            return global;
        }
        Variables some = global.copy();
        some.retain(Node.texts(inherit instanceof Node.Items ? inherit : null));
        return some;
    }
}
