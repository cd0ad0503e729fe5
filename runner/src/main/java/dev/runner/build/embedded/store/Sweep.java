package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Deletes what dead runs left: their folders under {@code tmp}, and snapshots that they began and never finished. */
final class Sweep {
    private final Path root;
    private final Sys sys = new Sys();

    Sweep(Path root) {
        this.root = root;
    }

    /** Sweeps unless another process does, or a prune is under way. */
    void run() throws IOException {
        int gc = Run.openLock(sys, root.resolve("locks/gc"));
        try {
            if (sys.flock(gc, Sys.LOCK_EX | Sys.LOCK_NB) >= 0) {
                sweep();
            }
        } finally {
            sys.close(gc);
        }
    }

    private void sweep() throws IOException {
        String tmp = root.resolve("tmp").toString();
        List<String> dead = new ArrayList<>();
        Set<String> living = new HashSet<>();
        for (String run : Folders.names(sys, Sys.CWD, tmp, tmp)) {
            if (Run.lives(sys, Path.of(tmp, run))) {
                living.add(run);
            } else {
                dead.add(run);
            }
        }
        if (dead.isEmpty()) {
            return;
        }
        // Snapshots first: a sweep that is itself killed finds the dead run again.
        sweepSnapshots(living);
        Path mounts = root.resolve("mounts");
        for (String unfilled : MountFolders.unfilled(sys, mounts, living)) {
            deleteQuietly(mounts.resolve(unfilled));
        }
        for (String run : dead) {
            Uses.keep(sys, root, Path.of(tmp, run));
            deleteQuietly(Path.of(tmp, run));
        }
    }

    private void sweepSnapshots(Set<String> living) throws IOException {
        Path snapshots = root.resolve("snapshots");
        Set<String> committed = SnapshotIndex.committed(sys, snapshots);
        for (String name : Folders.names(sys, Sys.CWD, snapshots.toString(), "snapshots")) {
            boolean index = name.equals(SnapshotIndex.BY_DIFF) || name.equals(SnapshotIndex.UNSYNCED);
            if (!index && !committed.contains(name) && !living.contains(Run.of(name))) {
                deleteQuietly(snapshots.resolve(name));
                sys.unlink(
                        Sys.CWD,
                        snapshots.resolve(SnapshotIndex.UNSYNCED).resolve(name).toString(),
                        0);
            }
        }
    }

    /** What cannot be deleted now, such as a folder that somebody's mount keeps, is left to a later sweep. */
    private void deleteQuietly(Path path) {
        try {
            Folders.delete(sys, Sys.CWD, path.toString());
        } catch (IOException e) {
            // The next sweep tries again; opening the store must not fail for it.
        }
    }
}
