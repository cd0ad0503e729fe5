package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Deletes what no living run has leased. While the exclusive lock is held things are only renamed into this run's folder;
 * they are deleted when it is given back, and a kill in the middle leaves them to the sweep. The lock is given back after
 * every few, so that running builds, which need it shared for each lease, hardly wait.
 */
final class Prune {
    private static final int AT_ONCE = 32;

    private final Path root;
    private final Run run;
    private final Sys sys = new Sys();

    Prune(Path root, Run run) {
        this.root = root;
        this.run = run;
    }

    /** Deletes these, but for what has been leased meanwhile; tells what went. */
    List<StoreItem> delete(List<StoreItem> items) throws IOException {
        List<StoreItem> gone = new ArrayList<>();
        for (int from = 0; from < items.size(); from += AT_ONCE) {
            List<Path> trash = new ArrayList<>();
            detach(items.subList(from, Math.min(items.size(), from + AT_ONCE)), gone, trash);
            for (Path each : trash) {
                Folders.delete(sys, Sys.CWD, each.toString());
            }
        }
        return gone;
    }

    private void detach(List<StoreItem> items, List<StoreItem> gone, List<Path> trash) throws IOException {
        int gc = Run.openLock(sys, root.resolve("locks/gc"));
        try {
            Sys.check(sys.flock(gc, Sys.LOCK_EX), "flock", "locks/gc");
            Set<String> leased = Leases.ofLiving(sys, root);
            for (StoreItem item : items) {
                if (!leased.contains(item.lease()) && detach(item, trash)) {
                    gone.add(item);
                }
            }
        } finally {
            sys.close(gc);
        }
    }

    /** False when it is gone already. */
    private boolean detach(StoreItem item, List<Path> trash) throws IOException {
        return switch (item.kind()) {
            case BLOB -> {
                int colon = item.name().indexOf(':');
                Path blob = root.resolve("blobs")
                        .resolve(item.name().substring(0, colon))
                        .resolve(item.name().substring(colon + 1));
                yield move(blob, trash);
            }
            case SNAPSHOT -> snapshot(item.name().substring(item.name().indexOf(':') + 1), trash);
            case MOUNT -> {
                Path mounts = root.resolve("mounts");
                sys.unlink(Sys.CWD, MountFolders.about(mounts, item.name()).toString(), 0);
                yield move(mounts.resolve(item.name()), trash);
            }
        };
    }

    private boolean snapshot(String hex, List<Path> trash) throws IOException {
        Path snapshots = root.resolve("snapshots");
        Path folder = new Listing(root).target(snapshots, hex);
        if (folder == null) {
            return false;
        }
        sys.unlink(
                Sys.CWD, snapshots.resolve(SnapshotIndex.BY_DIFF).resolve(hex).toString(), 0);
        boolean moved = move(folder, trash);
        Path mark = snapshots.resolve(SnapshotIndex.UNSYNCED).resolve(folder.getFileName());
        sys.unlink(Sys.CWD, mark.toString(), 0);
        return moved;
    }

    private boolean move(Path path, List<Path> trash) throws IOException {
        Path gone = run.newTemporary("x");
        int renamed = sys.rename(Sys.CWD, path.toString(), Sys.CWD, gone.toString());
        if (renamed == -Sys.ENOENT) {
            return false;
        }
        Sys.check(renamed, "rename", path.toString());
        trash.add(gone);
        return true;
    }
}
