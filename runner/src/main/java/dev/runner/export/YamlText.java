package dev.runner.export;

import dev.runner.expression.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes YAML that reads the same by versions 1.1 and 1.2: collections of short scalars in one line, texts of several lines
 * as blocks, and quotes around all that anybody could take for something else than text.
 */
final class YamlText {
    private static final int WIDTH = 100;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_./][A-Za-z0-9_./@+=~^ -]*");
    private static final Pattern EXPRESSION = Pattern.compile("[$A-Za-z(][^#\"\\\\]*");
    private static final Set<String> WORDS =
            Set.of("true", "false", "yes", "no", "on", "off", "null", "y", "n", "~", ".inf", ".nan");

    private final StringBuilder text = new StringBuilder();

    private YamlText() {}

    /** A mapping, its entries of the first level with an empty line between those that are long. */
    static String document(Map<String, ?> root) {
        YamlText yaml = new YamlText();
        root.forEach((key, value) -> yaml.entry(key, Value.of(value), 0));
        return yaml.text.toString();
    }

    private void entry(String key, Value value, int depth) {
        text.append("  ".repeat(depth)).append(key(key)).append(':');
        rest(value, depth);
    }

    /** What follows a key. */
    private void rest(Value value, int depth) {
        String line = inLine(value);
        int used = text.length() - (text.lastIndexOf("\n") + 1);
        if (line != null && used + line.length() < WIDTH) {
            text.append(line.isEmpty() ? "" : " ").append(line).append('\n');
            return;
        }
        switch (value) {
            case Value.Obj map -> {
                text.append('\n');
                map.entries().forEach((key, one) -> entry(key, one, depth + 1));
            }
            case Value.Arr list -> {
                text.append('\n');
                list.items().forEach(item -> item(item, depth + 1));
            }
            case Value.Str string
            when string.text().contains("\n") -> {
                boolean ends = string.text().endsWith("\n");
                text.append(ends ? " |\n" : " |-\n");
                string.text()
                        .stripTrailing()
                        .lines()
                        .forEach(one -> text.append(one.isEmpty() ? "" : "  ".repeat(depth + 1))
                                .append(one)
                                .append('\n'));
            }
            case Value.Null _, Value.Bool _, Value.Num _, Value.Str _ ->
                text.append(' ').append(scalar(value, false)).append('\n');
        }
    }

    private void item(Value value, int depth) {
        text.append("  ".repeat(depth)).append('-');
        String line = inLine(value);
        boolean fits = line != null && 2 * depth + 2 + line.length() < WIDTH;
        if (!fits && value instanceof Value.Obj map) {
            boolean first = true;
            for (Map.Entry<String, Value> entry : map.entries().entrySet()) {
                text.append(first ? " " : "  ".repeat(depth + 1));
                text.append(key(entry.getKey())).append(':');
                rest(entry.getValue(), depth + 1);
                first = false;
            }
            return;
        }
        rest(value, depth);
    }

    /** A scalar, or a collection of scalars in flow style; null for what needs lines of its own. */
    private static @Nullable String inLine(Value value) {
        return switch (value) {
            case Value.Null _ -> "";
            case Value.Obj map -> {
                if (map.entries().isEmpty()) {
                    yield "{}";
                }
                StringBuilder line = new StringBuilder("{");
                for (Map.Entry<String, Value> entry : map.entries().entrySet()) {
                    Value one = entry.getValue();
                    if (!isShort(one)) {
                        yield null;
                    }
                    line.append(line.length() > 1 ? ", " : "")
                            .append(key(entry.getKey()))
                            .append(": ")
                            .append(one instanceof Value.Arr list ? flow(list.items()) : scalar(one, true));
                }
                yield line.append('}').toString();
            }
            case Value.Arr list -> list.items().stream().allMatch(YamlText::isScalar) ? flow(list.items()) : null;
            case Value.Str string -> string.text().contains("\n") ? null : scalar(value, false);
            case Value.Bool _, Value.Num _ -> scalar(value, false);
        };
    }

    private static boolean isShort(Value value) {
        return isScalar(value)
                || value instanceof Value.Arr list && list.items().stream().allMatch(YamlText::isScalar);
    }

    private static boolean isScalar(Value value) {
        return switch (value) {
            case Value.Null _, Value.Bool _, Value.Num _ -> true;
            case Value.Str string -> !string.text().contains("\n");
            case Value.Arr _, Value.Obj _ -> false;
        };
    }

    private static String flow(List<Value> items) {
        return "["
                + String.join(
                        ", ", items.stream().map(item -> scalar(item, true)).toList()) + "]";
    }

    private static String key(String key) {
        return key.equals("on") ? key : scalar(Value.of(key), true);
    }

    /** @param flow whether it stands between braces or brackets */
    private static String scalar(Value value, boolean flow) {
        return switch (value) {
            case Value.Null _ -> "null";
            case Value.Str string -> isPlain(string.text(), flow) ? string.text() : quoted(string.text());
            case Value.Bool _, Value.Num _, Value.Arr _, Value.Obj _ -> value.text();
        };
    }

    private static boolean isPlain(String text, boolean flow) {
        if (text.isEmpty() || !text.equals(text.strip()) || WORDS.contains(text.toLowerCase(Locale.ROOT))) {
            return false;
        }
        boolean expression = !flow && EXPRESSION.matcher(text).matches() && !text.contains(": ") && !text.endsWith(":");
        return expression || PLAIN.matcher(text).matches();
    }

    /** In double quotes, unless these would make it harder to read. */
    private static String quoted(String text) {
        boolean single =
                (text.contains("\\") || text.contains("\"")) && text.chars().noneMatch(c -> c < ' ');
        return single ? "'" + text.replace("'", "''") + "'" : Value.of(text).toJson();
    }
}
