package dev.runner.build.embedded;

import dev.runner.build.embedded.LayerPlan.Item;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.SnapshotWriter;
import dev.runner.build.embedded.store.Store;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that an instruction wrote some time before, still in the store: when a few of many have changed, those few are
 * written into a folder that is laid over the old one, and the next step starts at once. Only where all that was there is there
 * still: what is removed would have to be hidden, and with it what another layer has at that path.
 *
 * @param under the whole snapshot
 * @param written paths that are to be written: what is different, and the folders above
 */
record EarlierFiles(Snapshot under, Set<String> written) {
    private static final int FEWEST = 64;
    private static final int MOST = 100_000;

    /** So large a part may have changed; a larger one is worth a folder of its own, over which the next ones are laid. */
    private static final int PART = 8;

    /** What may be taken from an earlier time; null for nothing. */
    static @Nullable EarlierFiles of(Store store, Digest instruction, Map<String, Item> items, LayerRows rows)
            throws IOException {
        byte[] known = fits(items) ? store.keys().get(key(instruction)) : null;
        if (known == null) {
            return null;
        }
        Snapshot under = store.snapshots().find(Digest.parse(new String(known, StandardCharsets.US_ASCII)));
        if (under == null || under.under() != null) {
            return null;
        }
        LayerRows.Difference difference = rows.since(SnapshotWriter.notes(under));
        if (difference.paths().size() > items.size() / PART
                || difference.gone() > difference.paths().size()
                || difference.gone() != replaced(under, difference.paths(), items)) {
            return null;
        }
        return new EarlierFiles(under, withParents(difference.paths()));
    }

    /** The next time these files may be the earlier ones. */
    static void keep(Store store, Digest instruction, Map<String, Item> items, Digest diffId) throws IOException {
        if (fits(items)) {
            store.keys().put(key(instruction), diffId.toString().getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** A file that has several names would be one file only where all of them are written. */
    static boolean fits(Map<String, Item> items) {
        if (items.size() < FEWEST || items.size() > MOST) {
            return false;
        }
        for (Item item : items.values()) {
            TarEntry entry = item.entry();
            if (item.inode() != null
                    || entry instanceof TarEntry.HardLink
                    || entry.path().contains(".wh.")) {
                return false;
            }
        }
        return true;
    }

    /** How many of the paths stood there before; -1 when one is another kind of file by now. */
    private static int replaced(Snapshot under, Set<String> paths, Map<String, Item> items) throws IOException {
        MergedView before = MergedView.of(under.topFirst());
        int count = 0;
        for (String path : paths) {
            ViewNode node = before.lookup(path);
            Item item = items.get(path);
            if (node != null && item != null) {
                boolean same = switch (item.entry()) {
                    case TarEntry.File file -> node.isFile();
                    case TarEntry.Directory folder -> node.isDirectory();
                    case TarEntry.Symlink link -> node.isSymlink();
                    case TarEntry.HardLink link -> false;
                    case TarEntry.Device device -> false;
                    case TarEntry.Fifo fifo -> false;
                };
                if (!same) {
                    return -1;
                }
                count++;
            }
        }
        return count;
    }

    private static Set<String> withParents(Set<String> paths) {
        Set<String> all = new HashSet<>(paths);
        for (String path : paths) {
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                all.add(path.substring(0, slash));
            }
        }
        return all;
    }

    private static Digest key(Digest instruction) {
        return KeyHash.of("earlier-files/1").add(instruction).finish();
    }
}
