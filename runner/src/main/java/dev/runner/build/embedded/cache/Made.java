package dev.runner.build.embedded.cache;

import dev.runner.oci.Digest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a layer was made from, in short, so that a machine that has never built it can tell why it needs another one.
 *
 * @param below the key of what the step stands over
 * @param key the step's own
 * @param step what it is
 * @param base over an image: which; null over another step
 * @param parts what its key is made from: names for people, with short hashes of the values
 * @param files the key of the list of files that it read; null where there is none
 */
public record Made(
        Digest below,
        String key,
        Step step,
        @Nullable BaseImage base,
        Map<String, String> parts,
        @Nullable String files) {
    /** Longer ones are not kept: they would make every image's config larger than what they are worth. */
    private static final int MOST_PARTS = 60;

    public Made {
        parts = new LinkedHashMap<>(parts);
    }

    /**
     * A step.
     *
     * @param place which stage and how many steps up
     * @param text the instruction, without secrets
     */
    public record Step(String place, String text, String platform) {}

    /**
     * A base image.
     *
     * @param shown its digest, or a dash
     */
    public record BaseImage(String name, String shown) {}

    /** Whether it is short enough. */
    public boolean isShort() {
        return parts.size() <= MOST_PARTS;
    }

    ObjectNode toNode() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("below", below.toString()).put("key", key);
        node.put("place", step.place).put("text", step.text).put("platform", step.platform);
        if (base != null) {
            node.put("base", base.name).put("baseDigest", base.shown);
        }
        ObjectNode named = node.putObject("parts");
        parts.forEach(named::put);
        if (files != null) {
            node.put("files", files);
        }
        return node;
    }

    /** Null when it is none. */
    static @Nullable Made of(JsonNode node) {
        if (!node.has("below")) {
            return null;
        }
        Map<String, String> parts = new LinkedHashMap<>();
        node.path("parts")
                .properties()
                .forEach(part -> parts.put(part.getKey(), part.getValue().asString("")));
        return new Made(
                Digest.parse(node.path("below").asString("")),
                node.path("key").asString(""),
                new Step(
                        node.path("place").asString(""),
                        node.path("text").asString(""),
                        node.path("platform").asString("")),
                node.has("base")
                        ? new BaseImage(
                                node.path("base").asString(""),
                                node.path("baseDigest").asString(""))
                        : null,
                parts,
                node.has("files") ? node.path("files").asString("") : null);
    }
}
