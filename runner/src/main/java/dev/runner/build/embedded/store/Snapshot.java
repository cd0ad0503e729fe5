package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked files of one layer in overlayfs form: a deleted file is a character device 0/0, an opaque folder has the
 * attribute {@code overlay.opaque}. Nobody may change it.
 *
 * @param diffId null for a sealed workspace whose layer is not yet known
 * @param name short, without slash; unique in the store
 * @param path the folder with the files, {@code snapshots/NAME/d}
 * @param under a whole snapshot, over which this one holds only what is different; null for a whole one
 */
public record Snapshot(
        @Nullable Digest diffId,
        String name,
        Path path,
        @Nullable Snapshot under) {
    /** A whole one. */
    public Snapshot(@Nullable Digest diffId, String name, Path path) {
        this(diffId, name, path, null);
    }

    /** The folders that are the layer, topmost first. */
    public List<Snapshot> topFirst() {
        return under == null ? List.of(this) : List.of(this, under);
    }

    /** The path relative to the folder {@code snapshots}, for mount options: {@code NAME/d}. */
    public String relativePath() {
        return name + "/d";
    }
}
