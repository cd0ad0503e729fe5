package dev.runner.build.embedded;

import dev.runner.build.embedded.buildkit.CacheKey;
import dev.runner.build.embedded.buildkit.ExportedCache;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Writes what a build has made into its image, so that BuildKit finds it there. */
final class BuildKitExport {
    private final BuildKitKeys keys;

    BuildKitExport(BuildKitKeys keys) {
        this.keys = keys;
    }

    /** Finds the keys of a state out, which reads what is copied from the context; it can be done while steps run. */
    boolean prepare(Vertex.State state) throws IOException {
        for (Vertex vertex : Solver.chain(state)) {
            keys.key(vertex);
        }
        return true;
    }

    /**
     * Members of the image's config, as raw JSON by name.
     *
     * @param layers of the image, bottom first, those of the base too
     */
    Map<String, String> members(Vertex.State state, List<LayerRecord> layers) throws IOException {
        List<Digest> blobs = layers.stream().map(layer -> layer.blob().digest()).toList();
        List<Vertex> chain = Solver.chain(state);
        ExportedCache cache = new ExportedCache();
        for (int i = 0; i < chain.size(); i++) {
            CacheKey key = keys.key(chain.get(i));
            if (key == null) {
                break;
            }
            int top = layers.size() - chain.size() + i;
            cache.add(key, blobs.subList(0, top + 1), layers.get(top).created());
        }
        return cache.isEmpty() ? Map.of() : cache.inline(blobs).toMember();
    }
}
