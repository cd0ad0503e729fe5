package dev.runner.build.bake.hcl;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values as JSON, and back. Written as Go writes it: sorted, without spaces, with {@code <>&} escaped. */
public final class HclJsonText {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private HclJsonText() {}

    public static String write(HclValue value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(HclValue value, StringBuilder out) {
        switch (value) {
            case HclValue.Null _ -> out.append("null");
            case HclValue.Bool(boolean truth) -> out.append(truth);
            case HclValue.Num(BigDecimal number) -> out.append(HclValue.text(number));
            case HclValue.Str(String text) -> quote(text, out);
            case HclValue.Lst(List<HclValue> items) -> {
                out.append('[');
                for (int i = 0; i < items.size(); i++) {
                    out.append(i == 0 ? "" : ",");
                    write(items.get(i), out);
                }
                out.append(']');
            }
            case HclValue.Obj(Map<String, HclValue> entries) -> {
                out.append('{');
                String separator = "";
                for (Map.Entry<String, HclValue> entry : entries.entrySet()) {
                    out.append(separator);
                    quote(entry.getKey(), out);
                    out.append(':');
                    write(entry.getValue(), out);
                    separator = ",";
                }
                out.append('}');
            }
        }
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
                default -> {
                    if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
                        out.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** @throws HclFault when the text is no JSON */
    public static HclValue read(String json) {
        try {
            return value(MAPPER.readTree(json));
        } catch (JacksonException e) {
            throw new HclFault("the text is no JSON: " + e.getOriginalMessage());
        }
    }

    private static HclValue value(JsonNode node) {
        if (node.isObject()) {
            Map<String, HclValue> entries = new LinkedHashMap<>();
            node.properties().forEach(entry -> entries.put(entry.getKey(), value(entry.getValue())));
            return new HclValue.Obj(entries);
        }
        if (node.isArray()) {
            List<HclValue> items = new ArrayList<>();
            node.forEach(item -> items.add(value(item)));
            return new HclValue.Lst(items);
        }
        if (node.isNumber()) {
            return HclValue.of(node.decimalValue());
        }
        if (node.isBoolean()) {
            return HclValue.of(node.booleanValue());
        }
        return node.isNull() || node.isMissingNode() ? HclValue.NULL : HclValue.of(node.stringValue());
    }
}
