package dev.runner.build.embedded.cache;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import dev.runner.oci.MalformedContentException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A cache record as JSON, as it stands in an image's config beside the members of the specification:
 *
 * <pre>
 * "dev.runner.cache.v1": {"entries": [
 *     {"keys": ["sha256:…"], "layer": 3, "effective": "sha256:…", "created": "…", "used": "2026-11-21"}],
 *   "contexts": [{"selection": "sha256:…", "content": "sha256:…", "git": "sha256:…", "buildkit": "sha256:…"}],
 *   "lists": {"…": "base64"}}
 * </pre>
 *
 * {@code layer} counts the manifest's layers from 0. A record that stands alone counts those of its own member
 * {@code layers}. A reader passes over what it does not know; another version has another name.
 */
final class RecordJson {
    static final String MEMBER = "dev.runner.cache.v1";

    private RecordJson() {}

    /** For an image with these layers; entries of other layers are left out. */
    static String write(CacheRecord record, List<Digest> layers) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        putEntries(node, record, layers);
        putContexts(node, record);
        putLists(node, record);
        return JsonTree.text(node);
    }

    /** Standing alone. */
    static byte[] write(CacheRecord record) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode list = node.putArray("layers");
        record.layers().forEach(layer -> list.add(layer.withMade(null).toNode()));
        putEntries(
                node,
                record,
                record.layers().stream().map(layer -> layer.blob().digest()).toList());
        putContexts(node, record);
        putLists(node, record);
        return JsonTree.write(node);
    }

    private static void putEntries(ObjectNode node, CacheRecord record, List<Digest> layers) {
        ArrayNode list = node.putArray("entries");
        for (CacheRecord.Entry entry : record.entries()) {
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
                if (entry.layer().made() != null) {
                    item.set("made", entry.layer().made().toNode());
                }
                if (entry.used() != null) {
                    item.put("used", entry.used().toString());
                }
            }
        }
    }

    private static void putContexts(ObjectNode node, CacheRecord record) {
        if (!record.contexts().isEmpty()) {
            ArrayNode list = node.putArray("contexts");
            for (ContextNames names : record.contexts()) {
                ObjectNode item = list.addObject();
                item.put("selection", names.selection().toString());
                item.put("content", names.content().toString());
                if (names.git() != null) {
                    item.put("git", names.git().toString());
                }
                if (names.buildkit() != null) {
                    item.put("buildkit", names.buildkit().toString());
                }
            }
        }
    }

    private static void putLists(ObjectNode node, CacheRecord record) {
        if (!record.lists().isEmpty()) {
            record.lists().forEach(node.putObject("lists")::put);
        }
    }

    private static Map<String, String> lists(JsonNode node) {
        Map<String, String> lists = new LinkedHashMap<>();
        node.path("lists")
                .properties()
                .forEach(list -> lists.put(list.getKey(), list.getValue().asString("")));
        return lists;
    }

    private static List<ContextNames> contexts(JsonNode node) {
        List<ContextNames> contexts = new ArrayList<>();
        for (JsonNode item : node.path("contexts")) {
            contexts.add(new ContextNames(
                    Digest.parse(item.path("selection").asString("")),
                    Digest.parse(item.path("content").asString("")),
                    digest(item, "git"),
                    digest(item, "buildkit")));
        }
        return contexts;
    }

    private static @Nullable Digest digest(JsonNode item, String name) {
        return item.has(name) ? Digest.parse(item.path(name).asString("")) : null;
    }

    /** The record of an image with these layers. */
    static CacheRecord read(String json, List<Descriptor> layers, List<Digest> diffIds) {
        if (layers.size() != diffIds.size()) {
            return CacheRecord.EMPTY;
        }
        try {
            JsonNode node = JsonTree.read(json);
            return new CacheRecord(entries(node, layers, diffIds), contexts(node), lists(node));
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            return CacheRecord.EMPTY;
        }
    }

    /** A record that stands alone. */
    static CacheRecord read(byte[] json) {
        try {
            JsonNode node = JsonTree.read(json);
            List<Descriptor> layers = new ArrayList<>();
            List<Digest> diffIds = new ArrayList<>();
            for (JsonNode item : node.path("layers")) {
                LayerRecord layer = LayerRecord.of(item);
                if (layer == null) {
                    return CacheRecord.EMPTY;
                }
                layers.add(layer.blob());
                diffIds.add(layer.diffId());
            }
            return new CacheRecord(entries(node, layers, diffIds), contexts(node), lists(node));
        } catch (JacksonException | IllegalArgumentException | DateTimeException | MalformedContentException e) {
            return CacheRecord.EMPTY;
        }
    }

    private static List<CacheRecord.Entry> entries(JsonNode node, List<Descriptor> layers, List<Digest> diffIds) {
        List<CacheRecord.Entry> entries = new ArrayList<>();
        for (JsonNode item : node.path("entries")) {
            int layer = item.path("layer").asInt(-1);
            if (layer >= 0 && layer < layers.size()) {
                LayerRecord record = new LayerRecord(
                        layers.get(layer),
                        diffIds.get(layer),
                        text(item, "created"),
                        Digest.parse(item.path("effective").asString("")),
                        Made.of(item.path("made")));
                List<Digest> keys = new ArrayList<>();
                item.path("keys").forEach(key -> keys.add(Digest.parse(key.asString(""))));
                String used = text(item, "used");
                entries.add(new CacheRecord.Entry(keys, record, used == null ? null : LocalDate.parse(used)));
            }
        }
        return entries;
    }

    private static @Nullable String text(JsonNode item, String name) {
        return item.has(name) ? item.path(name).asString("") : null;
    }
}
