package dev.runner.build.embedded;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a cache knows, as it stands in an image's config beside the members of the specification:
 *
 * <pre>
 * "dev.runner.cache.v1": {"entries": [{"keys": ["sha256:…"], "layer": 3, "effective": "sha256:…", "created": "…"}]}
 * </pre>
 *
 * {@code layer} counts the manifest's layers from 0. A reader passes over what it does not know; another version has
 * another name.
 */
record CacheRecord(List<Entry> entries) {
    static final String MEMBER = "dev.runner.cache.v1";
    private static final JsonMapper JSON = JsonMapper.shared();

    CacheRecord {
        entries = List.copyOf(entries);
    }

    /** A layer and the keys under which it is found. */
    record Entry(Collection<Digest> keys, LayerRecord layer) {
        Entry {
            keys = keys.stream().distinct().sorted().toList();
        }
    }

    /** Its JSON, for an image with these layers; entries of other layers are left out. */
    String toJson(List<Digest> layers) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode list = node.putArray("entries");
        for (Entry entry : entries) {
            int layer = layers.indexOf(entry.layer().blob().digest());
            if (layer >= 0) {
                ObjectNode item = list.addObject();
                ArrayNode keys = item.putArray("keys");
                entry.keys().forEach(key -> keys.add(key.toString()));
                item.put("layer", layer);
                item.put("effective", entry.layer().effective().toString());
                if (entry.layer().created() != null) {
                    item.put("created", entry.layer().created());
                }
            }
        }
        return JSON.writeValueAsString(node);
    }

    /** The record in an image; null when there is none that can be read. */
    static @Nullable CacheRecord read(Manifest manifest, ImageConfig config) {
        String json = config.extra().get(MEMBER);
        if (json == null || manifest.layers().size() != config.diffIds().size()) {
            return null;
        }
        List<Entry> entries = new ArrayList<>();
        try {
            for (JsonNode item : JSON.readTree(json).path("entries")) {
                int layer = item.path("layer").asInt(-1);
                if (layer >= 0 && layer < manifest.layers().size()) {
                    Descriptor blob = manifest.layers().get(layer);
                    LayerRecord record = new LayerRecord(
                            blob,
                            config.diffIds().get(layer),
                            item.has("created") ? item.path("created").asString("") : null,
                            Digest.parse(item.path("effective").asString("")));
                    List<Digest> keys = new ArrayList<>();
                    item.path("keys").forEach(key -> keys.add(Digest.parse(key.asString(""))));
                    entries.add(new Entry(keys, record));
                }
            }
            return new CacheRecord(entries);
        } catch (JacksonException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Every key and its layer. */
    Map<Digest, LayerRecord> byKey() {
        Map<Digest, LayerRecord> map = new LinkedHashMap<>();
        entries.forEach(entry -> entry.keys().forEach(key -> map.putIfAbsent(key, entry.layer())));
        return map;
    }
}
