package dev.runner.step.action.metadata;

import java.util.Collection;
import java.util.Map;

/** JSON as JavaScript's {@code JSON.stringify} writes it, of maps, lists and texts. */
final class ScriptJson {
    private final boolean indented;
    private final StringBuilder out = new StringBuilder();

    private ScriptJson(boolean indented) {
        this.indented = indented;
    }

    static String compact(Object value) {
        ScriptJson json = new ScriptJson(false);
        json.value(value, 0);
        return json.out.toString();
    }

    /** With two blanks a level. */
    static String indented(Object value) {
        ScriptJson json = new ScriptJson(true);
        json.value(value, 0);
        return json.out.toString();
    }

    private void value(Object value, int depth) {
        if (value instanceof Map<?, ?> map) {
            out.append('{');
            String between = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(between);
                between = ",";
                line(depth + 1);
                text(String.valueOf(entry.getKey()));
                out.append(indented ? ": " : ":");
                value(entry.getValue(), depth + 1);
            }
            close(map.isEmpty(), '}', depth);
        } else if (value instanceof Collection<?> list) {
            out.append('[');
            String between = "";
            for (Object item : list) {
                out.append(between);
                between = ",";
                line(depth + 1);
                value(item, depth + 1);
            }
            close(list.isEmpty(), ']', depth);
        } else {
            text(String.valueOf(value));
        }
    }

    private void close(boolean empty, char bracket, int depth) {
        if (!empty) {
            line(depth);
        }
        out.append(bracket);
    }

    private void line(int depth) {
        if (indented) {
            out.append('\n').repeat("  ", depth);
        }
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
