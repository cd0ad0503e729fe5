package dev.runner.dockerfile;

import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code --mount} as written: its values may hold variables, so that it is a {@link Mount} only once its instruction
 * is expanded.
 *
 * @param span the flag
 */
public record MountFlag(Span span, List<Field> fields) {
    public MountFlag {
        fields = List.copyOf(fields);
    }

    /**
     * One option.
     *
     * @param key in lower case
     * @param value null for an option without an equals sign
     */
    public record Field(String key, @Nullable String value) {}

    /** The stage, context or image it mounts from, null for none; never holds a variable. */
    public @Nullable String from() {
        return fields.stream()
                .filter(f -> f.key.equals("from"))
                .map(Field::value)
                .reduce((first, last) -> last)
                .orElse(null);
    }

    MountFlag expand(Words words) {
        return new MountFlag(
                span,
                fields.stream()
                        .map(f -> new Field(f.key, words.expandNullable(f.value)))
                        .toList());
    }

    /**
     * The mount, typed and with its defaults.
     *
     * @throws InvalidSourceException if an option is unknown or its value is wrong
     */
    public Mount mount() {
        return new MountReader(this).read();
    }
}
