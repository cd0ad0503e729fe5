package dev.runner.build.embedded;

import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stage starts from: an image of one platform, or nothing.
 *
 * @param name the image with its digest, {@code scratch}, or a named context
 * @param manifest digest of the platform's manifest; null where there is none
 * @param layers bottom first
 * @param key what keys of the first vertices are made from: the layers' diffIds, so that equal files are equal bases
 */
record Base(String name, @Nullable Digest manifest, ImageConfig config, List<LayerRef> layers, Digest key) {
    Base {
        layers = List.copyOf(layers);
    }

    static Base of(String name, @Nullable Digest manifest, ImageConfig config, List<LayerRef> layers) {
        KeyHash key = KeyHash.of("base/1");
        config.diffIds().forEach(key::add);
        return new Base(name, manifest, config, layers, key.finish());
    }

    /** The empty image. */
    static Base scratch(Platform platform) {
        return of("scratch", null, ImageConfig.scratch(platform), List.of());
    }
}
