package dev.runner.step.action.metadata;

import dev.runner.step.action.metadata.Attributes.Attribute;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the input {@code tags}.
 *
 * @param attributes by key in lower case, defaults filled in
 */
record TagRule(Type type, Map<String, String> attributes) {
    /** What gives the tag, and how early it comes when nothing is said. */
    enum Type {
        SCHEDULE(1000),
        SEMVER(900),
        PEP440(900),
        MATCH(800),
        EDGE(700),
        REF(600),
        RAW(200),
        SHA(100);

        private final int priority;

        Type(int priority) {
            this.priority = priority;
        }

        private static @Nullable Type find(String word) {
            return Arrays.stream(values())
                    .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst()
                    .orElse(null);
        }
    }

    private static final List<String> DEFAULT =
            List.of("type=schedule", "type=ref,event=branch", "type=ref,event=tag", "type=ref,event=pr");

    /** The rules of an input, those of high priority first. */
    static List<TagRule> parse(List<String> entries) {
        return (entries.isEmpty() ? DEFAULT : entries)
                .stream()
                        .map(TagRule::parse)
                        .sorted(Comparator.comparingDouble(TagRule::priority).reversed())
                        .toList();
    }

    static TagRule parse(String entry) {
        Type type = null;
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Attribute field : Attributes.of(entry)) {
            switch (field.key()) {
                case "" -> attributes.put("value", field.value());
                case "type" -> {
                    type = Type.find(field.value());
                    if (type == null) {
                        throw new MetadataException("Unknown tag type attribute: " + field.value());
                    }
                }
                default -> attributes.put(field.key(), field.value());
            }
        }
        type = type == null ? Type.RAW : type;
        complete(type, attributes, entry);
        attributes.putIfAbsent("enable", "true");
        attributes.putIfAbsent("priority", String.valueOf(type.priority));
        return new TagRule(type, attributes);
    }

    private static void complete(Type type, Map<String, String> attributes, String entry) {
        switch (type) {
            case SCHEDULE -> attributes.putIfAbsent("pattern", "nightly");
            case SEMVER, PEP440 -> {
                need(attributes, "pattern", entry);
                attributes.putIfAbsent("value", "");
                attributes.putIfAbsent("match", "");
            }
            case MATCH -> {
                need(attributes, "pattern", entry);
                attributes.putIfAbsent("value", "");
                if (!attributes.computeIfAbsent("group", _ -> "0").matches("\\d{1,4}")) {
                    throw new MetadataException("Invalid match group for " + entry);
                }
            }
            case EDGE -> attributes.putIfAbsent("branch", "");
            case REF -> {
                need(attributes, "event", entry);
                if (!List.of("branch", "tag", "pr").contains(attributes.get("event"))) {
                    throw new MetadataException("Invalid event for " + entry);
                }
                if ("pr".equals(attributes.get("event"))) {
                    attributes.putIfAbsent("prefix", "pr-");
                }
            }
            case RAW -> need(attributes, "value", entry);
            case SHA -> {
                attributes.putIfAbsent("prefix", "sha-");
                if (!List.of("short", "long").contains(attributes.computeIfAbsent("format", _ -> "short"))) {
                    throw new MetadataException("Invalid format for " + entry);
                }
            }
        }
    }

    private static void need(Map<String, String> attributes, String key, String entry) {
        if (!attributes.containsKey(key)) {
            throw new MetadataException("Missing " + key + " attribute for " + entry);
        }
    }

    /** A word that is no number comes last. */
    private double priority() {
        try {
            return Double.parseDouble(get("priority"));
        } catch (NumberFormatException e) {
            return Double.NEGATIVE_INFINITY;
        }
    }

    boolean has(String key) {
        return attributes.containsKey(key);
    }

    /** Empty when it is not there. */
    String get(String key) {
        return attributes.getOrDefault(key, "");
    }

    /** As it would be written. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("type=").append(type.name().toLowerCase(Locale.ROOT));
        attributes.forEach(
                (key, value) -> text.append(',').append(key).append('=').append(value));
        return text.toString();
    }
}
