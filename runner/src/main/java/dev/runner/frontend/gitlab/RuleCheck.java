package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether one of {@code rules} is well formed. */
final class RuleCheck {
    private static final int MOST_PATHS = 50;

    private final Shapes shapes;
    private final String where;
    private final Collection<String> keys;
    private final List<String> when;

    RuleCheck(Shapes shapes, String where, Collection<String> keys, List<String> when) {
        this.shapes = shapes;
        this.where = where;
        this.keys = keys;
        this.when = when;
    }

    void check(Node.Fields rule) {
        if (rule.fields().isEmpty()) {
            shapes.error(rule, where + " config can't be blank");
        }
        shapes.keys(where, rule, new TreeSet<>(keys));
        Node start = rule.present("when");
        if (start != null && !when.contains(String.valueOf(Node.textOf(start)))) {
            String near = dev.runner.source.NearNames.nearest(String.valueOf(Node.textOf(start)), when);
            shapes.error(
                    start.span(),
                    where + " when unknown value: " + Node.textOf(start),
                    near == null ? "known are " + String.join(", ", when) : "did you mean '" + near + "'?");
        }
        boolean delayed = "delayed".equals(Node.textOf(start));
        Node delay = rule.present("start_in");
        if (delayed && delay == null) {
            shapes.error(rule.span(), where + " start in can't be blank", "add start_in: 30 minutes");
        } else if (!delayed && delay != null) {
            shapes.error(delay, where + " config contains unknown keys: start_in");
        }
        shapes.duration(where + " start in", delay);
        condition(rule.present("if"));
        paths("changes", rule.present("changes"), List.of("paths", "compare_to"));
        paths("exists", rule.present("exists"), List.of("paths", "project", "ref"));
        tolerance(rule.present("allow_failure"));
        shapes.truth(where + " interruptible", rule.get("interruptible"));
        shapes.variables(where + ":variables", rule.get("variables"), false);
    }

    private void tolerance(@Nullable Node node) {
        if (node instanceof Node.Fields) {
            return;
        }
        shapes.truth(where + " allow failure", node);
    }

    private void condition(@Nullable Node node) {
        if (node == null) {
            return;
        }
        String text = Node.isText(node) ? Node.textOf(node) : null;
        if (text == null) {
            shapes.error(node, where + " if invalid expression syntax");
            return;
        }
        try {
            Condition.parse(text);
        } catch (Condition.SyntaxException e) {
            int at = node.span().text().indexOf(text);
            Span guilty = at < 0 || e.at() >= text.length()
                    ? node.span()
                    : node.span().part(at + e.at(), at + e.at() + 1);
            shapes.error(guilty, where + " if invalid expression syntax", e.getMessage());
        }
    }

    private void paths(String key, @Nullable Node node, List<String> allowed) {
        Node paths = node;
        if (node instanceof Node.Fields fields) {
            shapes.keys(where + ":" + key, fields, allowed);
            paths = fields.get("paths");
            if (paths == null) {
                shapes.error(node, where + ":" + key + " config missing required keys: paths");
            }
        }
        shapes.texts(where + ":" + key + " config", paths);
        if (paths != null && Node.texts(paths).size() > MOST_PATHS) {
            shapes.error(paths, where + ":" + key + " config has too many entries (maximum 50)");
        }
    }
}
