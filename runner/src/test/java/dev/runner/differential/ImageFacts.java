package dev.runner.differential;

import dev.runner.oci.OciLayout;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that can be seen of an image, as sorted lines of name and value: the index's platforms in their order, and of each
 * platform the config, the history, each layer's entries and the flattened root filesystem. Times of today are "now".
 */
final class ImageFacts {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path layout;
    private final Map<String, String> facts = new TreeMap<>();

    private ImageFacts(Path layout) {
        this.layout = layout;
    }

    /** Reads the tar of an OCI layout, unpacking it into a folder. */
    static Map<String, String> read(Path tar, Path folder) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(tar))) {
            OciLayout.unpack(in, folder);
        }
        ImageFacts reading = new ImageFacts(folder);
        reading.index(JSON.readTree(Files.readAllBytes(folder.resolve("index.json"))));
        return reading.facts;
    }

    private void index(JsonNode top) throws IOException {
        List<JsonNode> manifests = new ArrayList<>();
        List<String> platforms = new ArrayList<>();
        for (JsonNode each : top.path("manifests")) {
            JsonNode document = document(each);
            if (document.has("manifests")) {
                facts.put("index of an index", "yes");
                for (JsonNode inner : document.path("manifests")) {
                    manifests.add(document(inner));
                    platforms.add(inner.path("platform").toString());
                }
            } else {
                manifests.add(document);
                platforms.add(each.path("platform").toString());
            }
        }
        facts.put("platforms", String.join(" ", platforms));
        for (int i = 0; i < manifests.size(); i++) {
            manifest(manifests.size() == 1 ? "" : "[" + i + "] ", manifests.get(i));
        }
    }

    private void manifest(String prefix, JsonNode manifest) throws IOException {
        facts.put(prefix + "manifest.mediaType", manifest.path("mediaType").toString());
        JsonNode config = document(manifest.path("config"));
        for (Map.Entry<String, JsonNode> entry : config.properties()) {
            switch (entry.getKey()) {
                case "config" ->
                    entry.getValue()
                            .properties()
                            .forEach(each -> facts.put(prefix + "config." + each.getKey(), value(each.getValue())));
                case "history" -> history(prefix, entry.getValue());
                case "rootfs" ->
                    facts.put(
                            prefix + "layers",
                            String.valueOf(entry.getValue().path("diff_ids").size()));
                case "created" -> {
                    // BuildKit writes null for an image without layers, which the spec's schema forbids.
                    if (entry.getValue().isString()) {
                        facts.put(prefix + "created", time(entry.getValue()));
                    }
                }
                default -> facts.put(prefix + entry.getKey(), entry.getValue().toString());
            }
        }
        RootFilesystem root = new RootFilesystem();
        int number = 0;
        for (JsonNode layer : manifest.path("layers")) {
            String name = prefix + "layer[" + number++ + "]";
            facts.put(name + ".mediaType", layer.path("mediaType").toString());
            LayerFacts.read(blob(layer), root::apply).forEach((path, entry) -> facts.put(name + " " + path, entry));
        }
        root.facts().forEach((path, entry) -> facts.put(prefix + "rootfs " + path, entry));
    }

    private void history(String prefix, JsonNode history) {
        facts.put(prefix + "history", String.valueOf(history.size()));
        for (int i = 0; i < history.size(); i++) {
            for (Map.Entry<String, JsonNode> entry : history.get(i).properties()) {
                String value = entry.getKey().equals("created")
                        ? time(entry.getValue())
                        : entry.getValue().toString();
                facts.put(prefix + "history[" + i + "]." + entry.getKey(), value);
            }
        }
    }

    /** An object's members sorted, for their order says nothing. */
    private static String value(JsonNode node) {
        if (!node.isObject()) {
            return node.toString();
        }
        Map<String, String> members = new TreeMap<>();
        node.properties().forEach(entry -> members.put(entry.getKey(), value(entry.getValue())));
        return members.toString();
    }

    private static String time(JsonNode text) {
        return text.isString() ? time(Instant.parse(text.stringValue())) : text.toString();
    }

    /** The time, or "now" when it is so near that only the build can have chosen it. */
    static String time(Instant time) {
        return Math.abs(Instant.now().getEpochSecond() - time.getEpochSecond()) < 86_400 ? "now" : time.toString();
    }

    private JsonNode document(JsonNode descriptor) throws IOException {
        return JSON.readTree(Files.readAllBytes(blob(descriptor)));
    }

    private Path blob(JsonNode descriptor) {
        return layout.resolve("blobs/" + descriptor.path("digest").stringValue().replace(':', '/'));
    }
}
