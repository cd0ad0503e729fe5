package dev.runner.build.bake;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One build of a bake file.
 *
 * @param linked whether it is only built because another one uses it as a context
 */
public record BakeTarget(String name, Map<BakeAttribute, BakeValue> attributes, boolean linked) {
    public BakeTarget {
        Map<BakeAttribute, BakeValue> copy = new EnumMap<>(BakeAttribute.class);
        copy.putAll(attributes);
        attributes = java.util.Collections.unmodifiableMap(copy);
    }

    public @Nullable String text(BakeAttribute attribute) {
        return attributes.get(attribute) instanceof BakeValue.Text(String text) ? text : null;
    }

    public boolean flag(BakeAttribute attribute) {
        return attributes.get(attribute) instanceof BakeValue.Flag(boolean set) && set;
    }

    public List<String> texts(BakeAttribute attribute) {
        return attributes.get(attribute) instanceof BakeValue.Texts(List<String> items) ? items : List.of();
    }

    public Map<String, String> pairs(BakeAttribute attribute) {
        return attributes.get(attribute) instanceof BakeValue.Pairs(Map<String, String> entries) ? entries : Map.of();
    }

    public List<Map<String, String>> entries(BakeAttribute attribute) {
        return attributes.get(attribute) instanceof BakeValue.Entries(List<Map<String, String>> items)
                ? items
                : List.of();
    }

    /** Names of contexts that are other targets, by context. */
    public Map<String, String> links() {
        Map<String, String> links = new LinkedHashMap<>();
        pairs(BakeAttribute.CONTEXTS).forEach((context, from) -> {
            if (from.startsWith("target:")) {
                links.put(context, from.substring("target:".length()));
            }
        });
        return links;
    }

    BakeTarget with(BakeAttribute attribute, BakeValue value) {
        Map<BakeAttribute, BakeValue> all = new EnumMap<>(BakeAttribute.class);
        all.putAll(attributes);
        all.put(attribute, value);
        return new BakeTarget(name, all, linked);
    }

    BakeTarget asLinked() {
        return new BakeTarget(name, without(BakeAttribute.OUTPUT).attributes(), true)
                .with(BakeAttribute.OUTPUT, new BakeValue.Entries(List.of(Map.of("type", "cacheonly"))));
    }

    BakeTarget without(BakeAttribute attribute) {
        Map<BakeAttribute, BakeValue> all = new EnumMap<>(BakeAttribute.class);
        all.putAll(attributes);
        all.remove(attribute);
        return new BakeTarget(name, all, linked);
    }

    /** This one with what a later one says over it; the name is the later one's. */
    BakeTarget mergedWith(BakeTarget later) {
        Map<BakeAttribute, BakeValue> all = new EnumMap<>(BakeAttribute.class);
        all.putAll(attributes);
        later.attributes.forEach(
                (attribute, value) -> all.merge(attribute, value, (before, after) -> merged(attribute, before, after)));
        return new BakeTarget(later.name, all, linked);
    }

    static BakeValue merged(BakeAttribute attribute, BakeValue before, BakeValue after) {
        if (attribute.merge() == BakeAttribute.Merge.REPLACE) {
            return after;
        }
        return switch (after) {
            case BakeValue.Texts(List<String> items)
            when before instanceof BakeValue.Texts(List<String> first) -> {
                List<String> all = new ArrayList<>(first);
                all.addAll(items);
                yield new BakeValue.Texts(all);
            }
            case BakeValue.Pairs(var entries)
            when before instanceof BakeValue.Pairs(var first) -> {
                Map<String, String> all = new LinkedHashMap<>(first);
                all.putAll(entries);
                yield new BakeValue.Pairs(all);
            }
            case BakeValue.Entries(var items)
            when before instanceof BakeValue.Entries(var first) -> {
                List<Map<String, String>> all = new ArrayList<>(first);
                all.addAll(items);
                yield new BakeValue.Entries(attribute.merge() == BakeAttribute.Merge.BY_TYPE ? byType(all) : all);
            }
            default -> after;
        };
    }

    private static List<Map<String, String>> byType(List<Map<String, String>> all) {
        Map<String, Map<String, String>> last = new LinkedHashMap<>();
        all.forEach(entry -> last.put(entry.getOrDefault("type", ""), entry));
        return last.values().stream()
                .sorted(Comparator.comparing(entry -> new TreeMap<>(entry).toString()))
                .toList();
    }

    /** Without repetition and empty texts, and with what follows from one attribute for another. */
    BakeTarget normalised() {
        BakeTarget result = this;
        for (Map.Entry<BakeAttribute, BakeValue> entry : attributes.entrySet()) {
            switch (entry.getValue()) {
                case BakeValue.Texts(List<String> items) -> {
                    Set<String> once = new LinkedHashSet<>(items);
                    once.remove("");
                    result = result.with(entry.getKey(), new BakeValue.Texts(List.copyOf(once)));
                }
                case BakeValue.Entries(var items) -> {
                    List<Map<String, String>> once = List.copyOf(new LinkedHashSet<>(items));
                    result = result.with(
                            entry.getKey(),
                            new BakeValue.Entries(entry.getKey() == BakeAttribute.ATTEST ? byType(once) : once));
                }
                case BakeValue.Pairs(var entries)
                when entry.getKey() == BakeAttribute.CONTEXTS -> {
                    Map<String, String> named = new LinkedHashMap<>(entries);
                    named.values().removeIf(String::isEmpty);
                    result = result.with(entry.getKey(), new BakeValue.Pairs(named));
                }
                case BakeValue.Text _, BakeValue.Flag _, BakeValue.Pairs _ -> {}
            }
        }
        if ("host".equals(text(BakeAttribute.NETWORK))) {
            Set<String> entitled = new LinkedHashSet<>(result.texts(BakeAttribute.ENTITLEMENTS));
            entitled.add("network.host");
            result = result.with(BakeAttribute.ENTITLEMENTS, new BakeValue.Texts(List.copyOf(entitled)));
        }
        return result;
    }
}
