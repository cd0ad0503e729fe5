package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.BuildCaches.Imported;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.buildkit.CacheKey;
import dev.runner.build.embedded.buildkit.ImportedCache;
import dev.runner.build.embedded.buildkit.ImportedCache.Blob;
import dev.runner.build.embedded.buildkit.ImportedCache.Made;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.LayerDigests;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Layers that BuildKit's caches know, in the order in which the caches were given.
 *
 * <p>A layer is taken only to lie on the very layers that it was made over. Where this engine has made one of those anew,
 * the layers above are made anew as well, whatever the cache says. BuildKit keeps no result of a step that has no input, such
 * as a WORKDIR over nothing: its layer is found at the bottom of what was made over it.
 */
final class BuildKitCaches {
    private final List<Task<Imported>> imported;
    private final BuildKitKeys keys;
    private final Layers layers;
    private final LayerFiles files;
    private final Map<Vertex, List<Vertex>> chains = new IdentityHashMap<>();

    BuildKitCaches(List<Task<Imported>> imported, BuildKitKeys keys, Layers layers, LayerFiles files) {
        this.imported = List.copyOf(imported);
        this.keys = keys;
        this.layers = layers;
        this.files = files;
    }

    /** Vertices that lie on each other, bottom first, will be looked up. */
    synchronized void expect(List<Vertex> chain) {
        for (int i = 0; i < chain.size(); i++) {
            chains.putIfAbsent(chain.get(i), chain.subList(i, chain.size()));
        }
    }

    private synchronized List<Vertex> chain(Vertex vertex) {
        return chains.getOrDefault(vertex, List.of(vertex));
    }

    /** Whether there is any. */
    boolean hasAny() throws BuildFailedException, IOException, InterruptedException {
        for (Task<Imported> source : imported) {
            if (!source.await().buildkit().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** BuildKit's digest of what a COPY reads of a stage. */
    void learn(Vertex.Copy copy, Digest content) {
        keys.learn(copy, content);
    }

    /** Whether a cache has what a vertex makes; whether it fits what lies below shows when that is known. */
    boolean knows(Vertex vertex) throws BuildFailedException, IOException, InterruptedException {
        for (Task<Imported> source : imported) {
            for (ImportedCache cache : source.await().buildkit()) {
                CacheKey key = keys.key(vertex);
                if (key != null && cache.knows(key)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * The layer of a vertex; null when no cache has one.
     *
     * @param below the diffIds of all layers that it shall lie on, bottom first
     */
    @Nullable
    LayerRecord find(Vertex vertex, List<Digest> below) throws BuildFailedException, IOException, InterruptedException {
        for (Task<Imported> source : imported) {
            for (ImportedCache cache : source.await().buildkit()) {
                LayerRecord found = find(cache, chain(vertex), below);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private @Nullable LayerRecord find(ImportedCache cache, List<Vertex> chain, List<Digest> below) throws IOException {
        for (int i = 0; i < chain.size(); i++) {
            CacheKey key = keys.key(chain.get(i));
            if (key == null || !cache.knows(key)) {
                return null;
            }
            List<Made> all = cache.find(key);
            for (Made made : all) {
                LayerRecord found = layer(made, below, i + 1);
                if (found != null) {
                    return found;
                }
            }
            if (!all.isEmpty()) {
                return null;
            }
        }
        return null;
    }

    /** The first of some layers that were made over others; null when it was others. */
    private @Nullable LayerRecord layer(Made made, List<Digest> below, int count) throws IOException {
        List<Digest> diffIds = made.layers().stream().map(Blob::diffId).toList();
        String created = made.created().isEmpty() ? null : made.created();
        if (count == 1 && diffIds.equals(below)) {
            // BuildKit leaves a layer without files out.
            LayerDigests empty = files.write(Map.of());
            return new LayerRecord(empty.blob(), empty.diffId(), created, empty.diffId());
        }
        if (diffIds.size() != below.size() + count
                || !diffIds.subList(0, below.size()).equals(below)) {
            return null;
        }
        Blob first = made.layers().get(below.size());
        return layers.reachable(first.descriptor())
                ? new LayerRecord(first.descriptor(), first.diffId(), created, first.diffId())
                : null;
    }
}
