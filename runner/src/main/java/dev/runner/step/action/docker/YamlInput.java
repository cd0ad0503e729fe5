package dev.runner.step.action.docker;

import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import dev.runner.step.github.ActionFailedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Inputs that hold a list in YAML. */
final class YamlInput {
    private YamlInput() {}

    /**
     * The entries of an input.
     *
     * @param remedy what an entry looks like
     */
    static List<YamlNode> items(String name, String text, String remedy) {
        YamlNode root;
        try {
            root = YamlReader.read(Source.of(name, text), YamlReader.Limits.DEFAULT);
        } catch (InvalidSourceException e) {
            root = null; // Its message shows the line, which may hold a password.
        }
        if (!(root instanceof YamlNode.Sequence list)) {
            throw ActionFailedException.badInput("'" + name + "' is no list in YAML", remedy);
        }
        return list.items();
    }

    /** An entry as a map. */
    static YamlNode.Mapping map(@Nullable YamlNode item, String fault) {
        if (!(item instanceof YamlNode.Mapping fields)) {
            throw ActionFailedException.badInput(fault, null);
        }
        return fields;
    }

    /** A field's text; empty where there is none. */
    static String text(YamlNode.Mapping fields, String name) {
        return value(fields, name) instanceof YamlNode.Scalar scalar ? scalar.value() : "";
    }

    /** A field's texts, of a list of them or of one by itself. */
    static List<String> texts(YamlNode.Mapping fields, String name) {
        return switch (value(fields, name)) {
            case YamlNode.Scalar scalar -> List.of(scalar.value());
            case YamlNode.Sequence list ->
                list.items().stream()
                        .map(item -> item instanceof YamlNode.Scalar scalar ? scalar.value() : "")
                        .toList();
            case null, default -> List.of();
        };
    }

    private static @Nullable YamlNode value(YamlNode.Mapping fields, String name) {
        return fields.entries().stream()
                .filter(entry -> entry.key() instanceof YamlNode.Scalar key
                        && key.value().equals(name))
                .map(YamlNode.Entry::value)
                .findFirst()
                .orElse(null);
    }
}
