package dev.runner.build.embedded;

import dev.runner.build.embedded.store.KeyStore;
import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What steps were made from: under the key of what lies below, the latest few steps that were made over it. It is read when a
 * step is not in a cache, and written at the build's end; a build of which everything is known does neither.
 */
final class History {
    private static final int MOST_SIBLINGS = 12;

    private final KeyStore store;
    private final Map<Digest, byte[]> fresh = new ConcurrentHashMap<>();

    History(KeyStore store) {
        this.store = store;
    }

    /**
     * A step that was made.
     *
     * @param place which stage and how many steps up it stands, of which Dockerfile
     * @param text its instruction
     * @param key its primary key
     * @param parts names and hashes
     * @param files the key of its files' list; null when none was kept
     */
    record Entry(
            String place,
            String text,
            String platform,
            String key,
            Map<String, String> parts,
            @Nullable String files) {
        ObjectNode toNode() {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("place", place).put("text", text).put("platform", platform);
            node.put("key", key).put("files", files);
            ObjectNode named = node.putObject("parts");
            parts.forEach(named::put);
            return node;
        }

        static Entry of(JsonNode node) {
            Map<String, String> parts = new LinkedHashMap<>();
            node.path("parts")
                    .properties()
                    .forEach(part -> parts.put(part.getKey(), part.getValue().asString("")));
            String files = node.path("files").asString("");
            return new Entry(
                    node.path("place").asString(""),
                    node.path("text").asString(""),
                    node.path("platform").asString(""),
                    node.path("key").asString(""),
                    parts,
                    files.isEmpty() ? null : files);
        }

        /** Whether one takes the other's place. */
        boolean isSameStep(Entry other) {
            boolean sameWords = text.equals(other.text) || place.equals(other.place);
            return sameWords && platform.equals(other.platform);
        }
    }

    /** What was made over a state, latest first. */
    List<Entry> over(Digest below) throws IOException {
        Digest slot = slot(below);
        byte[] bytes = fresh.getOrDefault(slot, store.get(slot));
        List<Entry> entries = new ArrayList<>();
        if (bytes != null) {
            try {
                JsonTree.read(bytes).forEach(node -> entries.add(Entry.of(node)));
            } catch (JacksonException e) {
                // Of another version: as good as nothing.
            }
        }
        return entries;
    }

    synchronized void add(Digest below, Entry entry) throws IOException {
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        kept.add(entry.toNode());
        for (Entry other : over(below)) {
            if (kept.size() < MOST_SIBLINGS && !other.isSameStep(entry)) {
                kept.add(other.toNode());
            }
        }
        fresh.put(slot(below), JsonTree.write(kept));
    }

    /** The key that the base of that name and platform had the last time; null when nobody knows. */
    @Nullable
    KnownBase base(String name, String platform) throws IOException {
        byte[] bytes = store.get(baseSlot(name, platform));
        String[] words =
                bytes == null ? new String[0] : new String(bytes, java.nio.charset.StandardCharsets.UTF_8).split(" ");
        return words.length == 2 ? new KnownBase(Digest.parse(words[0]), words[1]) : null;
    }

    /**
     * A base image.
     *
     * @param shown its digest, or a dash
     */
    record KnownBase(Digest key, String shown) {}

    void addBase(String name, String platform, KnownBase base) {
        byte[] bytes = (base.key + " " + base.shown).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        fresh.put(baseSlot(name, platform), bytes);
    }

    /** The list of files of that digest; null when it was not kept. */
    @Nullable
    Leaves leaves(String files) throws IOException {
        byte[] bytes = store.get(leavesSlot(files));
        return bytes == null ? null : Leaves.decode(bytes);
    }

    void addLeaves(String files, Leaves leaves) {
        fresh.put(leavesSlot(files), leaves.encode());
    }

    /** Writes what was added. */
    synchronized void flush() throws IOException {
        if (!fresh.isEmpty()) {
            store.putAll(Map.copyOf(fresh));
            fresh.clear();
        }
    }

    /** A list that another took the place of is of no use. */
    void removeLeaves(String files) throws IOException {
        store.remove(leavesSlot(files));
    }

    private static Digest slot(Digest below) {
        return KeyHash.of("history/1").add(below).finish();
    }

    private static Digest baseSlot(String name, String platform) {
        return KeyHash.of("history/base/1").add(name).add(platform).finish();
    }

    private static Digest leavesSlot(String files) {
        return KeyHash.of("history/files/1").add(files).finish();
    }
}
