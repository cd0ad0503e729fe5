package dev.runner.build.bake;

import dev.runner.build.CommaFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code type=registry,ref=…} and its short forms, to fields and back. */
final class BakeEntries {
    private BakeEntries() {}

    /** The fields of one text; null for an empty one, which says nothing. */
    static @org.jspecify.annotations.Nullable Map<String, String> parse(BakeAttribute attribute, String text) {
        if (text.isBlank()) {
            return null;
        }
        return switch (attribute) {
            case CACHE_FROM, CACHE_TO ->
                text.contains("=") ? fields(text) : new TreeMap<>(Map.of("type", "registry", "ref", text));
            case OUTPUT -> output(text);
            case SSH -> ssh(text);
            default -> fields(text);
        };
    }

    private static Map<String, String> fields(String text) {
        return new TreeMap<>(CommaFields.parse(text));
    }

    private static Map<String, String> output(String text) {
        if (text.contains("=")) {
            return fields(text);
        }
        return new TreeMap<>(
                text.equals("-") ? Map.of("type", "tar", "dest", "-") : Map.of("type", "local", "dest", text));
    }

    private static Map<String, String> ssh(String text) {
        int equals = text.indexOf('=');
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", equals < 0 ? text : text.substring(0, equals));
        if (equals >= 0) {
            fields.put("paths", text.substring(equals + 1));
        }
        return fields;
    }

    /** As the command line takes it. */
    static String text(BakeAttribute attribute, Map<String, String> fields) {
        if (attribute == BakeAttribute.SSH) {
            String paths = fields.get("paths");
            return fields.getOrDefault("id", "default") + (paths == null ? "" : "=" + paths);
        }
        List<String> words = new ArrayList<>();
        String type = fields.get("type");
        if (type != null) {
            words.add(quoted("type=" + type));
        }
        fields.forEach((key, value) -> {
            if (!key.equals("type")) {
                words.add(quoted(key + "=" + value));
            }
        });
        return words.stream().collect(Collectors.joining(","));
    }

    private static String quoted(String field) {
        return field.contains(",") || field.contains("\"") ? "\"" + field.replace("\"", "\"\"") + "\"" : field;
    }
}
