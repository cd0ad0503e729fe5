package dev.runner.frontend.gitlab;

import dev.runner.source.NearNames;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks of values that many keywords share, in GitLab's words. */
final class Shapes {
    private static final int DEEPEST = 10;

    private final Faults faults;

    Shapes(Faults faults) {
        this.faults = faults;
    }

    Faults faults() {
        return faults;
    }

    void error(Node node, String message) {
        faults.error(node.span(), message);
    }

    void error(Span span, String message, @Nullable String remedy) {
        faults.error(span, message, remedy);
    }

    /** The mapping; another shape is told. */
    Node.@Nullable Fields hash(String where, Node node) {
        if (node instanceof Node.Fields fields) {
            return fields;
        }
        error(node, where + " config should be a hash");
        return null;
    }

    void keys(String where, Node.Fields fields, Collection<String> allowed) {
        List<String> unknown = fields.fields().keySet().stream()
                .filter(key -> !allowed.contains(key))
                .toList();
        for (String key : unknown) {
            Node.Field field = fields.fields().get(key);
            String near = NearNames.nearest(key, allowed);
            error(
                    field == null ? fields.span() : field.key(),
                    where + " config contains unknown keys: " + key,
                    near == null ? null : "did you mean '" + near + "'?");
        }
    }

    void oneOf(String what, @Nullable Node node, List<String> allowed) {
        if (node != null && !Node.isNull(node) && !allowed.contains(String.valueOf(Node.textOf(node)))) {
            String near = NearNames.nearest(String.valueOf(Node.textOf(node)), allowed);
            error(
                    node.span(),
                    what + " should be one of: " + String.join(", ", allowed),
                    near == null ? null : "did you mean '" + near + "'?");
        }
    }

    void text(String what, @Nullable Node node) {
        if (node != null && !Node.isNull(node) && !Node.isText(node)) {
            error(node.span(), what + " should be a string", "put it into quotes");
        }
    }

    void truth(String what, @Nullable Node node) {
        if (node != null
                && !Node.isNull(node)
                && !(node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.BOOLEAN)) {
            error(node, what + " should be a boolean value");
        }
    }

    void texts(String what, @Nullable Node node) {
        if (node != null && !Node.isNull(node) && !isTexts(node)) {
            error(node, what + " should be an array of strings");
        }
    }

    void textsOrText(String what, @Nullable Node node) {
        if (node != null && !Node.isNull(node) && !Node.isText(node) && !isTexts(node)) {
            error(node, what + " should be an array of strings or a string");
        }
    }

    private static boolean isTexts(Node node) {
        return node instanceof Node.Items(Span _, List<Node> items)
                && items.stream().allMatch(Node::isText);
    }

    /** A script: a text, or texts in lists up to ten deep. */
    void commands(String where, @Nullable Node node) {
        if (node == null || Node.isNull(node) || Node.isText(node)) {
            return;
        }
        if (!(node instanceof Node.Items) || !isNested(node, 0, Node::isText)) {
            Node guilty = guilty(node);
            error(
                    guilty.span(),
                    where + " config should be a string or a nested array of strings up to " + DEEPEST + " levels deep",
                    guilty instanceof Node.Fields
                            ? "a colon followed by a blank makes this a hash: put it into quotes"
                            : null);
        }
    }

    private static Node guilty(Node node) {
        if (node instanceof Node.Items(Span _, List<Node> items)) {
            for (Node item : items) {
                if (!Node.isText(item) && !(item instanceof Node.Items)) {
                    return item;
                }
            }
        }
        return node;
    }

    static boolean isNested(Node node, int level, Predicate<Node> leaf) {
        return node instanceof Node.Items(Span _, List<Node> items)
                && level <= DEEPEST
                && items.stream().allMatch(item -> leaf.test(item) || isNested(item, level + 1, leaf));
    }

    void duration(String what, @Nullable Node node) {
        String text = Node.textOf(node);
        if (node != null && !Node.isNull(node) && (text == null || Durations.parse(text) == null)) {
            error(node.span(), what + " should be a duration", "write it as 30 minutes, 1h 30m or 2 days");
        }
    }

    /** @param data whether {@code description} and {@code options} may be given, as at the root */
    void variables(String where, @Nullable Node node, boolean data) {
        if (node == null || Node.isNull(node)) {
            return;
        }
        Node.Fields fields = hash(where, node);
        if (fields == null) {
            return;
        }
        for (Map.Entry<String, Node.Field> entry : fields.fields().entrySet()) {
            variable(where, entry.getKey(), entry.getValue(), data);
        }
    }

    private void variable(String where, String name, Node.Field field, boolean data) {
        Node value = field.value();
        if (value instanceof Node.Fields details) {
            List<String> allowed =
                    data ? List.of("value", "description", "expand", "options") : List.of("value", "expand");
            List<String> unknown = new ArrayList<>(details.fields().keySet());
            unknown.removeAll(allowed);
            if (!unknown.isEmpty()) {
                boolean known = Words.VARIABLE.containsAll(unknown);
                error(
                        field.key(),
                        where + ":" + name + " config "
                                + (known ? "uses invalid data keys: " : "contains unknown keys: ")
                                + String.join(", ", unknown),
                        "allowed are " + String.join(", ", allowed));
            }
            truth(where + ":" + name + " config expand", details.get("expand"));
            options(where, name, details);
        } else if (!(value instanceof Node.Scalar)) {
            error(value, where + ":" + name + " config must be either a string or a hash");
        }
    }

    private void options(String where, String name, Node.Fields details) {
        if (details.get("options") instanceof Node options) {
            texts(where + ":" + name + " config options", options);
            String value = Node.textOf(details.get("value"));
            if (value != null && !Node.texts(options).contains(value)) {
                error(options, where + ":" + name + " config value must be present in options");
            }
        }
    }
}
