package dev.runner.frontend.github;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the workflow schema says of a place.
 *
 * <p>Each definition may name contexts and functions; they may be used in the place and in all that lies below it.
 */
sealed interface Definition {
    List<String> contexts();

    /** A definition of a single value. */
    sealed interface Scalar extends Definition {
        boolean accepts(Token token);
    }

    /**
     * Text.
     *
     * @param constant the only text there may be, or null for any
     */
    record Text(
            List<String> contexts,
            boolean nonEmpty,
            @Nullable String constant) implements Scalar {
        @Override
        public boolean accepts(Token token) {
            return token instanceof Token.Text(String value, var _)
                    && (constant == null || constant.equals(value))
                    && !(nonEmpty && value.isEmpty());
        }
    }

    record Number(List<String> contexts) implements Scalar {
        @Override
        public boolean accepts(Token token) {
            return token instanceof Token.Number;
        }
    }

    record Truth(List<String> contexts) implements Scalar {
        @Override
        public boolean accepts(Token token) {
            return token instanceof Token.Truth;
        }
    }

    record Nothing(List<String> contexts) implements Scalar {
        @Override
        public boolean accepts(Token token) {
            return token instanceof Token.Nothing;
        }
    }

    /** A list; the name is that of the definition of its items. */
    record Items(List<String> contexts, String item) implements Definition {}

    /**
     * A mapping.
     *
     * @param properties by key, in the order of the schema
     * @param loose what other keys there may be, or null for none
     */
    record Fields(
            List<String> contexts,
            Map<String, Property> properties,
            @Nullable Loose loose) implements Definition {
        /** The names of the definitions of a key and its value. */
        record Loose(String key, String value) {}

        /** A key that is known. */
        record Property(String type, boolean required) {}
    }

    /** One of several, by their names. */
    record OneOf(List<String> contexts, List<String> choices) implements Definition {}
}
