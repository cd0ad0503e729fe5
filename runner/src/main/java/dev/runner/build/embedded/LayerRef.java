package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A layer of some state, wherever it is: a blob here or in a registry, unpacked here, or not yet packed.
 *
 * @param record what it is; of one that was just made it is there when it is packed, while the next steps run already
 * @param sealed the files of a RUN step that has just run, or of a COPY that a later step reads; null for every other
 * @param index the entries, by path, of a layer that COPY or WORKDIR has just laid out; null for every other
 */
record LayerRef(
        Task<LayerRecord> record,
        @Nullable Snapshot sealed,
        @Nullable Map<String, TarEntry> index) {
    static LayerRef of(LayerRecord record) {
        return new LayerRef(Task.done(record), null, null);
    }

    LayerRecord awaitRecord() throws BuildFailedException, IOException, InterruptedException {
        return record.await();
    }
}
