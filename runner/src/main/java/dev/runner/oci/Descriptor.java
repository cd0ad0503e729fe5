package dev.runner.oci;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What content is and how to check it.
 *
 * @param size in bytes
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">image-spec, Descriptor</a>
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        @Nullable Platform platform,
        Map<String, String> annotations,
        @Nullable String artifactType) {
    public Descriptor {
        if (size < 0) {
            throw new IllegalArgumentException("negative size " + size);
        }
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, null, Map.of(), null);
    }

    /** The descriptor of some bytes. */
    public static Descriptor of(String mediaType, byte[] content) {
        return of(mediaType, Digest.of(content), content.length);
    }

    public Descriptor withPlatform(@Nullable Platform value) {
        return new Descriptor(mediaType, digest, size, value, annotations, artifactType);
    }

    public Descriptor withAnnotations(Map<String, String> value) {
        return new Descriptor(mediaType, digest, size, platform, value, artifactType);
    }

    public Descriptor withMediaType(String value) {
        return new Descriptor(value, digest, size, platform, annotations, artifactType);
    }
}
