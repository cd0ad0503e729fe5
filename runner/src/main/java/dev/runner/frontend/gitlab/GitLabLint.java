package dev.runner.frontend.gitlab;

import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is odd in a configuration that GitLab takes: each finding is a warning. */
public final class GitLabLint {
    private static final Pattern ALIAS = Pattern.compile("\\*([^\\s,\\]}]+)");
    private static final Pattern SECRET_NAME = Pattern.compile(
            "(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_KEY|APIKEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIALS)(_|$)");
    private static final Pattern SECRET_VALUE = Pattern.compile("glpat-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{36,}"
            + "|AKIA[0-9A-Z]{16}|xox[abp]-[A-Za-z0-9-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----");

    private final Configuration configuration;
    private final Source source;
    private final Diagnostics found = new Diagnostics();

    private GitLabLint(Configuration configuration, Source source) {
        this.configuration = configuration;
        this.source = source;
    }

    /**
     * Checks a configuration.
     *
     * @return its warnings, in the order of the text
     * @throws dev.runner.source.InvalidSourceException with every fault that GitLab finds, when there is one
     */
    public static List<Diagnostic> check(Source source, GitLabProject project, GitLabEvent event) {
        GitLabPipelines.Reading reading = GitLabPipelines.read(source, project, event);
        Faults faults = new Faults();
        Configuration configuration = Configuration.load(source, project, event, event.variables(), faults);
        if (configuration == null) {
            return reading.warnings();
        }
        GitLabLint lint = new GitLabLint(configuration, source);
        lint.found.addAll(reading.warnings());
        lint.all();
        return lint.found.sorted();
    }

    private void all() {
        configuration.jobs().forEach((name, field) -> {
            Node.Fields job = (Node.Fields) field.value();
            rules(name, field, job);
            needs(name, job);
            secrets(job.present("variables"));
            for (String key : List.of("before_script", "script", "after_script")) {
                written(job.present(key));
            }
        });
        secrets(configuration.root().present("variables"));
        anchors();
        hidden();
    }

    private void rules(String name, Node.Field field, Node.Fields job) {
        if (!(job.present("rules") instanceof Node.Items(Span _, List<Node> list))) {
            return;
        }
        List<Node> rules = Rules.flat(list);
        for (int i = 0; i + 1 < rules.size(); i++) {
            if (isUnconditional(rules.get(i))) {
                Node next = rules.get(i + 1);
                warn(
                        next.span(),
                        "jobs:" + name + ":rules: this rule is never reached, because the one before it always holds",
                        "remove it, or move the other one to the end");
                break;
            }
        }
        Set<String> conditions = new HashSet<>();
        for (Node rule : rules) {
            if (!isUnconditional(rule) && rule instanceof Node.Fields fields && !conditions.add(condition(fields))) {
                warn(
                        rule.span(),
                        "jobs:" + name
                                + ":rules: this rule is never reached, because one before it has the same condition",
                        "remove it");
            }
        }
        boolean open = rules.getLast() instanceof Node.Fields last
                && last.fields().keySet().equals(Set.of("when"))
                && !"never".equals(Node.textOf(last.get("when")));
        if (open && configuration.workflowRules() == null) {
            warn(
                    field.key(),
                    "jobs:" + name
                            + " may allow multiple pipelines to run for a single action due to `rules:when` clause"
                            + " with no `workflow:rules`",
                    "add workflow: rules:, so that a branch and its merge request do not both have a pipeline");
        }
    }

    private static String condition(Node.Fields rule) {
        StringBuilder text = new StringBuilder();
        for (String key : List.of("if", "changes", "exists")) {
            Node part = rule.present(key);
            text.append(part == null ? "" : Node.json(part).strip()).append('\n');
        }
        return text.toString();
    }

    private static boolean isUnconditional(Node rule) {
        return rule instanceof Node.Fields fields
                && fields.present("if") == null
                && fields.present("changes") == null
                && fields.present("exists") == null;
    }

    private void needs(String name, Node.Fields job) {
        if (!(job.present("needs") instanceof Node.Items(Span _, List<Node> items))) {
            return;
        }
        Set<String> seen = new HashSet<>();
        for (Node need : Rules.flat(items)) {
            String wanted = need instanceof Node.Fields fields
                    ? fields.present("parallel") == null ? Node.textOf(fields.get("job")) : null
                    : Node.textOf(need);
            if (wanted != null && !seen.add(wanted)) {
                warn(need.span(), "jobs:" + name + ":needs names " + wanted + " twice", "keep one of them");
            }
        }
    }

    private void secrets(@Nullable Node variables) {
        if (!(variables instanceof Node.Fields fields)) {
            return;
        }
        fields.fields().forEach((name, field) -> {
            Node value = field.value() instanceof Node.Fields details ? details.get("value") : field.value();
            String text = value == null ? null : Node.textOf(value);
            if (text == null || text.isBlank() || text.contains("$")) {
                return;
            }
            boolean named = SECRET_NAME.matcher(name.toUpperCase(Locale.ROOT)).find() && text.length() >= 6;
            if (named || SECRET_VALUE.matcher(text).find()) {
                warn(
                        field.key(),
                        "the variable " + name + " seems to hold a secret in plain text",
                        "make it a masked variable of the project, and give it here with --secret " + name);
            }
        });
    }

    /** Texts of commands that hold what looks like a secret. */
    private void written(@Nullable Node node) {
        if (node instanceof Node.Items(Span _, List<Node> items)) {
            items.forEach(this::written);
        } else if (Node.textOf(node) instanceof String text
                && node != null
                && SECRET_VALUE.matcher(text).find()) {
            warn(
                    node.span(),
                    "a command seems to hold a secret in plain text",
                    "use a masked variable of the project, and give it here with --secret NAME");
        }
    }

    private void anchors() {
        for (Source one : configuration.sources()) {
            Set<String> used = new HashSet<>();
            Matcher alias = ALIAS.matcher(one.text());
            while (alias.find()) {
                used.add(alias.group(1));
            }
            ConfigReader.File file = ConfigReader.split(one);
            List<YamlNode> anchored = new ArrayList<>();
            collect(file.content(), anchored);
            Set<Integer> told = new HashSet<>();
            for (YamlNode node : anchored) {
                if (!used.contains(node.anchor()) && told.add(node.span().start())) {
                    warn(node.span(), "the anchor &" + node.anchor() + " is used nowhere", "remove it");
                }
            }
        }
    }

    private static void collect(@Nullable YamlNode node, List<YamlNode> anchored) {
        if (node == null) {
            return;
        }
        if (node.anchor() != null) {
            anchored.add(node);
        }
        switch (node) {
            case YamlNode.Scalar _ -> {}
            case YamlNode.Sequence sequence -> sequence.items().forEach(item -> collect(item, anchored));
            case YamlNode.Mapping mapping ->
                mapping.entries().forEach(entry -> {
                    collect(entry.key(), anchored);
                    collect(entry.value(), anchored);
                });
        }
    }

    /** Hidden entries of the file itself; those of included ones may be there for others. */
    private void hidden() {
        Set<String> used = new HashSet<>();
        configuration.written().fields().values().forEach(field -> uses(field.value(), used));
        Set<String> anchors = new HashSet<>();
        Matcher alias = ALIAS.matcher(source.text());
        while (alias.find()) {
            anchors.add(alias.group(1));
        }
        for (String name : configuration.hidden()) {
            Node.Field field = configuration.written().fields().get(name);
            if (field == null
                    || used.contains(name)
                    || !field.key().source().name().equals(source.name())) {
                continue;
            }
            boolean byAnchor = anchors.stream()
                    .anyMatch(anchor ->
                            field.key().to(field.value().span()).text().contains("&" + anchor)
                                    || afterKey(field).contains("&" + anchor));
            if (!byAnchor) {
                warn(field.key(), "the hidden job " + name + " is used nowhere", "remove it, or extend it");
            }
        }
    }

    /** The rest of the key's line, where an anchor stands. */
    private static String afterKey(Node.Field field) {
        return field.key().source().line(field.key().line()).text();
    }

    private static void uses(Node node, Set<String> used) {
        switch (node) {
            case Node.Scalar _ -> {}
            case Node.Items(Span _, List<Node> items) -> items.forEach(item -> uses(item, used));
            case Node.Fields fields -> {
                used.addAll(Node.texts(fields.get("extends")));
                for (Map.Entry<String, Node.Field> entry : fields.fields().entrySet()) {
                    uses(entry.getValue().value(), used);
                }
            }
            case Node.Reference reference -> {
                if (!reference.path().isEmpty()) {
                    used.add(reference.path().getFirst());
                }
            }
        }
    }

    private void warn(Span span, String message, String remedy) {
        int end = span.text().indexOf('\n');
        found.warning(end < 0 ? span : span.part(0, end), message, remedy);
    }
}
