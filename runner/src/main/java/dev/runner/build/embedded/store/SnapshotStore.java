package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import dev.runner.oci.layer.LayerLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Unpacked layers. What is asked for or made here is leased to the run, so that prune leaves it. */
public final class SnapshotStore {
    SnapshotStore() {}

    /** The folder that {@link Snapshot#relativePath} is relative to. */
    public Path folder() {
        throw new UnsupportedOperationException();
    }

    /** The snapshot of a layer; null when it is not here. */
    public @Nullable Snapshot find(Digest diffId) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Unpacks a layer, unless it is here already or being unpacked by another thread, whose result is then awaited.
     * Where it is here the stream is not read.
     *
     * @param layer tar, plain or compressed; not closed
     * @throws DigestMismatchException when the tar is not what the diffId says
     * @throws UnsafeEntryException when an entry would reach outside
     * @throws dev.runner.oci.layer.LayerLimitException when it holds too much
     * @throws dev.runner.oci.MalformedContentException when it is no tar
     */
    public Snapshot apply(Digest diffId, InputStream layer) throws IOException {
        return apply(diffId, layer, LayerLimits.DEFAULT);
    }

    public Snapshot apply(Digest diffId, InputStream layer, LayerLimits limits) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Unpacks a layer from a source that is opened only if the snapshot is not here. */
    public Snapshot apply(Digest diffId, LayerSource source, LayerLimits limits) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Folders for a RUN step. They die with the run unless they become a snapshot. */
    public Workspace newUpper() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends the writing: the upper folder is a snapshot from now on, without a diffId, usable as a lower at once while its
     * layer is still being written. Its path stays when it is committed.
     */
    public Snapshot seal(Workspace workspace) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Keeps a sealed snapshot as that of a layer, without copying. If another run was first, theirs is returned, and
     * this one stays until the run ends.
     */
    public Snapshot commit(Snapshot sealed, Digest diffId) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** {@link #seal} and {@link #commit} in one. */
    public Snapshot commitUpper(Workspace workspace, Digest diffId) throws IOException {
        return commit(seal(workspace), diffId);
    }

    /** Deletes a workspace that is not wanted any more; its overlay must be unmounted. */
    public void discard(Workspace workspace) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The lower folders of an overlay mount, topmost first, for these snapshots, topmost first. It may hold one folder
     * more: layers that lack entries for their parent folders would change the lower layers' modes, which it mends.
     */
    public List<Path> lowers(List<Snapshot> topFirst) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Opens a layer when it is needed. */
    @FunctionalInterface
    public interface LayerSource {
        InputStream open() throws IOException;
    }
}
