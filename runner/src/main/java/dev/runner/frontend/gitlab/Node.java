package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A value of the configuration with its type by YAML 1.1, each with the place it was written at. */
sealed interface Node {
    Span span();

    /** What kind a scalar is. */
    enum Kind {
        TEXT,
        INTEGER,
        FLOAT,
        BOOLEAN,
        NULL
    }

    /** @param text as Ruby's {@code to_s} gives it: {@code 0755} is 493, null is empty */
    record Scalar(Span span, Kind kind, String text) implements Node {}

    record Items(Span span, List<Node> items) implements Node {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** Entries in the order written, each key once. */
    record Fields(Span span, Map<String, Field> fields) implements Node {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        @Nullable
        Node get(String key) {
            Field field = fields.get(key);
            return field == null ? null : field.value();
        }

        /** The value, unless it is null. */
        @Nullable
        Node present(String key) {
            Node value = get(key);
            return value == null || Node.isNull(value) ? null : value;
        }

        boolean has(String key) {
            return fields.containsKey(key);
        }

        Fields with(String key, Field field) {
            Map<String, Field> copy = new LinkedHashMap<>(fields);
            copy.put(key, field);
            return new Fields(span, copy);
        }

        Fields without(String key) {
            if (!fields.containsKey(key)) {
                return this;
            }
            Map<String, Field> copy = new LinkedHashMap<>(fields);
            copy.remove(key);
            return new Fields(span, copy);
        }

        /** The other one over this: mappings are merged deeply, all else is replaced. */
        Fields merged(Fields over) {
            Map<String, Field> all = new LinkedHashMap<>(fields);
            over.fields.forEach((key, field) -> all.merge(key, field, Fields::deep));
            return new Fields(over.span, all);
        }

        private static Field deep(Field low, Field high) {
            return low.value() instanceof Fields under && high.value() instanceof Fields over
                    ? new Field(high.key(), under.merged(over))
                    : high;
        }
    }

    /** {@code !reference [job, key]}. */
    record Reference(Span span, List<String> path) implements Node {
        public Reference {
            path = List.copyOf(path);
        }

        String written() {
            return "!reference [" + path.stream().map(part -> '"' + part + '"').collect(Collectors.joining(", ")) + "]";
        }
    }

    /** A value and where its key stands. */
    record Field(Span key, Node value) {}

    static boolean isNull(Node node) {
        return node instanceof Scalar scalar && scalar.kind() == Kind.NULL;
    }

    static Node text(String text, Span span) {
        return new Scalar(span, Kind.TEXT, text);
    }

    /** The text of a scalar that is not null, else null. */
    static @Nullable String textOf(@Nullable Node node) {
        return node instanceof Scalar scalar && scalar.kind() != Kind.NULL ? scalar.text() : null;
    }

    static boolean isText(@Nullable Node node) {
        return node instanceof Scalar scalar && scalar.kind() == Kind.TEXT;
    }

    static boolean isTrue(@Nullable Node node) {
        return node instanceof Scalar scalar
                && scalar.kind() == Kind.BOOLEAN
                && scalar.text().equals("true");
    }

    /** The texts of a list, or of one scalar; lists in it are flattened. */
    static List<String> texts(@Nullable Node node) {
        List<String> texts = new ArrayList<>();
        collect(node, texts);
        return texts;
    }

    private static void collect(@Nullable Node node, List<String> texts) {
        if (node instanceof Items(Span _, List<Node> items)) {
            items.forEach(item -> collect(item, texts));
        } else if (textOf(node) instanceof String text) {
            texts.add(text);
        }
    }

    /** The value as JSON, as GitLab writes an input that is no text into one. */
    static String json(Node node) {
        return switch (node) {
            case Scalar(Span _, Kind kind, String text) ->
                kind == Kind.NULL ? "null" : kind == Kind.TEXT ? quoted(text) : text;
            case Items(Span _, List<Node> items) ->
                items.stream().map(Node::json).collect(Collectors.joining(",", "[", "]"));
            case Fields fields ->
                fields.fields().entrySet().stream()
                        .map(entry -> quoted(entry.getKey()) + ":"
                                + json(entry.getValue().value()))
                        .collect(Collectors.joining(",", "{", "}"));
            case Reference reference -> quoted(reference.written());
        };
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
