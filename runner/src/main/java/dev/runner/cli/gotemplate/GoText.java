package dev.runner.cli.gotemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values as Go prints them, and as its JSON package writes them. */
public final class GoText {
    private GoText() {}

    /** As {@code fmt.Print} writes a value. */
    static String print(@Nullable Object value) {
        return switch (value) {
            case null -> "<nil>";
            case Struct struct -> braces(struct.members().values());
            case Map<?, ?> map -> {
                List<String> entries = new ArrayList<>();
                new TreeMap<>(texts(map)).forEach((key, one) -> entries.add(key + ":" + print(one)));
                yield "map[" + String.join(" ", entries) + "]";
            }
            case List<?> list ->
                "[" + String.join(" ", list.stream().map(GoText::print).toList()) + "]";
            case Double number ->
                number == Math.rint(number) && Math.abs(number) < 1e21
                        ? String.valueOf(number.longValue())
                        : String.valueOf(number);
            default -> String.valueOf(value);
        };
    }

    private static String braces(Iterable<?> values) {
        List<String> all = new ArrayList<>();
        values.forEach(value -> all.add(print(value)));
        return "{" + String.join(" ", all) + "}";
    }

    private static Map<String, @Nullable Object> texts(Map<?, ?> map) {
        Map<String, @Nullable Object> all = new TreeMap<>();
        map.forEach((key, value) -> all.put(String.valueOf(key), value));
        return all;
    }

    /**
     * JSON.
     *
     * @param indent what a level is indented by; empty for one line
     */
    public static String json(@Nullable Object value, String indent) {
        StringBuilder out = new StringBuilder();
        write(value, indent, "\n", out);
        return out.toString();
    }

    private static void write(@Nullable Object value, String indent, String line, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case Struct struct -> object(struct.members(), indent, line, out);
            case Map<?, ?> map -> object(texts(map), indent, line, out);
            case List<?> list -> array(list, indent, line, out);
            case Boolean truth -> out.append(truth);
            case Number number -> out.append(print(number));
            default -> quote(String.valueOf(value), out);
        }
    }

    private static void object(Map<String, ?> members, String indent, String line, StringBuilder out) {
        if (members.isEmpty()) {
            out.append("{}");
            return;
        }
        char before = '{';
        for (Map.Entry<String, ?> member : members.entrySet()) {
            out.append(before);
            before = ',';
            out.append(indent.isEmpty() ? "" : line + indent);
            quote(member.getKey(), out);
            out.append(indent.isEmpty() ? ":" : ": ");
            write(member.getValue(), indent, line + indent, out);
        }
        out.append(indent.isEmpty() ? "" : line).append('}');
    }

    private static void array(List<?> items, String indent, String line, StringBuilder out) {
        if (items.isEmpty()) {
            out.append("[]");
            return;
        }
        char before = '[';
        for (Object item : items) {
            out.append(before);
            before = ',';
            out.append(indent.isEmpty() ? "" : line + indent);
            write(item, indent, line + indent, out);
        }
        out.append(indent.isEmpty() ? "" : line).append(']');
    }

    /** Go's package escapes what HTML would take for markup, too. */
    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    boolean escaped = c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029;
                    out.append(escaped ? String.format("\\u%04x", (int) c) : String.valueOf(c));
                }
            }
        }
        out.append('"');
    }
}
