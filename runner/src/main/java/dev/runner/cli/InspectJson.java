package dev.runner.cli;

import dev.runner.oci.Descriptor;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Manifest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RemoteManifest;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code runner inspect --format json}. */
final class InspectJson {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private InspectJson() {}

    /** One platform's part of an image; the config is null for an artifact. */
    record Part(
            Descriptor descriptor,
            Manifest manifest,
            @Nullable ImageConfig config) {
        /** Compressed bytes of the layers and the config. */
        long size() {
            return manifest.layers().stream().mapToLong(Descriptor::size).sum()
                    + manifest.config().size();
        }

        @Nullable
        Platform platform() {
            return config != null ? config.platform() : descriptor.platform();
        }
    }

    /**
     * Prints {@code {name, mediaType, digest, size, manifest, image}}: {@code manifest} is the document as the registry
     * has it, {@code image} maps platforms to {@code {digest, size, layers, config}}.
     */
    static void print(PrintWriter out, Reference name, RemoteManifest root, List<Part> parts) {
        ObjectNode document = MAPPER.createObjectNode();
        document.put("name", name.toString());
        document.put("mediaType", root.descriptor().mediaType());
        document.put("digest", root.descriptor().digest().toString());
        document.put("size", root.descriptor().size());
        document.set("manifest", MAPPER.readTree(root.bytes()));
        ObjectNode images = document.putObject("image");
        for (Part part : parts) {
            Platform platform = part.platform();
            ObjectNode image = images.putObject(
                    platform == null ? part.descriptor().digest().toString() : platform.toString());
            image.put("digest", part.descriptor().digest().toString());
            image.put("size", part.size());
            ArrayNode layers = image.putArray("layers");
            part.manifest().layers().forEach(layer -> layers.add(layer.digest().toString()));
            ImageConfig config = part.config();
            if (config != null) {
                image.set("config", MAPPER.readTree(config.toJson()));
            }
        }
        out.println(new String(
                MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(document), StandardCharsets.UTF_8));
    }
}
