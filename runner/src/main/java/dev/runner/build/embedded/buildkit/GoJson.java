package dev.runner.build.embedded.buildkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON to the byte as Go's {@code encoding/json} writes a struct, because BuildKit's digests are made from such bytes:
 * members in the order of their declaration, no white space, {@code <}, {@code >} and {@code &} escaped. All members but
 * {@link #always} are left out when they are zero, as {@code omitempty} has it.
 *
 * @see <a href="https://pkg.go.dev/encoding/json#Marshal">encoding/json</a>
 */
final class GoJson {
    private final List<String> members = new ArrayList<>();

    GoJson always(String name, String value) {
        return put(name, quote(value));
    }

    GoJson text(String name, @Nullable String value) {
        return value == null || value.isEmpty() ? this : put(name, quote(value));
    }

    GoJson number(String name, long value) {
        return value == 0 ? this : put(name, Long.toString(value));
    }

    GoJson flag(String name, boolean value) {
        return value ? put(name, "true") : this;
    }

    GoJson texts(String name, Collection<String> values) {
        return values.isEmpty() ? this : put(name, array(values.stream().map(GoJson::quote)));
    }

    /** A pointer to a struct: left out when there is none, written when it is there but empty. */
    GoJson struct(String name, @Nullable GoJson value) {
        return value == null ? this : put(name, value.toString());
    }

    GoJson structs(String name, List<GoJson> values) {
        return values.isEmpty() ? this : put(name, array(values.stream().map(GoJson::toString)));
    }

    GoJson numbers(String name, List<List<Integer>> rows) {
        return rows.isEmpty()
                ? this
                : put(name, array(rows.stream().map(row -> array(row.stream().map(String::valueOf)))));
    }

    private GoJson put(String name, String json) {
        members.add(quote(name) + ":" + json);
        return this;
    }

    byte[] toBytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "{" + String.join(",", members) + "}";
    }

    private static String array(java.util.stream.Stream<String> items) {
        return items.collect(Collectors.joining(",", "[", "]"));
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                default -> {
                    boolean plain = c >= ' ' && "<>&\u2028\u2029".indexOf(c) < 0;
                    quoted.append(
                            plain ? String.valueOf(c) : "\\u" + HexFormat.of().toHexDigits(c));
                }
            }
        }
        return quoted.append('"').toString();
    }
}
