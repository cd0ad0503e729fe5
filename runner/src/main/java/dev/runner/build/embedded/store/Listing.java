package dev.runner.build.embedded.store;

import dev.runner.build.embedded.store.StoreItem.Kind;
import dev.runner.build.embedded.store.StoreItem.Use;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds everything in the store that prune may take, with sizes, ages and uses. */
final class Listing {
    private static final String SIZE = "size";

    private final Path root;
    private final Sys sys = new Sys();

    Listing(Path root) {
        this.root = root;
    }

    /** Something found; whether and how often it is used is known when everything is. */
    private record Found(Kind kind, String name, long bytes, FileStat stat, Instant last) {
        StoreItem item(Set<String> leased, Map<String, Integer> runs) {
            String lease = kind.lease(name);
            Use use = new Use(last, runs.getOrDefault(lease, 0), leased.contains(lease));
            long born = stat.times().born();
            return new StoreItem(
                    kind, name, bytes, instant(born == 0 ? stat.times().modified() : born), use);
        }
    }

    List<StoreItem> items() throws IOException {
        List<Found> found = new ArrayList<>();
        blobs(found);
        snapshots(found);
        mounts(found);
        Set<String> existing = new HashSet<>();
        found.forEach(each -> existing.add(each.kind.lease(each.name)));
        Map<String, Integer> runs = new Uses(root).counts(existing);
        Set<String> leased = Leases.ofLiving(sys, root);
        return found.stream().map(each -> each.item(leased, runs)).toList();
    }

    private void blobs(List<Found> found) throws IOException {
        Path blobs = root.resolve("blobs");
        for (String algorithm : Folders.names(sys, Sys.CWD, blobs.toString(), "blobs")) {
            Path folder = blobs.resolve(algorithm);
            for (String hex : Folders.names(sys, Sys.CWD, folder.toString(), algorithm)) {
                FileStat stat = sys.stat(Sys.CWD, folder.resolve(hex).toString());
                if (stat != null) {
                    long bytes = stat.blocks() * 512;
                    found.add(new Found(Kind.BLOB, algorithm + ":" + hex, bytes, stat, accessed(stat)));
                }
            }
        }
    }

    private void snapshots(List<Found> found) throws IOException {
        Path folder = root.resolve("snapshots");
        Path byDiff = folder.resolve(SnapshotIndex.BY_DIFF);
        for (String hex : Folders.names(sys, Sys.CWD, byDiff.toString(), SnapshotIndex.BY_DIFF)) {
            Path path = target(folder, hex);
            FileStat stat = path == null ? null : sys.stat(Sys.CWD, path.toString());
            if (path != null && stat != null) {
                found.add(new Found(Kind.SNAPSHOT, diffId(hex).toString(), size(path), stat, accessed(stat)));
            }
        }
    }

    /** The folder that the index names for a layer; null when it names none. */
    @Nullable
    Path target(Path folder, String hex) throws IOException {
        String target = sys.readlink(
                Sys.CWD, folder.resolve(SnapshotIndex.BY_DIFF).resolve(hex).toString());
        return target == null ? null : folder.resolve(target.substring(target.lastIndexOf('/') + 1));
    }

    private static Digest diffId(String hex) {
        return new Digest(hex.length() == 64 ? "sha256" : hex.length() == 96 ? "sha384" : "sha512", hex);
    }

    private void mounts(List<Found> found) throws IOException {
        Path folder = root.resolve("mounts");
        for (String name : MountFolders.names(sys, folder)) {
            FileStat stat = sys.stat(Sys.CWD, folder.resolve(name).toString());
            FileStat about = sys.stat(Sys.CWD, MountFolders.about(folder, name).toString());
            if (stat != null) {
                long bytes = measure(Sys.CWD, folder.resolve(name).toString());
                found.add(new Found(Kind.MOUNT, name, bytes, stat, accessed(about == null ? stat : about)));
            }
        }
    }

    /** A snapshot does not change: its size is measured once. */
    private long size(Path snapshot) throws IOException {
        Path file = snapshot.resolve(SIZE);
        try {
            if (Files.exists(file)) {
                String text = Files.readString(file);
                if (text.endsWith("\n")) {
                    return Long.parseLong(text.strip());
                }
            }
            long size = measure(Sys.CWD, snapshot.resolve("d").toString());
            Files.writeString(file, size + "\n");
            return size;
        } catch (NoSuchFileException e) {
            // Another process has just pruned it.
            return 0;
        }
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
            if (fd == -Sys.EACCES || fd == -Sys.ENOENT) {
                // Without root an image's locked folder is locked to us as well; a step may have deleted this one.
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

    private static Instant accessed(FileStat stat) {
        return instant(stat.times().access());
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
