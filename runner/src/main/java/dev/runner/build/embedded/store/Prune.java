package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts what the store holds, and deletes what no living run has leased. */
final class Prune {
    private static final String SIZE = "size";

    private final Path root;
    private final Run run;
    private final Sys sys = new Sys();

    Prune(Path root, Run run) {
        this.root = root;
        this.run = run;
    }

    Usage usage(Usage.Count keys) throws IOException {
        Usage.Count blobs = new Usage.Count(0, 0);
        for (Found blob : blobs()) {
            blobs = blobs.plus(blob.item.bytes());
        }
        Usage.Count snapshots = new Usage.Count(0, 0);
        for (Found snapshot : snapshots()) {
            snapshots = snapshots.plus(snapshot.item.bytes());
        }
        return new Usage(blobs, snapshots, keys);
    }

    Usage prune(PruneFilter filter) throws IOException {
        List<Path> trash = new ArrayList<>();
        Usage gone;
        int gc = Run.openLock(sys, root.resolve("locks/gc"));
        try {
            Sys.check(sys.flock(gc, Sys.LOCK_EX), "flock", "locks/gc");
            gone = detach(filter, leased(), trash);
        } finally {
            sys.close(gc);
        }
        // Nobody can find these any more; a kill in the middle leaves them to the sweep.
        for (Path each : trash) {
            Folders.delete(sys, Sys.CWD, each.toString());
        }
        return gone;
    }

    private record Found(
            PruneFilter.Item item, Path path, @Nullable Path link) {}

    private Usage detach(PruneFilter filter, Set<String> leased, List<Path> trash) throws IOException {
        Usage.Count blobs = new Usage.Count(0, 0);
        for (Found blob : blobs()) {
            if (!leased.contains("blob " + blob.item.id()) && filter.picks(blob.item)) {
                Files.deleteIfExists(blob.path);
                blobs = blobs.plus(blob.item.bytes());
            }
        }
        Usage.Count snapshots = new Usage.Count(0, 0);
        for (Found snapshot : snapshots()) {
            boolean picked = !leased.contains("snapshot " + snapshot.item.id()) && filter.picks(snapshot.item);
            if (picked && snapshot.link != null) {
                Files.deleteIfExists(snapshot.link);
                Path gone = run.newTemporary("x");
                Files.move(snapshot.path, gone);
                Path mark = root.resolve("snapshots").resolve(SnapshotIndex.UNSYNCED);
                Files.deleteIfExists(mark.resolve(snapshot.path.getFileName()));
                trash.add(gone);
                snapshots = snapshots.plus(snapshot.item.bytes());
            }
        }
        return new Usage(blobs, snapshots, new Usage.Count(0, 0));
    }

    /** The leases of all living runs; dead ones' do not count. */
    private Set<String> leased() throws IOException {
        Set<String> leased = new HashSet<>();
        Path tmp = root.resolve("tmp");
        for (String id : Folders.names(sys, Sys.CWD, tmp.toString(), "tmp")) {
            Path leases = tmp.resolve(id).resolve("leases");
            if (Run.lives(sys, tmp.resolve(id)) && Files.exists(leases)) {
                leased.addAll(Files.readAllLines(leases));
            }
        }
        return leased;
    }

    private List<Found> blobs() throws IOException {
        List<Found> found = new ArrayList<>();
        Path blobs = root.resolve("blobs");
        for (String algorithm : Folders.names(sys, Sys.CWD, blobs.toString(), "blobs")) {
            Path folder = blobs.resolve(algorithm);
            for (String hex : Folders.names(sys, Sys.CWD, folder.toString(), algorithm)) {
                FileStat stat = sys.stat(Sys.CWD, folder.resolve(hex).toString());
                if (stat != null) {
                    found.add(new Found(
                            new PruneFilter.Item(
                                    PruneFilter.Kind.BLOB, algorithm + ":" + hex, stat.blocks() * 512, time(stat)),
                            folder.resolve(hex),
                            null));
                }
            }
        }
        return found;
    }

    private List<Found> snapshots() throws IOException {
        List<Found> found = new ArrayList<>();
        Path folder = root.resolve("snapshots");
        Path byDiff = folder.resolve(SnapshotIndex.BY_DIFF);
        for (String hex : Folders.names(sys, Sys.CWD, byDiff.toString(), SnapshotIndex.BY_DIFF)) {
            String target = sys.readlink(Sys.CWD, byDiff.resolve(hex).toString());
            Path path = target == null ? null : folder.resolve(target.substring(target.lastIndexOf('/') + 1));
            FileStat stat = path == null ? null : sys.stat(Sys.CWD, path.toString());
            if (path != null && stat != null) {
                String id = new Digest(hex.length() == 64 ? "sha256" : hex.length() == 96 ? "sha384" : "sha512", hex)
                        .toString();
                PruneFilter.Item item = new PruneFilter.Item(PruneFilter.Kind.SNAPSHOT, id, size(path), time(stat));
                found.add(new Found(item, path, byDiff.resolve(hex)));
            }
        }
        return found;
    }

    /** A snapshot does not change: its size is measured once. */
    private long size(Path snapshot) throws IOException {
        Path file = snapshot.resolve(SIZE);
        if (Files.exists(file)) {
            String text = Files.readString(file);
            if (text.endsWith("\n")) {
                return Long.parseLong(text.strip());
            }
        }
        long size = measure(Sys.CWD, snapshot.resolve("d").toString());
        Files.writeString(file, size + "\n");
        return size;
    }

    private long measure(int parent, String name) throws IOException {
        FileStat stat = sys.stat(parent, name);
        if (stat == null) {
            return 0;
        }
        long links = stat.isFolder() ? 1 : Math.max(1, stat.inode().links());
        long size = stat.blocks() * 512 / links;
        if (stat.isFolder()) {
            int flags = Sys.O_RDONLY | Sys.O_DIRECTORY | Sys.O_NOFOLLOW;
            int fd = sys.open(parent, name, flags, 0);
            if (fd == -Sys.EACCES) {
                // Without root an image's locked folder is locked to us as well.
                return size;
            }
            Sys.check(fd, "open", name);
            try {
                for (String child : Folders.names(sys, fd, name)) {
                    size += measure(fd, child);
                }
            } finally {
                sys.close(fd);
            }
        }
        return size;
    }

    private static Instant time(FileStat stat) {
        long nanos = stat.times().access();
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
