package dev.runner.build.embedded;

import dev.runner.build.embedded.buildkit.CacheConfig;
import dev.runner.build.embedded.buildkit.CacheKey;
import dev.runner.build.embedded.buildkit.ExportedCache;
import dev.runner.build.embedded.cache.CacheDocument;
import dev.runner.build.embedded.cache.CacheExport;
import dev.runner.build.embedded.cache.CachePlace;
import dev.runner.build.embedded.cache.CacheRecord;
import dev.runner.build.embedded.cache.ImagePlace;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.registry.BlobPush;
import dev.runner.registry.BlobSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A cache image of BuildKit's, to which a build adds. It stays what BuildKit can read: a team whose other builds use it
 * would lose their cache otherwise. It holds what BuildKit can be told, which are the vertices that have a key.
 */
final class BuildKitCacheImage {
    private static final String UNCOMPRESSED = "containerd.io/uncompressed";

    private final Workshop shop;
    private final BuildKitKeys keys;

    BuildKitCacheImage(Workshop shop, BuildKitKeys keys) {
        this.shop = shop;
        this.keys = keys;
    }

    /** Whether a place holds such a cache. */
    static boolean isIn(CachePlace.State state) {
        return state.documents().stream().anyMatch(BuildKitCacheImage::isCache);
    }

    private static boolean isCache(CacheDocument document) {
        return document.mediaType().equals(CacheConfig.MEDIA_TYPE);
    }

    /**
     * Adds what vertices have made to what is there, whoever else does so at the same time.
     *
     * @param made for each vertex the layers it lies on and its own, bottom first
     */
    void add(ImagePlace place, Map<Vertex, List<LayerRecord>> made) throws IOException, InterruptedException {
        CacheExport.add(place, before -> add(place, before, made));
    }

    private boolean add(ImagePlace place, CachePlace.State before, Map<Vertex, List<LayerRecord>> made)
            throws IOException, InterruptedException {
        ExportedCache cache = new ExportedCache();
        Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
        for (Map.Entry<Vertex, List<LayerRecord>> entry : made.entrySet()) {
            CacheKey key = keys.key(entry.getKey());
            if (key != null) {
                List<LayerRecord> layers = entry.getValue();
                layers.forEach(layer -> blobs.putIfAbsent(layer.blob().digest(), described(layer)));
                cache.add(key, digests(layers), layers.getLast().created());
            }
        }
        Set<Digest> there = new LinkedHashSet<>();
        for (CacheDocument document : before.documents()) {
            if (isCache(document)) {
                cache.addAll(CacheConfig.parse(document.content()), CacheRecord.MOST_LAYERS);
                document.layers().forEach(layer -> {
                    blobs.put(layer.digest(), layer);
                    there.add(layer.digest());
                });
            }
        }
        byte[] manifest = push(place, cache.whole(), blobs, there);
        boolean same = Digest.of(manifest).toString().equals(before.version());
        return same || place.replace(before, MediaTypes.OCI_MANIFEST, manifest);
    }

    private static List<Digest> digests(List<LayerRecord> layers) {
        return layers.stream().map(layer -> layer.blob().digest()).toList();
    }

    private static Descriptor described(LayerRecord layer) {
        return layer.blob()
                .withMediaType(MediaTypes.ociLayer(layer.blob().mediaType()))
                .withAnnotations(Map.of(UNCOMPRESSED, layer.diffId().toString()));
    }

    /** Brings the blobs there. Out: the manifest that names them. */
    private byte[] push(ImagePlace place, CacheConfig config, Map<Digest, Descriptor> blobs, Set<Digest> there)
            throws IOException, InterruptedException {
        byte[] json = config.toJson();
        Descriptor written = Descriptor.of(CacheConfig.MEDIA_TYPE, json);
        List<Descriptor> layers = config.layers().stream()
                .map(CacheConfig.Layer::blob)
                .distinct()
                .map(blobs::get)
                .toList();
        List<BlobPush> pushes = new ArrayList<>();
        pushes.add(BlobPush.of(written, BlobSource.of(json)));
        for (Descriptor layer : layers) {
            if (!there.contains(layer.digest())) {
                Descriptor plain = layer.withAnnotations(Map.of());
                pushes.add(new BlobPush(
                        plain,
                        shop.layers().source(plain),
                        shop.layers().origins().find(plain.digest())));
            }
        }
        place.push(pushes);
        return Manifest.of(MediaTypes.OCI_MANIFEST, written, layers).toJson();
    }
}
