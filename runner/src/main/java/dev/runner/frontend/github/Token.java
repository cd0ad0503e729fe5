package dev.runner.frontend.github;

import dev.runner.expression.Template;
import dev.runner.source.Span;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A node of a workflow after YAML's scalars have got their types and <code>${{ }}</code> has been found. */
sealed interface Token {
    Span span();

    /** Text without expressions. */
    record Text(String value, Span span) implements Token {}

    record Number(double value, Span span) implements Token {}

    record Truth(boolean value, Span span) implements Token {}

    record Nothing(Span span) implements Token {}

    /** Text that is one expression or has some in it. */
    record Computed(Template template, Span span) implements Token {}

    /** The key <code>${{ insert }}</code>, whose value is a mapping to be merged into the one it stands in. */
    record Insert(Span span) implements Token {}

    record Items(List<Token> items, Span span) implements Token {
        public Items {
            items = List.copyOf(items);
        }
    }

    record Fields(List<Field> fields, Span span) implements Token {
        public Fields {
            fields = List.copyOf(fields);
        }

        /** The value under a key, whatever the key's case, or null. */
        @Nullable
        Token get(String key) {
            for (Field field : fields) {
                if (field.key() instanceof Text(String name, Span _) && name.equalsIgnoreCase(key)) {
                    return field.value();
                }
            }
            return null;
        }
    }

    /** A key, which is text, an expression or the insertion, and its value. */
    record Field(Token key, Token value) {}

    /** A scalar as GitHub writes it in messages; an empty text for what is no literal. */
    default String literal() {
        return switch (this) {
            case Text(String value, Span _) -> value;
            case Number(double value, Span _) ->
                dev.runner.expression.Value.of(value).text();
            case Truth(boolean value, Span _) -> String.valueOf(value).toLowerCase(Locale.ROOT);
            case Computed(Template template, Span _) -> template.source();
            case Nothing _, Insert _, Items _, Fields _ -> "";
        };
    }

    default boolean isExpression() {
        return this instanceof Computed || this instanceof Insert;
    }
}
