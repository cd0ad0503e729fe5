package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.BuildCaches.Imported;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.KeyStore;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Results by key: the local store first, then what was imported, in the order it was given, then BuildKit's. */
final class VertexCache {
    private final KeyStore keys;
    private final Layers layers;
    private final List<Task<Imported>> imported;
    private final @Nullable BuildKitCaches buildkit;

    /** @param buildkit null where BuildKit's caches are not to be asked */
    VertexCache(KeyStore keys, Layers layers, List<Task<Imported>> imported, @Nullable BuildKitCaches buildkit) {
        this.keys = keys;
        this.layers = layers;
        this.imported = List.copyOf(imported);
        this.buildkit = buildkit;
    }

    /** The layer of a key, if its content is here or can be fetched. */
    @Nullable
    LayerRecord find(Digest key) throws BuildFailedException, IOException, InterruptedException {
        byte[] json = keys.get(key);
        LayerRecord record = json == null ? null : LayerRecord.parse(json);
        if (record != null && layers.reachable(record.blob())) {
            return record;
        }
        for (Task<Imported> source : imported) {
            LayerRecord found = source.await().records().get(key);
            if (found != null && layers.reachable(found.blob())) {
                keys.put(key, found.toJson());
                return found;
            }
        }
        return null;
    }

    /** Vertices that lie on each other, bottom first, will be looked up. */
    void expect(List<Vertex> chain) {
        if (buildkit != null) {
            buildkit.expect(chain);
        }
    }

    /** Whether what BuildKit left may spare a vertex that none of our own keys finds. */
    boolean mayBeBuildKits(Vertex vertex) throws BuildFailedException, IOException, InterruptedException {
        return buildkit != null && buildkit.knows(vertex);
    }

    /** Whether there are caches that BuildKit left. */
    boolean hasBuildKits() throws BuildFailedException, IOException, InterruptedException {
        return buildkit != null && buildkit.hasAny();
    }

    /** BuildKit's digest of what a COPY reads of a stage. */
    void learn(Vertex.Copy copy, Digest content) {
        if (buildkit != null) {
            buildkit.learn(copy, content);
        }
    }

    /**
     * The layer that BuildKit made of a vertex.
     *
     * @param below the diffIds of all layers that it shall lie on, bottom first
     */
    @Nullable
    LayerRecord findBuildKits(Vertex vertex, List<Digest> below)
            throws BuildFailedException, IOException, InterruptedException {
        return buildkit == null ? null : buildkit.find(vertex, below);
    }

    void keep(Digest key, LayerRecord record) throws IOException {
        keys.put(key, record.toJson());
    }
}
