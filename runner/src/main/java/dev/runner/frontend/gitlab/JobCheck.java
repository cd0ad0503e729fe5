package dev.runner.frontend.gitlab;

import dev.runner.source.NearNames;
import dev.runner.source.Span;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether a job is well formed: keywords, shapes and values, in GitLab's words. */
final class JobCheck {
    private static final int LONGEST_NAME = 255;

    private final Shapes shapes;
    private final SettingCheck settings;
    private final String name;
    private final String where;

    JobCheck(Shapes shapes, String name) {
        this.shapes = shapes;
        this.settings = new SettingCheck(shapes);
        this.name = name;
        this.where = "jobs:" + name;
    }

    void check(Node.Field field, Node.Fields job) {
        if (name.isBlank()) {
            shapes.error(field.key(), where + " name can't be blank", null);
        }
        if (name.length() > LONGEST_NAME) {
            shapes.error(field.key(), where + " name is too long (maximum is 255 characters)", null);
        }
        boolean bridge = job.present("trigger") != null;
        if (job.present("script") == null && job.present("run") == null && !bridge) {
            boolean empty = job.has("script");
            shapes.error(
                    field.key(),
                    empty
                            ? where + ":script config can't be blank"
                            : "jobs " + name + " config should implement the script:, run:, or trigger: keyword",
                    near(job));
        }
        keys(job, bridge);
        if (job.present("script") != null && job.present("run") != null) {
            shapes.error(field.key(), where + " config these keys cannot be used together: script, run", null);
        }
        flow(job);
        settings.shared(where, job);
        own(job);
        rules(job);
        combinations(field, job);
    }

    private static @Nullable String near(Node.Fields job) {
        for (String key : job.fields().keySet()) {
            String near = NearNames.nearest(key, List.of("script", "trigger", "run"));
            if (near != null && !Words.JOB.contains(key)) {
                return "did you mean '" + near + "' for '" + key + "'?";
            }
        }
        return null;
    }

    private void keys(Node.Fields job, boolean bridge) {
        Set<String> allowed = new TreeSet<>(bridge ? Words.BRIDGE : Words.JOB);
        shapes.keys(where, job, allowed);
    }

    private void flow(Node.Fields job) {
        shapes.oneOf(where + " when", job.get("when"), Words.WHEN);
        shapes.text(where + ":stage config", job.get("stage"));
        shapes.textsOrText(where + " extends", job.get("extends"));
        shapes.text(where + " resource_group", job.get("resource_group"));
        shapes.texts(where + " dependencies", job.get("dependencies"));
        allowFailure(job.get("allow_failure"));
        String when = Node.textOf(job.get("when"));
        Node delay = job.present("start_in");
        if ("delayed".equals(when)) {
            if (delay == null) {
                shapes.error(job.span(), where + " start in should be a duration", "add start_in: 30 minutes");
            }
            limited(delay);
        } else if (delay != null && job.present("rules") == null) {
            shapes.error(delay.span(), where + " start in must be blank", "it goes with when: delayed");
        }
        needs(job.get("needs"));
        settings.parallel(where, job.get("parallel"));
        settings.inherit(where, job.get("inherit"));
    }

    private void limited(@Nullable Node delay) {
        shapes.duration(where + " start in", delay);
        String text = Node.textOf(delay);
        java.time.Duration duration = text == null ? null : Durations.parse(text);
        if (delay != null && duration != null && duration.toDays() > 7) {
            shapes.error(delay, where + " start in should not exceed the limit");
        }
    }

    private void allowFailure(@Nullable Node node) {
        switch (node) {
            case Node.Fields fields -> {
                shapes.keys(where + ":allow_failure", fields, List.of("exit_codes"));
                settings.codes(where + ":allow_failure exit codes", fields.get("exit_codes"));
            }
            case null -> {}
            case Node.Scalar _, Node.Items _, Node.Reference _ -> {
                if (!Node.isNull(node) && !(node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.BOOLEAN)) {
                    shapes.error(node, where + " allow failure should be a hash or a boolean value");
                }
            }
        }
    }

    private void needs(@Nullable Node node) {
        if (node == null || Node.isNull(node)) {
            return;
        }
        List<Node> items = node instanceof Node.Items(Span _, List<Node> list) ? list : List.of(node);
        if (items.size() > 50) {
            shapes.error(node, where + ":needs config is too long: at most 50 needs are allowed");
        }
        for (Node need : Rules.flat(items)) {
            if (need instanceof Node.Fields fields) {
                shapes.keys(where + ":needs:need", fields, new TreeSet<>(Words.NEED));
                if (fields.present("job") == null && fields.present("pipeline") == null) {
                    shapes.error(need, where + ":needs:need job should be present");
                }
                shapes.truth(where + ":needs:need artifacts", fields.get("artifacts"));
                shapes.truth(where + ":needs:need optional", fields.get("optional"));
            } else if (!Node.isText(need)) {
                shapes.error(need, where + ":needs:need has an unsupported type");
            }
        }
    }

    /** Keywords that only a job has. */
    private void own(Node.Fields job) {
        shapes.commands(where + ":script", job.get("script"));
        shapes.variables(where + ":variables", job.get("variables"), false);
        settings.environment(where, job.get("environment"));
        settings.release(where, job.get("release"));
        settings.trigger(where, job.get("trigger"));
        settings.run(where, job.get("run"));
        settings.secrets(where, job.get("secrets"));
        if (job.present("coverage") instanceof Node coverage) {
            String text = Node.textOf(coverage);
            if (text == null || Condition.compile(text) == null) {
                shapes.error(coverage, where + ":coverage config must be a regular expression with re2 syntax");
            }
        }
        for (String policy : List.of("only", "except")) {
            settings.policy(where + ":" + policy, job.get(policy));
        }
    }

    private void rules(Node.Fields job) {
        Node rules = job.present("rules");
        if (rules == null) {
            return;
        }
        if (!Shapes.isNested(rules, 0, Node.Fields.class::isInstance)) {
            shapes.error(rules, where + " rules should be an array containing hashes and arrays of hashes");
            return;
        }
        for (Node rule : Rules.flat(((Node.Items) rules).items())) {
            new RuleCheck(shapes, where + ":rules:rule", Words.RULE, Words.RULE_WHEN).check((Node.Fields) rule);
        }
        for (String key : List.of("only", "except", "start_in")) {
            Node.Field field = job.fields().get(key);
            if (field != null && !Node.isNull(field.value())) {
                shapes.error(
                        field.key(),
                        where + " config key may not be used with `rules`: " + key,
                        "say it in a rule, or leave the rules out");
            }
        }
    }

    private void combinations(Node.Field field, Node.Fields job) {
        List<String> needed = job.present("needs") == null
                ? List.of()
                : Rules.flat(job.get("needs") instanceof Node.Items(Span _, List<Node> items) ? items : List.of())
                        .stream()
                        .map(need -> need instanceof Node.Fields fields
                                ? String.valueOf(Node.textOf(fields.get("job")))
                                : String.valueOf(Node.textOf(need)))
                        .toList();
        List<String> missing = Node.texts(job.get("dependencies")).stream()
                .filter(dependency -> !needed.contains(dependency))
                .toList();
        if (!needed.isEmpty() && !missing.isEmpty()) {
            shapes.error(
                    field.key(),
                    where + " dependencies the " + String.join(", ", missing) + " should be part of needs",
                    null);
        }
    }

    /** The keywords of {@code default}. */
    static void checkDefault(Shapes shapes, Node.Fields entry) {
        shapes.keys("default", entry, Words.DEFAULT);
        new SettingCheck(shapes).shared("default", entry);
    }
}
