package dev.runner.build.embedded.cache;

import dev.runner.oci.Descriptor;
import java.util.List;

/**
 * One document of a cache as it lies in its place, not yet understood.
 *
 * @param mediaType of the content: an image's config, or a record that stands alone
 * @param layers of the manifest the config belongs to; those of a record that stands alone are in it
 */
public record CacheDocument(String mediaType, byte[] content, List<Descriptor> layers) {
    /** A record that stands alone. */
    public static final String RECORD = "application/vnd.dev.runner.cache.v1+json";

    public CacheDocument {
        content = content.clone();
        layers = List.copyOf(layers);
    }

    @Override
    public byte[] content() {
        return content.clone();
    }
}
