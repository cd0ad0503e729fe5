package dev.runner.oci;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Manifests for several platforms; an OCI image index or Docker's manifest list.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">image-spec, Image Index</a>
 */
public record Index(
        String mediaType,
        List<Descriptor> manifests,
        Map<String, String> annotations,
        @Nullable Descriptor subject,
        @Nullable String artifactType) {
    public Index {
        manifests = List.copyOf(manifests);
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    public static Index of(String mediaType, List<Descriptor> manifests) {
        return new Index(mediaType, manifests, Map.of(), null, null);
    }

    /**
     * Reads an index.
     *
     * @throws MalformedContentException when it is not JSON or lacks what the specification requires
     */
    public static Index parse(byte[] json) {
        return ManifestJson.readIndex(json);
    }

    /** Its JSON, members in the specification's order, without white space: equal indexes give equal bytes. */
    public byte[] toJson() {
        return ManifestJson.write(this);
    }

    /**
     * The manifest for a platform: the exact one, else the nearest lower variant that runs there (arm/v6 on arm/v7),
     * as containerd chooses.
     *
     * @return null when none fits
     */
    public @Nullable Descriptor find(Platform platform) {
        return PlatformChoice.find(manifests, platform);
    }
}
