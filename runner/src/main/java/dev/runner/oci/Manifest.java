package dev.runner.oci;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image of one platform, or an artifact: its config and its layers, base first.
 *
 * @param mediaType {@link MediaTypes#OCI_MANIFEST} or {@link MediaTypes#DOCKER_MANIFEST}
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">image-spec, Image Manifest</a>
 */
public record Manifest(
        String mediaType,
        Descriptor config,
        List<Descriptor> layers,
        Map<String, String> annotations,
        @Nullable Descriptor subject,
        @Nullable String artifactType) {
    public Manifest {
        layers = List.copyOf(layers);
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    public static Manifest of(String mediaType, Descriptor config, List<Descriptor> layers) {
        return new Manifest(mediaType, config, layers, Map.of(), null, null);
    }

    /**
     * Reads a manifest.
     *
     * @throws MalformedContentException when it is not JSON or lacks what the specification requires
     */
    public static Manifest parse(byte[] json) {
        return ManifestJson.readManifest(json);
    }

    /** Its JSON, members in the specification's order, without white space: equal manifests give equal bytes. */
    public byte[] toJson() {
        return ManifestJson.write(this);
    }
}
