package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.KeyStore;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results by key: the local store first, then what was imported, in the order it was given. */
final class VertexCache {
    private final KeyStore keys;
    private final Layers layers;
    private final List<Task<Map<Digest, LayerRecord>>> imported;

    VertexCache(KeyStore keys, Layers layers, List<Task<Map<Digest, LayerRecord>>> imported) {
        this.keys = keys;
        this.layers = layers;
        this.imported = List.copyOf(imported);
    }

    /** The layer of a key, if its content is here or can be fetched. */
    @Nullable
    LayerRecord find(Digest key) throws BuildFailedException, IOException, InterruptedException {
        byte[] json = keys.get(key);
        LayerRecord record = json == null ? null : LayerRecord.parse(json);
        if (record != null && layers.reachable(record.blob())) {
            return record;
        }
        for (Task<Map<Digest, LayerRecord>> source : imported) {
            LayerRecord found = source.await().get(key);
            if (found != null && layers.reachable(found.blob())) {
                keys.put(key, found.toJson());
                return found;
            }
        }
        return null;
    }

    void keep(Digest key, LayerRecord record) throws IOException {
        keys.put(key, record.toJson());
    }
}
