package dev.runner.build.embedded.buildkit;

import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.JsonTree;
import dev.runner.oci.MalformedContentException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * BuildKit's cache as it is written down: layers, each over another, and records that say by which digest, over which
 * other records, which of them is found.
 *
 * <p>A cache image's config is the whole. An image with an inline cache has only the records in its config's member {@value
 * #INLINE}, as base64; its layers are those of the image.
 */
public record CacheConfig(List<Layer> layers, List<Entry> records) {
    /** The media type of the config of a cache image. */
    public static final String MEDIA_TYPE = "application/vnd.buildkit.cacheconfig.v0";
    /** The member of an image's config. */
    public static final String INLINE = "moby.buildkit.cache.v0";

    public CacheConfig {
        layers = List.copyOf(layers);
        records = List.copyOf(records);
    }

    /** @param parent which layer lies below; -1 for none */
    public record Layer(Digest blob, int parent) {}

    /**
     * A record.
     *
     * @param inputs for each input of the operation the records that may stand there
     */
    public record Entry(Digest digest, List<List<Link>> inputs, List<Result> results) {
        public Entry {
            inputs = inputs.stream().map(List::copyOf).toList();
            results = List.copyOf(results);
        }
    }

    /** @param selector null for none */
    public record Link(@Nullable Digest selector, int record) {}

    /**
     * What was made.
     *
     * @param layers one: the topmost, whose parents lie below; more when {@code chained}: all, bottom first
     * @param created RFC 3339
     */
    public record Result(List<Integer> layers, boolean chained, String created) {
        public Result {
            layers = List.copyOf(layers);
        }
    }

    /**
     * The layers of a result, bottom first.
     *
     * @return null when the numbers mean no layers
     */
    public @Nullable List<Digest> chain(Result result) {
        List<Digest> chain = new ArrayList<>();
        for (int number : result.layers()) {
            for (int at = number;
                    at != -1;
                    at = result.chained() ? -1 : layers.get(at).parent()) {
                if (at < 0 || at >= layers.size() || chain.size() > layers.size()) {
                    return null;
                }
                chain.add(layers.get(at).blob());
            }
        }
        return result.chained() ? chain : chain.reversed();
    }

    /**
     * Reads the config of a cache image.
     *
     * @throws MalformedContentException when it is none
     */
    public static CacheConfig parse(byte[] json) {
        try {
            JsonNode root = JsonTree.read(json);
            List<Layer> layers = new ArrayList<>();
            for (JsonNode layer : root.path("layers")) {
                layers.add(new Layer(digest(layer, "blob"), layer.path("parent").asInt(0)));
            }
            return new CacheConfig(layers, records(root.path("records")));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new MalformedContentException("BuildKit's cache config cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads an image's inline cache.
     *
     * @param layers of the image, bottom first
     * @return null when it has none
     * @throws MalformedContentException when it cannot be read
     */
    public static @Nullable CacheConfig ofImage(ImageConfig config, List<Digest> layers) {
        String member = config.extra().get(INLINE);
        if (member == null) {
            return null;
        }
        try {
            byte[] json = Base64.getDecoder().decode(JsonTree.read(member).asString(""));
            return new CacheConfig(stacked(layers), records(JsonTree.read(json)));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new MalformedContentException("BuildKit's inline cache cannot be read: " + e.getMessage(), e);
        }
    }

    /** Layers that lie on each other in the order that is given. */
    static List<Layer> stacked(List<Digest> blobs) {
        List<Layer> layers = new ArrayList<>();
        blobs.forEach(blob -> layers.add(new Layer(blob, layers.size() - 1)));
        return layers;
    }

    private static List<Entry> records(JsonNode nodes) {
        List<Entry> records = new ArrayList<>();
        for (JsonNode node : nodes) {
            List<List<Link>> inputs = new ArrayList<>();
            for (JsonNode input : node.path("inputs")) {
                List<Link> links = new ArrayList<>();
                for (JsonNode link : input) {
                    int record = link.path("link").asInt(-1);
                    if (record < 0 || record >= nodes.size()) {
                        throw new IllegalArgumentException("there is no record " + record);
                    }
                    links.add(new Link(link.has("selector") ? digest(link, "selector") : null, record));
                }
                inputs.add(links);
            }
            records.add(new Entry(digest(node, "digest"), inputs, results(node)));
        }
        return records;
    }

    private static List<Result> results(JsonNode record) {
        List<Result> results = new ArrayList<>();
        for (JsonNode layer : record.path("layers")) {
            results.add(new Result(List.of(layer.path("layer").asInt(-1)), false, created(layer)));
        }
        for (JsonNode chain : record.path("chains")) {
            List<Integer> layers = new ArrayList<>();
            chain.path("layers").forEach(layer -> layers.add(layer.asInt(-1)));
            results.add(new Result(layers, true, created(chain)));
        }
        return results;
    }

    private static String created(JsonNode result) {
        return result.path("createdAt").asString("");
    }

    private static Digest digest(JsonNode node, String member) {
        return Digest.parse(node.path(member).asString(""));
    }

    /** Members of an image's config, as raw JSON by name. */
    public Map<String, String> toMember() {
        return Map.of(INLINE, "\"" + Base64.getEncoder().encodeToString(JsonTree.write(recordsNode())) + "\"");
    }

    /** As the config of a cache image. */
    public byte[] toJson() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode written = root.putArray("layers");
        for (Layer layer : layers) {
            written.addObject().put("blob", layer.blob().toString()).put("parent", layer.parent());
        }
        root.set("records", recordsNode());
        return JsonTree.write(root);
    }

    private ArrayNode recordsNode() {
        ArrayNode written = JsonNodeFactory.instance.arrayNode();
        for (Entry entry : records) {
            ObjectNode record = written.addObject().put("digest", entry.digest().toString());
            write(entry.results(), record);
            for (List<Link> links : entry.inputs()) {
                write(links, record.withArray("inputs").addArray());
            }
        }
        return written;
    }

    private static void write(List<Link> links, ArrayNode input) {
        for (Link link : links) {
            ObjectNode node = input.addObject();
            if (link.selector() != null) {
                node.put("selector", link.selector().toString());
            }
            node.put("link", link.record());
        }
    }

    private static void write(List<Result> results, ObjectNode record) {
        for (Result result : results) {
            ObjectNode node =
                    record.withArray(result.chained() ? "chains" : "layers").addObject();
            if (result.chained()) {
                ArrayNode layers = node.putArray("layers");
                result.layers().forEach(layers::add);
            } else {
                node.put("layer", result.layers().getFirst());
            }
            node.put("createdAt", result.created());
        }
    }
}
