package dev.runner.build.embedded;

import dev.runner.build.embedded.LayerPlan.Content;
import dev.runner.build.embedded.LayerPlan.Item;
import dev.runner.build.embedded.store.BlobStore;
import dev.runner.build.embedded.store.BlobWriter;
import dev.runner.build.embedded.store.LayerDiff;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerDigests;
import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.PackedBlocks;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes layers into the store, in one pass from files to tar, digest, gzip and blob. */
final class LayerFiles {
    private final BlobStore blobs;

    LayerFiles(BlobStore blobs) {
        this.blobs = blobs;
    }

    /** Opens the content of a file that was laid out. */
    @FunctionalInterface
    interface Opening {
        InputStream open(TarEntry.File file, Content content) throws IOException;
    }

    /** Writes what was laid out, from where it comes. */
    LayerDigests write(Map<String, Item> plan) throws IOException {
        return write(plan, (file, content) -> content.open(), null);
    }

    /**
     * Writes what was laid out, from where it is by now.
     *
     * @param before packed blocks to take; null for none
     */
    LayerDigests write(Map<String, Item> plan, Opening opening, @Nullable PackedBlocks before) throws IOException {
        try (BlobWriter blob = blobs.hashedElsewhere();
                LayerWriter layer = LayerWriter.open(blob, Compression.GZIP, before)) {
            for (Item item : plan.values()) {
                if (item.entry() instanceof TarEntry.File file && item.content() != null) {
                    try (InputStream content = opening.open(file, item.content())) {
                        layer.tar().put(file, content, item.content().digest());
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
