package dev.runner.expression;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON in and out. Reading streams through Jackson. Writing is by hand, because the text must be GitHub's to the byte:
 * its layout, its numbers, and its choice of escapes (quote, backslash, controls, and the three line breaks that
 * JavaScript once refused in strings).
 */
final class Json {
    private static final int MAX_DEPTH = 100;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private Json() {}

    static Value read(String json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new IllegalArgumentException("the JSON text is empty");
            }
            Value value = read(parser, first);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException(
                        "more text follows the JSON value" + position(parser.currentTokenLocation()));
            }
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "the JSON text is not valid" + position(e.getLocation()) + ": " + e.getOriginalMessage(), e);
        }
    }

    private static String position(@Nullable TokenStreamLocation at) {
        return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    private static Value read(JsonParser parser, JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> Value.NULL;
            case VALUE_TRUE -> Value.of(true);
            case VALUE_FALSE -> Value.of(false);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Value.of(parser.getDoubleValue());
            case VALUE_STRING -> Value.of(parser.getString());
            case START_ARRAY -> readArray(parser);
            case START_OBJECT -> readObject(parser);
            case END_ARRAY, END_OBJECT, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no JSON value begins with " + token);
        };
    }

    private static Value readArray(JsonParser parser) {
        List<Value> items = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            items.add(read(parser, next));
        }
        return new Value.Arr(items);
    }

    private static Value readObject(JsonParser parser) {
        Map<String, Value> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            entries.put(key, read(parser, parser.nextToken()));
        }
        return new Value.Obj(entries);
    }

    static String write(Value value) {
        StringBuilder out = new StringBuilder();
        write(value, 0, out);
        return out.toString();
    }

    private static void write(Value value, int level, StringBuilder out) {
        switch (value) {
            case Value.Null _ -> out.append("null");
            case Value.Bool _, Value.Num _ -> out.append(value.text());
            case Value.Str(String text) -> quote(text, out);
            case Value.Arr(List<Value> items) -> writeArray(items, level, out);
            case Value.Obj object -> writeObject(object, level, out);
        }
    }

    private static void writeArray(List<Value> items, int level, StringBuilder out) {
        if (items.isEmpty()) {
            out.append("[]");
            return;
        }
        String separator = "[";
        for (Value item : items) {
            indent(out.append(separator), level + 1);
            write(item, level + 1, out);
            separator = ",";
        }
        indent(out, level);
        out.append(']');
    }

    private static void writeObject(Value.Obj object, int level, StringBuilder out) {
        if (object.entries().isEmpty()) {
            out.append("{}");
            return;
        }
        String separator = "{";
        Iterator<Map.Entry<String, Value>> entries = object.entries().entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Value> entry = entries.next();
            indent(out.append(separator), level + 1);
            quote(entry.getKey(), out);
            write(entry.getValue(), level + 1, out.append(": "));
            separator = ",";
        }
        indent(out, level);
        out.append('}');
    }

    private static void indent(StringBuilder out, int level) {
        out.append('\n').append("  ".repeat(level));
    }

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
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ' || c == '\u0085' || c == '\u2028' || c == '\u2029') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
