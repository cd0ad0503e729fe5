package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import dev.runner.oci.layer.LayerLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Unpacked layers. What is asked for or made here is leased to the run, so that prune leaves it. */
public final class SnapshotStore {
    private static final int IDLE_LIMIT = 8;
    private static final long SETTLED_AFTER_NANOS = 60_000_000_000L;

    private final Path folder;
    private final Run run;
    private final SnapshotIndex index;
    private final Map<Digest, Snapshot> known = new ConcurrentHashMap<>();
    private final Map<Digest, CompletableFuture<Snapshot>> underWay = new ConcurrentHashMap<>();
    private final Set<String> uncommitted = new HashSet<>();
    private final List<PlainRoot> idle = new ArrayList<>();
    private @Nullable Privileges privileges;

    SnapshotStore(Path folder, Run run) {
        this.folder = folder;
        this.run = run;
        this.index = new SnapshotIndex(folder);
    }

    /** The folder that {@link Snapshot#relativePath} is relative to. */
    public Path folder() {
        return folder;
    }

    /** Whether marks are {@code user.overlay.*}: the overlay must then be mounted with {@code userxattr}. */
    public boolean userXattrs() throws IOException {
        return privileges().opaqueAttribute().equals(LayerXattrs.USER_OPAQUE);
    }

    /** The snapshot of a layer; null when it is not here. */
    public @Nullable Snapshot find(Digest diffId) throws IOException {
        Snapshot found = known.get(diffId);
        if (found != null) {
            return found;
        }
        Sys sys = new Sys();
        String[] name = new String[1];
        boolean here = run.lease("snapshot " + diffId, () -> {
            String there = index.find(sys, diffId);
            if (there == null) {
                return false;
            }
            name[0] = there;
            return true;
        });
        if (!here) {
            return null;
        }
        sys.touchAccess(Sys.CWD, folder.resolve(name[0]).toString());
        Path base = folder.resolve(name[0]).resolve(SnapshotWriter.UNDER);
        Snapshot under = null;
        if (Files.exists(base)) {
            under = find(Digest.parse(Files.readString(base, StandardCharsets.US_ASCII)));
            if (under == null) {
                // It was pruned, or is not believed after a restart: this one says nothing without it, and whoever
                // holds
                // this one holds it as well, so that nobody does.
                index.forget(sys, diffId);
                index.dropMark(sys, name[0]);
                run.forget("snapshot " + diffId);
                discard(name[0]);
                return null;
            }
        }
        Snapshot snapshot = snapshot(diffId, name[0], under);
        known.put(diffId, snapshot);
        return snapshot;
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

    /** As {@link #apply(Digest, InputStream)}, with limits of its own. */
    public Snapshot apply(Digest diffId, InputStream layer, LayerLimits limits) throws IOException {
        return applyOnce(diffId, () -> unpack(diffId, layer, limits));
    }

    /** Unpacks a layer from a source that is opened only if the snapshot is not here. */
    public Snapshot apply(Digest diffId, LayerSource source, LayerLimits limits) throws IOException {
        return applyOnce(diffId, () -> {
            try (InputStream layer = source.open()) {
                return unpack(diffId, layer, limits);
            }
        });
    }

    /** Folders for a RUN step. They die with the run unless they become a snapshot. */
    public Workspace newUpper() throws IOException {
        Sys sys = new Sys();
        String name = newFolder(sys);
        Path base = folder.resolve(name);
        Sys.check(sys.mkdir(Sys.CWD, base.resolve("w").toString(), 0755), "mkdir", name);
        Path upper = makeRoot(sys, base);
        return new Workspace(name, upper, base.resolve("w"));
    }

    /** A folder for the files of a layer that is about to be packed. They die with the run unless they are committed. */
    public SnapshotWriter newWriter() throws IOException {
        return newWriter(null);
    }

    /**
     * The same for what is different from another layer.
     *
     * @param under a whole snapshot of this store, every entry of which the layer has as well; null for all of a layer
     */
    public SnapshotWriter newWriter(@Nullable Snapshot under) throws IOException {
        Sys sys = new Sys();
        String name = newFolder(sys);
        return new SnapshotWriter(
                this, new Snapshot(null, name, makeRoot(sys, folder.resolve(name)), under), privileges());
    }

    /**
     * Ends the writing, the overlay being unmounted: the upper folder is a snapshot from now on, without a diffId, usable as
     * a lower at once while its layer is still being written. Its path stays when it is committed.
     */
    public Snapshot seal(Workspace workspace) throws IOException {
        Folders.delete(new Sys(), Sys.CWD, workspace.work().toString());
        return new Snapshot(null, workspace.name(), workspace.upper());
    }

    /**
     * Keeps a sealed snapshot as that of a layer, without copying. If another run was first, theirs is returned, and
     * this one stays until the run ends.
     */
    public Snapshot commit(Snapshot sealed, Digest diffId) throws IOException {
        Sys sys = new Sys();
        String name = sealed.name();
        while (true) {
            index.markUnsynced(name);
            boolean[] won = new boolean[1];
            run.lease("snapshot " + diffId, () -> {
                won[0] = index.complete(sys, diffId, name);
                return true;
            });
            if (won[0]) {
                synchronized (uncommitted) {
                    uncommitted.remove(name);
                }
                Snapshot snapshot = snapshot(diffId, name, sealed.under());
                known.put(diffId, snapshot);
                return snapshot;
            }
            index.dropMark(sys, name);
            Snapshot theirs = find(diffId);
            if (theirs != null) {
                return theirs;
            }
            // What was first could not be believed after a restart and is gone: ours is next.
        }
    }

    /** {@link #seal} and {@link #commit} in one. */
    public Snapshot commitUpper(Workspace workspace, Digest diffId) throws IOException {
        return commit(seal(workspace), diffId);
    }

    /** Deletes a workspace that is not wanted any more; its overlay must be unmounted. */
    public void discard(Workspace workspace) throws IOException {
        discard(workspace.name());
    }

    /**
     * The lower folders of an overlay mount, topmost first, for these snapshots, topmost first. It may hold one folder
     * more: layers that lack entries for their parent folders would change the lower layers' modes, which it mends.
     */
    public List<Path> lowers(List<Snapshot> topFirst) throws IOException {
        return new ImplicitFolders(topFirst).lowers(this::newUpper);
    }

    /**
     * A plain folder with these snapshots, topmost first, and over them what is in a workspace's upper folder: for steps
     * where nothing can be mounted. The caller gives it back or discards it.
     */
    public PlainRoot plainRoot(List<Snapshot> topFirst, Workspace upper) throws IOException {
        List<Snapshot> bottomFirst = topFirst.reversed();
        PlainRoot best = null;
        synchronized (idle) {
            for (PlainRoot root : idle) {
                if (root.holds(bottomFirst) > (best == null ? 0 : best.holds(bottomFirst))) {
                    best = root;
                }
            }
            idle.remove(best);
        }
        PlainRoot root = best == null ? new PlainRoot(newUpper(), privileges()) : best;
        try {
            root.advance(bottomFirst, upper);
            return root;
        } catch (IOException | RuntimeException e) {
            discard(root);
            throw e;
        }
    }

    /** Keeps a plain root for the next step. */
    public void giveBack(PlainRoot root) throws IOException {
        PlainRoot oldest = null;
        synchronized (idle) {
            idle.add(root);
            if (idle.size() > IDLE_LIMIT) {
                oldest = idle.removeFirst();
            }
        }
        if (oldest != null) {
            discard(oldest);
        }
    }

    /** Deletes a plain root. */
    public void discard(PlainRoot root) throws IOException {
        discard(root.home());
    }

    /** Gives a file in an upper folder an owner: on the disk, or in the list beside where this user may not. */
    public void own(Workspace workspace, String path, long uid, long gid) throws IOException {
        Sys sys = new Sys();
        String file = workspace.upper() + "/" + path;
        if (privileges().root()) {
            Sys.check(sys.chown(Sys.CWD, file, uid, gid), "chown", file);
            return;
        }
        Map<String, RecordedAttributes.Entry> there = RecordedAttributes.of(workspace.upper());
        Map<String, RecordedAttributes.Entry> recorded = new java.util.HashMap<>(there == null ? Map.of() : there);
        FileStat stat = sys.stat(Sys.CWD, file);
        if (stat != null) {
            recorded.put(path, RecordedAttributes.plain(stat).withOwner(uid, gid));
        }
        RecordedAttributes.write(workspace.upper(), recorded);
    }

    /**
     * After an overlay by a user who cannot give owners: what was copied up from below keeps the owner it had there.
     */
    public void keepOwners(Workspace workspace, MergedView before) throws IOException {
        if (!privileges().root()) {
            KeptOwners.keep(workspace, before);
        }
    }

    /** Opens a layer when it is needed. */
    @FunctionalInterface
    public interface LayerSource {
        InputStream open() throws IOException;
    }

    /** Makes what older runs of this boot unpacked survive a restart, in the background. */
    void settle() throws IOException {
        long now = System.currentTimeMillis() * 1_000_000;
        Sys sys = new Sys();
        Set<String> names = index.unsyncedBefore(sys, now - SETTLED_AFTER_NANOS);
        if (!names.isEmpty()) {
            Thread.ofPlatform().daemon().name("store-sync").start(() -> {
                int fd = sys.open(Sys.CWD, folder.toString(), Sys.O_RDONLY | Sys.O_DIRECTORY, 0);
                if (fd >= 0 && sys.syncFileSystem(fd) >= 0) {
                    names.forEach(name -> index.dropMark(sys, name));
                }
                sys.close(fd);
            });
        }
    }

    void forgetAll() {
        known.keySet().forEach(diffId -> run.forget("snapshot " + diffId));
        known.clear();
    }

    void discardUncommitted() throws IOException {
        for (String name : uncommittedNames()) {
            discard(name);
        }
    }

    private List<String> uncommittedNames() {
        synchronized (uncommitted) {
            return List.copyOf(uncommitted);
        }
    }

    void discard(String name) throws IOException {
        Folders.delete(new Sys(), Sys.CWD, folder.resolve(name).toString());
        synchronized (uncommitted) {
            uncommitted.remove(name);
        }
    }

    /** Makes a snapshot. */
    @FunctionalInterface
    private interface Making {
        Snapshot make() throws IOException;
    }

    private Snapshot applyOnce(Digest diffId, Making making) throws IOException {
        while (true) {
            Snapshot found = find(diffId);
            if (found != null) {
                return found;
            }
            CompletableFuture<Snapshot> mine = new CompletableFuture<>();
            CompletableFuture<Snapshot> theirs = underWay.putIfAbsent(diffId, mine);
            if (theirs != null) {
                try {
                    return theirs.join();
                } catch (CompletionException e) {
                    // Their source failed; ours may not.
                    continue;
                }
            }
            try {
                Snapshot late = find(diffId);
                Snapshot made = late == null ? making.make() : late;
                mine.complete(made);
                return made;
            } catch (IOException | RuntimeException | Error e) {
                mine.completeExceptionally(e);
                throw e;
            } finally {
                underWay.remove(diffId, mine);
            }
        }
    }

    private Snapshot unpack(Digest diffId, InputStream layer, LayerLimits limits) throws IOException {
        Sys sys = new Sys();
        String name = newFolder(sys);
        Path base = folder.resolve(name);
        try {
            Path files = makeRoot(sys, base);
            new VerifiedUnpacking(sys, privileges(), diffId, limits).run(layer, files);
            return commit(new Snapshot(null, name, files), diffId);
        } catch (IOException | RuntimeException | Error e) {
            try {
                discard(name);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        } finally {
            if (uncommittedNames().contains(name)) {
                // Another process was first: nobody uses ours.
                discard(name);
            }
        }
    }

    private Path makeRoot(Sys sys, Path base) throws IOException {
        String root = base.resolve("d").toString();
        Sys.check(sys.mkdir(Sys.CWD, root, 0755), "mkdir", root);
        Sys.check(sys.chmod(Sys.CWD, root, 0755), "chmod", root);
        return base.resolve("d");
    }

    private String newFolder(Sys sys) throws IOException {
        while (true) {
            String name = run.newSnapshotName();
            synchronized (uncommitted) {
                uncommitted.add(name);
            }
            int made = sys.mkdir(Sys.CWD, folder.resolve(name).toString(), 0755);
            if (made != -Sys.EEXIST) {
                Sys.check(made, "mkdir", name);
                return name;
            }
            // A dead run had our name and left this.
            synchronized (uncommitted) {
                uncommitted.remove(name);
            }
        }
    }

    private synchronized Privileges privileges() throws IOException {
        Privileges known = privileges;
        if (known == null) {
            Sys sys = new Sys();
            int fd = (int) Sys.check(sys.openFolder(Sys.CWD, folder.toString()), "open", folder.toString());
            known = Privileges.probe(sys, fd);
            sys.close(fd);
            privileges = known;
        }
        return known;
    }

    private Snapshot snapshot(Digest diffId, String name, @Nullable Snapshot under) {
        return new Snapshot(diffId, name, folder.resolve(name).resolve("d"), under);
    }
}
