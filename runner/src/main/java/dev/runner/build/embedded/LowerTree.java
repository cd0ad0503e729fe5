package dev.runner.build.embedded;

import dev.runner.build.embedded.store.FileDigests;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What lies below a layer that is about to be written. Layers that COPY has just written are known by their entries and
 * need not be unpacked for this.
 *
 * <p>Remembers what it was asked: what was laid out over it may stand over any other that answers alike. Where nothing
 * stands nothing is asked of what would be beneath, so that a folder that is absent answers once for all of a context.
 * For one thread.
 */
final class LowerTree {
    private final List<Map<String, TarEntry>> indexes;
    private final MergedView view;
    private final ViewTree files;
    private final Whole whole;
    private final Map<String, @Nullable TarEntry> answers = new HashMap<>();
    private final Map<String, Digest> contents = new HashMap<>();

    /**
     * @param indexes topmost first
     * @param view of everything under them
     * @param whole all of it as files, which costs the unpacking of the layers that are only known by their entries
     */
    LowerTree(List<Map<String, TarEntry>> indexes, MergedView view, FileDigests digests, Whole whole) {
        this.indexes = List.copyOf(indexes);
        this.view = view;
        this.files = new ViewTree(view, digests);
        this.whole = whole;
    }

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
        TarEntry entry = entry(path);
        return entry == null ? null : found(entry);
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
        return viewed(path);
    }

    private @Nullable TarEntry viewed(String path) throws IOException {
        TarEntry answer = answers.get(path);
        if (answer != null || answers.containsKey(path)) {
            return answer;
        }
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !(viewed(path.substring(0, slash)) instanceof TarEntry.Directory)) {
            return null;
        }
        ViewNode node = view.lookup(path);
        answer = node == null ? null : TreeEntries.entry(files, node, path);
        answers.put(path, answer);
        return answer;
    }

    /** The digest of a regular file's content. */
    Digest content(String path) throws IOException {
        Digest known = contents.get(path);
        if (known != null) {
            return known;
        }
        FileTree tree = whole.open();
        ViewNode node = tree.resolve(path);
        if (node == null) {
            throw new NoSuchFileException(path);
        }
        Digest digest = tree.digest(node);
        contents.put(path, digest);
        return digest;
    }

    /** Whether all that this one was asked has the same answer in another; times of folders aside, as in no key. */
    boolean answersAs(LowerTree other) throws IOException {
        if (!indexes.equals(other.indexes)) {
            return false;
        }
        for (Map.Entry<String, @Nullable TarEntry> answer : answers.entrySet()) {
            if (!Objects.equals(timeless(answer.getValue()), timeless(other.viewed(answer.getKey())))) {
                return false;
            }
        }
        for (Map.Entry<String, Digest> content : contents.entrySet()) {
            if (!content.getValue().equals(other.content(content.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable TarEntry timeless(@Nullable TarEntry entry) {
        return entry instanceof TarEntry.Directory folder
                ? folder.withAttributes(folder.attributes().withMtime(0))
                : entry;
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
