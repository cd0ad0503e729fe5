package dev.runner.build.bake;

import dev.runner.build.bake.hcl.HclJsonText;
import dev.runner.build.bake.hcl.HclValue;
import dev.runner.build.bake.hcl.HclValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Targets as JSON that is a bake file again, in the layout of {@code docker buildx bake --print}. */
final class BakeJson {
    private static final List<String> SECRET_FIELDS = List.of("type", "id", "src", "env");

    private final StringBuilder out = new StringBuilder();

    private BakeJson() {}

    /** A variable's value for people: a text bare, all else as JSON. */
    static String text(HclValue value) {
        return value instanceof HclValue.Lst || value instanceof HclValue.Obj
                ? HclJsonText.write(value)
                : HclValues.text(value);
    }

    static String write(Map<String, BakeTarget> targets, Map<String, BakeGroup> groups) {
        Map<String, Object> document = new LinkedHashMap<>();
        Map<String, Object> allGroups = new TreeMap<>();
        groups.forEach((name, group) -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            if (!group.description().isEmpty()) {
                fields.put("description", group.description());
            }
            fields.put("targets", group.targets());
            allGroups.put(name, fields);
        });
        document.put("group", allGroups);
        Map<String, Object> allTargets = new TreeMap<>();
        targets.forEach((name, target) -> allTargets.put(name, fields(target)));
        document.put("target", allTargets);
        BakeJson json = new BakeJson();
        json.write(document, 0);
        return json.out.append('\n').toString();
    }

    private static Map<String, Object> fields(BakeTarget target) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (BakeAttribute attribute : BakeAttribute.values()) {
            BakeValue value = target.attributes().get(attribute);
            if (value == null || attribute == BakeAttribute.INHERITS) {
                continue;
            }
            Object shown = switch (value) {
                case BakeValue.Text(String text) -> attribute == BakeAttribute.DOCKERFILE_INLINE ? escaped(text) : text;
                case BakeValue.Flag(boolean set) -> set;
                case BakeValue.Texts(List<String> items) ->
                    attribute == BakeAttribute.ANNOTATIONS
                            ? items.stream().map(BakeJson::escaped).toList()
                            : items;
                case BakeValue.Pairs(Map<String, String> entries) -> pairs(attribute, entries);
                case BakeValue.Entries(List<Map<String, String>> items) ->
                    items.stream().map(item -> entry(attribute, item)).toList();
            };
            boolean empty = shown instanceof List<?> list && list.isEmpty()
                    || shown instanceof Map<?, ?> map && map.isEmpty()
                    || attribute == BakeAttribute.DESCRIPTION && "".equals(shown);
            if (!empty) {
                fields.put(attribute.word(), shown);
            }
        }
        return fields;
    }

    private static Map<String, Object> pairs(BakeAttribute attribute, Map<String, String> entries) {
        Map<String, Object> sorted = new TreeMap<>();
        entries.forEach((key, text) -> sorted.put(key, attribute == BakeAttribute.CONTEXTS ? text : escaped(text)));
        return sorted;
    }

    private static Map<String, Object> entry(BakeAttribute attribute, Map<String, String> item) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (attribute == BakeAttribute.SSH) {
            fields.putAll(item);
            fields.computeIfPresent(
                    "paths", (_, paths) -> Arrays.asList(paths.toString().split(",")));
        } else if (attribute == BakeAttribute.SECRET) {
            SECRET_FIELDS.forEach(name -> {
                if (item.containsKey(name)) {
                    fields.put(name, item.get(name));
                }
            });
        } else {
            new TreeMap<>(item)
                    .forEach((key, text) ->
                            fields.put(key, key.equals("disabled") ? (Object) Boolean.valueOf(text) : text));
        }
        return fields;
    }

    /** What would be an interpolation when the JSON is read again. */
    private static String escaped(String text) {
        return text.replace("${", "$${").replace("%{", "%%{");
    }

    private void write(Object value, int depth) {
        switch (value) {
            case Map<?, ?> map -> {
                List<String> lines = new ArrayList<>();
                map.forEach((key, one) -> lines.add(nested(String.valueOf(key), one, depth + 1)));
                block('{', lines, '}', depth);
            }
            case List<?> list -> {
                List<String> lines = new ArrayList<>();
                list.forEach(one -> {
                    BakeJson inner = new BakeJson();
                    inner.write(one, depth + 1);
                    lines.add(inner.out.toString());
                });
                block('[', lines, ']', depth);
            }
            case String text -> out.append(HclJsonText.write(HclValue.of(text)));
            default -> out.append(value);
        }
    }

    private static String nested(String key, Object value, int depth) {
        BakeJson inner = new BakeJson();
        inner.out.append(HclJsonText.write(HclValue.of(key))).append(": ");
        inner.write(value, depth);
        return inner.out.toString();
    }

    private void block(char open, List<String> lines, char close, int depth) {
        if (lines.isEmpty()) {
            out.append(open).append(close);
            return;
        }
        String margin = "  ".repeat(depth);
        out.append(open).append("\n  ").append(margin);
        out.append(String.join(",\n  " + margin, lines));
        out.append('\n').append(margin).append(close);
    }
}
