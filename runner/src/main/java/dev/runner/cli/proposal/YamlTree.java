package dev.runner.cli.proposal;

import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A YAML file that is only looked at: what is not as expected is not there. */
record YamlTree(@Nullable YamlNode node) {
    private static final YamlTree NONE = new YamlTree(null);

    static YamlTree of(String name, String text, Findings findings) {
        try {
            return new YamlTree(YamlReader.read(Source.of(name, text), YamlReader.Limits.DEFAULT));
        } catch (InvalidSourceException e) {
            findings.note(name + " cannot be read and was left out");
            return NONE;
        }
    }

    /** A mapping's value; the last one of that name. */
    YamlTree at(String key) {
        return fields().getOrDefault(key, NONE);
    }

    /** A mapping's entries in their order; of none for everything else. */
    Map<String, YamlTree> fields() {
        Map<String, YamlTree> fields = new LinkedHashMap<>();
        if (node instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach(entry -> {
                if (entry.key() instanceof YamlNode.Scalar key) {
                    fields.put(key.value(), new YamlTree(entry.value()));
                }
            });
        }
        return fields;
    }

    /** A list's items; a single thing is a list of one. */
    List<YamlTree> items() {
        return switch (node) {
            case null -> List.of();
            case YamlNode.Sequence sequence ->
                sequence.items().stream().map(YamlTree::new).toList();
            case YamlNode.Scalar scalar -> List.of(this);
            case YamlNode.Mapping mapping -> List.of(this);
        };
    }

    /** The text; empty for what has none. */
    String text() {
        return node instanceof YamlNode.Scalar scalar
                        && !(scalar.plain() && scalar.value().matches("~|null"))
                ? scalar.value()
                : "";
    }

    /** A list of texts, lists in it included. */
    List<String> texts() {
        return items().stream()
                .flatMap(item -> item.node instanceof YamlNode.Sequence
                        ? item.texts().stream()
                        : java.util.stream.Stream.of(item.text()))
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** The texts of a mapping's values. */
    Map<String, String> pairs() {
        return fields().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> Objects.requireNonNull(entry.getValue()).text(),
                        (a, b) -> b,
                        LinkedHashMap::new));
    }
}
