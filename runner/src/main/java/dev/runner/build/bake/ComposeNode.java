package dev.runner.build.bake;

import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a compose file, with variables in place and {@code <<} merged. */
sealed interface ComposeNode {
    Span span();

    /** @param text null for nothing, as in {@code NAME:} */
    record Scalar(Span span, @Nullable String text) implements ComposeNode {}

    record Items(Span span, List<ComposeNode> items) implements ComposeNode {}

    record Entries(Span span, Map<String, ComposeNode> entries) implements ComposeNode {}

    static ComposeNode emptyMap(Span span) {
        return new Entries(span, Map.of());
    }

    static ComposeNode of(YamlNode node, ComposeVariables variables) {
        return switch (node) {
            case YamlNode.Scalar scalar ->
                new Scalar(
                        scalar.span(),
                        scalar.plain() && List.of("", "~", "null").contains(scalar.value())
                                ? null
                                : variables.expand(scalar.value(), scalar.span()));
            case YamlNode.Sequence sequence ->
                new Items(
                        sequence.span(),
                        sequence.items().stream()
                                .map(item -> of(item, variables))
                                .toList());
            case YamlNode.Mapping mapping -> {
                Map<String, ComposeNode> entries = new LinkedHashMap<>();
                Map<String, ComposeNode> merged = new LinkedHashMap<>();
                for (YamlNode.Entry entry : mapping.entries()) {
                    String key = entry.key() instanceof YamlNode.Scalar scalar ? scalar.value() : "";
                    ComposeNode value = of(entry.value(), variables);
                    if (key.equals("<<")) {
                        List<ComposeNode> bases =
                                value instanceof Items(var _, List<ComposeNode> items) ? items : List.of(value);
                        for (ComposeNode base : bases) {
                            if (base instanceof Entries(var _, Map<String, ComposeNode> more)) {
                                more.forEach(merged::putIfAbsent);
                            }
                        }
                    } else {
                        entries.put(key, value);
                    }
                }
                merged.forEach(entries::putIfAbsent);
                yield new Entries(mapping.span(), entries);
            }
        };
    }

    default @Nullable ComposeNode get(String key) {
        return this instanceof Entries(var _, Map<String, ComposeNode> entries) ? entries.get(key) : null;
    }

    default boolean has(String key) {
        return get(key) != null;
    }

    default @Nullable String text() {
        return this instanceof Scalar(var _, String text) ? text : null;
    }

    default Map<String, ComposeNode> map(String key) {
        return get(key) instanceof Entries(var _, Map<String, ComposeNode> entries) ? entries : Map.of();
    }

    /** A later file's value over this one: maps by key, lists one after the other, all else replaced. */
    default ComposeNode mergedWith(ComposeNode later) {
        if (this instanceof Entries(var _, Map<String, ComposeNode> first)
                && later instanceof Entries(Span span, Map<String, ComposeNode> second)) {
            Map<String, ComposeNode> all = new LinkedHashMap<>(first);
            second.forEach((key, value) -> all.merge(key, value, ComposeNode::mergedWith));
            return new Entries(span, all);
        }
        if (this instanceof Items(var _, List<ComposeNode> first)
                && later instanceof Items(Span span, List<ComposeNode> second)) {
            List<ComposeNode> all = new ArrayList<>(first);
            all.addAll(second);
            return new Items(span, all);
        }
        return later instanceof Scalar(var _, String text) && text == null ? this : later;
    }

    /** Texts by name, written as a map or as a list of {@code NAME=VALUE}; null where only the name is given. */
    default Map<String, @Nullable String> pairs() {
        Map<String, @Nullable String> pairs = new LinkedHashMap<>();
        switch (this) {
            case Entries(var _, Map<String, ComposeNode> entries) ->
                entries.forEach((key, value) -> pairs.put(key, value.text()));
            case Items(var _, List<ComposeNode> items) -> {
                for (ComposeNode item : items) {
                    String text = item.text() == null ? "" : item.text();
                    int equals = text.indexOf('=');
                    pairs.put(
                            equals < 0 ? text : text.substring(0, equals),
                            equals < 0 ? null : text.substring(equals + 1));
                }
            }
            case Scalar _ -> {}
        }
        return pairs;
    }

    /** Texts of a list; one text stands for a list of its words. */
    default List<String> texts() {
        return switch (this) {
            case Items(var _, List<ComposeNode> items) ->
                items.stream()
                        .map(item -> item.text() == null ? "" : item.text())
                        .toList();
            case Scalar(var _, String text) ->
                text == null || text.isBlank()
                        ? List.of()
                        : List.of(text.strip().split("\\s+"));
            case Entries _ -> List.of();
        };
    }
}
