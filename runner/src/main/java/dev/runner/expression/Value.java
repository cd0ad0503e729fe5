package dev.runner.expression;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an expression evaluates to: the six kinds of GitHub's language. Two arrays or two objects are the same to
 * {@code ==} only when they are the same instance; {@link #equals} compares content.
 */
public sealed interface Value {
    Value NULL = new Null();

    static Value of(@Nullable String text) {
        return text == null ? NULL : new Str(text);
    }

    static Value of(double number) {
        return new Num(number);
    }

    static Value of(boolean truth) {
        return new Bool(truth);
    }

    /** Keys in the map's order; values are anything that {@link #of(Object)} takes. */
    static Value of(Map<String, ?> entries) {
        Map<String, Value> values = new LinkedHashMap<>();
        entries.forEach((key, value) -> values.put(key, of((@Nullable Object) value)));
        return new Obj(values);
    }

    /** Items are anything that {@link #of(Object)} takes. */
    static Value of(Collection<?> items) {
        List<Value> values = new ArrayList<>(items.size());
        items.forEach(item -> values.add(of((@Nullable Object) item)));
        return new Arr(values);
    }

    /**
     * A plain Java value: null, Value, CharSequence, Number, Boolean, Map with String keys or Collection.
     *
     * @throws IllegalArgumentException for any other type
     */
    static Value of(@Nullable Object plain) {
        return switch (plain) {
            case null -> NULL;
            case Value value -> value;
            case CharSequence text -> new Str(text.toString());
            case Number number -> new Num(number.doubleValue());
            case Boolean truth -> new Bool(truth);
            case Collection<?> items -> of(items);
            case Map<?, ?> map -> {
                Map<String, Value> values = new LinkedHashMap<>();
                map.forEach((key, value) -> values.put(String.valueOf(key), of((@Nullable Object) value)));
                yield new Obj(values);
            }
            default ->
                throw new IllegalArgumentException(
                        "no expression value from " + plain.getClass().getName());
        };
    }

    /**
     * Reads JSON text. A key that is repeated, even in another case, takes its last value.
     *
     * @throws IllegalArgumentException when it is not one JSON value, with the line and column
     */
    static Value fromJson(String json) {
        return Json.read(json);
    }

    /** GitHub's coercion to a string: null is empty, numbers are .NET's G15, arrays and objects their kind. */
    default String text() {
        return switch (this) {
            case Null() -> "";
            case Bool(boolean truth) -> Boolean.toString(truth);
            case Num(double number) -> Numbers.format(number);
            case Str(String text) -> text;
            case Arr _ -> "Array";
            case Obj _ -> "Object";
        };
    }

    /** GitHub's coercion to a number: text that is no number, arrays and objects are NaN. */
    default double number() {
        return switch (this) {
            case Null() -> 0;
            case Bool(boolean truth) -> truth ? 1 : 0;
            case Num(double number) -> number;
            case Str(String text) -> Numbers.parse(text);
            case Arr _, Obj _ -> Double.NaN;
        };
    }

    /** False for null, false, 0, NaN and the empty string; true for all else. */
    default boolean truthy() {
        return switch (this) {
            case Null() -> false;
            case Bool(boolean truth) -> truth;
            case Num(double number) -> number != 0 && !Double.isNaN(number);
            case Str(String text) -> !text.isEmpty();
            case Arr _, Obj _ -> true;
        };
    }

    /** Neither an array nor an object. */
    default boolean primitive() {
        return !(this instanceof Arr || this instanceof Obj);
    }

    /** The JSON text that {@code toJSON} gives: indented by two spaces a level, lines ended by LF. */
    default String toJson() {
        return Json.write(this);
    }

    record Null() implements Value {}

    record Bool(boolean value) implements Value {}

    record Num(double value) implements Value {}

    record Str(String value) implements Value {
        public Str {
            Objects.requireNonNull(value);
        }
    }

    record Arr(List<Value> items) implements Value {
        public Arr {
            items = List.copyOf(items);
        }
    }

    /** Keys in their order, found without regard to case unless built by {@link #caseSensitive}. */
    final class Obj implements Value {
        private final Map<String, Value> entries;
        private final Map<String, String> keys;
        private final boolean sensitive;

        public Obj(Map<String, Value> entries) {
            this(entries, false);
        }

        private Obj(Map<String, Value> given, boolean sensitive) {
            Map<String, Value> ordered = new LinkedHashMap<>();
            Map<String, String> folded = new LinkedHashMap<>();
            this.sensitive = sensitive;
            given.forEach((key, value) -> {
                String kept = folded.putIfAbsent(fold(key), key);
                ordered.put(kept == null ? key : kept, Objects.requireNonNull(value));
            });
            this.entries = java.util.Collections.unmodifiableMap(ordered);
            this.keys = folded;
        }

        /** For names that differ by case on this machine, such as environment variables. */
        public static Obj caseSensitive(Map<String, Value> entries) {
            return new Obj(entries, true);
        }

        /** The value under a key, or null. */
        public @Nullable Value get(String key) {
            String kept = keys.get(fold(key));
            return kept == null ? null : entries.get(kept);
        }

        public Set<String> keys() {
            return entries.keySet();
        }

        public Map<String, Value> entries() {
            return entries;
        }

        private String fold(String key) {
            return sensitive ? key : Folding.fold(key);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Obj that && entries.equals(that.entries);
        }

        @Override
        public int hashCode() {
            return entries.hashCode();
        }

        @Override
        public String toString() {
            return "Obj" + entries;
        }
    }
}
