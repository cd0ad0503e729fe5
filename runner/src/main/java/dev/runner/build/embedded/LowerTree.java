package dev.runner.build.embedded;

import dev.runner.build.embedded.store.FileDigests;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What lies below a layer that is about to be written. Layers that COPY has just written are known by their entries and
 * need not be unpacked for this.
 *
 * @param indexes topmost first
 * @param view of everything under them
 * @param whole all of it as files, which costs the unpacking of the layers that are only known by their entries
 */
record LowerTree(List<Map<String, TarEntry>> indexes, MergedView view, FileDigests digests, Whole whole) {
    /** Nothing. */
    static LowerTree empty(FileDigests digests) throws IOException {
        MergedView nothing = MergedView.of(List.of());
        return new LowerTree(List.of(), nothing, digests, () -> new ViewTree(nothing, digests));
    }

    /** Opens everything below as files. */
    @FunctionalInterface
    interface Whole {
        FileTree open() throws IOException;
    }

    /**
     * What stands somewhere.
     *
     * @param linkTarget of a symbolic link; null for every other file
     */
    record Found(boolean directory, @Nullable String linkTarget) {}

    /** What stands at a path whose parents are real folders; null if nothing. */
    @Nullable
    Found find(String path) throws IOException {
        for (Map<String, TarEntry> index : indexes) {
            TarEntry entry = index.get(path);
            if (entry != null) {
                return found(entry);
            }
        }
        ViewNode node = view.lookup(path);
        return node == null ? null : new Found(node.isDirectory(), node.isSymlink() ? node.linkTarget() : null);
    }

    /** The entry at a path whose parents are real folders; null if there is none. */
    @Nullable
    TarEntry entry(String path) throws IOException {
        for (Map<String, TarEntry> index : indexes) {
            TarEntry entry = index.get(path);
            if (entry != null) {
                return entry;
            }
        }
        ViewNode node = view.lookup(path);
        return node == null ? null : TreeEntries.entry(new ViewTree(view, digests), node, path);
    }

    /** The digest of a regular file's content. */
    Digest content(String path) throws IOException {
        FileTree tree = whole.open();
        ViewNode node = tree.resolve(path);
        if (node == null) {
            throw new NoSuchFileException(path);
        }
        return tree.digest(node);
    }

    static Found found(TarEntry entry) {
        return switch (entry) {
            case TarEntry.Directory folder -> new Found(true, null);
            case TarEntry.Symlink link -> new Found(false, link.target());
            case TarEntry.File file -> new Found(false, null);
            case TarEntry.HardLink link -> new Found(false, null);
            case TarEntry.Device device -> new Found(false, null);
            case TarEntry.Fifo fifo -> new Found(false, null);
        };
    }
}
