package dev.runner.build.embedded;

import dev.runner.build.embedded.LayerPlan.Item;
import dev.runner.build.embedded.store.BlobStore;
import dev.runner.build.embedded.store.BlobWriter;
import dev.runner.build.embedded.store.LayerDiff;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerDigests;
import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** Writes layers into the store, in one pass from files to tar, digest, gzip and blob. */
final class LayerFiles {
    private final BlobStore blobs;

    LayerFiles(BlobStore blobs) {
        this.blobs = blobs;
    }

    /** Writes what was laid out. */
    LayerDigests write(Map<String, Item> plan) throws IOException {
        try (BlobWriter blob = blobs.hashedElsewhere();
                LayerWriter layer = LayerWriter.open(blob, Compression.GZIP)) {
            for (Item item : plan.values()) {
                if (item.entry() instanceof TarEntry.File file && item.content() != null) {
                    try (InputStream content = item.content().open()) {
                        layer.tar().put(file, content);
                    }
                } else {
                    layer.tar().put(item.entry());
                }
            }
            return finish(layer, blob);
        }
    }

    /** Writes what a RUN step changed. */
    LayerDigests write(Snapshot changes, LayerDiff.Options options) throws IOException {
        try (BlobWriter blob = blobs.hashedElsewhere();
                LayerWriter layer = LayerWriter.open(blob, Compression.GZIP)) {
            LayerDiff.write(changes.path(), layer, options);
            return finish(layer, blob);
        }
    }

    private static LayerDigests finish(LayerWriter layer, BlobWriter blob) throws IOException {
        LayerDigests digests = layer.finish();
        blob.commit(digests.blob().digest());
        return digests;
    }
}
