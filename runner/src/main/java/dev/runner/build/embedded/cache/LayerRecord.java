package dev.runner.build.embedded.cache;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import dev.runner.oci.MalformedContentException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A layer that exists somewhere, as cache records keep it.
 *
 * @param blob what a manifest says of it
 * @param diffId digest of the uncompressed tar
 * @param created when it was made, RFC 3339; what history says of it
 * @param effective the key that keys of what comes after it are made from
 * @param made what it was made from; null where nobody knows
 */
public record LayerRecord(
        Descriptor blob,
        Digest diffId,
        @Nullable String created,
        Digest effective,
        @Nullable Made made) {
    public LayerRecord(Descriptor blob, Digest diffId, @Nullable String created, Digest effective) {
        this(blob, diffId, created, effective, null);
    }

    public LayerRecord withEffective(Digest value) {
        return new LayerRecord(blob, diffId, created, value, made);
    }

    public LayerRecord withMade(@Nullable Made value) {
        return new LayerRecord(blob, diffId, created, effective, value);
    }

    /** The same layer as another blob. */
    public LayerRecord packedAs(Descriptor other, Digest otherDiffId) {
        return new LayerRecord(other, otherDiffId, created, effective, made);
    }

    public byte[] toJson() {
        return JsonTree.write(toNode());
    }

    ObjectNode toNode() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("type", blob.mediaType());
        node.put("digest", blob.digest().toString());
        node.put("size", blob.size());
        node.put("diffId", diffId.toString());
        if (created != null) {
            node.put("created", created);
        }
        node.put("effective", effective.toString());
        if (!blob.annotations().isEmpty()) {
            ObjectNode annotations = node.putObject("annotations");
            blob.annotations().forEach(annotations::put);
        }
        if (made != null) {
            node.set("made", made.toNode());
        }
        return node;
    }

    /** Null when the bytes are no record: an older or newer version's. */
    public static @Nullable LayerRecord parse(byte[] json) {
        try {
            return of(JsonTree.read(json));
        } catch (JacksonException | IllegalArgumentException | MalformedContentException e) {
            return null;
        }
    }

    static @Nullable LayerRecord of(JsonNode node) {
        String digest = node.path("digest").asString("");
        String diffId = node.path("diffId").asString("");
        String effective = node.path("effective").asString("");
        if (digest.isEmpty() || diffId.isEmpty() || effective.isEmpty()) {
            return null;
        }
        Map<String, String> annotations = new LinkedHashMap<>();
        node.path("annotations")
                .properties()
                .forEach(member ->
                        annotations.put(member.getKey(), member.getValue().asString("")));
        Descriptor blob = Descriptor.of(
                        node.path("type").asString(""),
                        Digest.parse(digest),
                        node.path("size").asLong(0))
                .withAnnotations(annotations);
        return new LayerRecord(
                blob,
                Digest.parse(diffId),
                node.has("created") ? node.path("created").asString("") : null,
                Digest.parse(effective),
                Made.of(node.path("made")));
    }
}
