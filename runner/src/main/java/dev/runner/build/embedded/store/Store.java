package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One run's hold on a store. Safe for many threads. Close it last; if it is not closed, the next open of any process sweeps
 * what it left.
 */
public final class Store implements AutoCloseable {
    private static final List<String> FOLDERS = List.of(
            "blobs/sha256",
            "snapshots/by-diff",
            "snapshots/unsynced",
            "mounts",
            "keys",
            "files",
            "history",
            "images",
            "uses",
            "locks",
            "tmp");

    private final Path root;
    private final Run run;
    private final BlobStore blobs;
    private final SnapshotStore snapshots;
    private final MountFolders mounts;
    private final KeyStore keys;
    private final KeyStore history;
    private final ImageStore images;
    private final FileDigests files;

    private Store(Path root, Run run) throws IOException {
        this.root = root;
        this.run = run;
        this.blobs = new BlobStore(root.resolve("blobs"), run);
        this.snapshots = new SnapshotStore(root.resolve("snapshots"), run);
        this.mounts = new MountFolders(root.resolve("mounts"), run);
        this.keys = new KeyStore(root.resolve("keys/log"), root.resolve("locks/keys"));
        this.history = new KeyStore(root.resolve("history/log"), root.resolve("locks/history"));
        this.images = new ImageStore(root.resolve("images"), () -> run.newTemporary("i"));
        this.files = new FileDigests(root.resolve("files/log"), root.resolve("locks/files"));
    }

    /** Opens a store, makes it if it is absent, and sweeps what dead runs left. */
    public static Store open(Path root) throws IOException {
        Path absolute = root.toAbsolutePath().normalize();
        for (String folder : FOLDERS) {
            Files.createDirectories(absolute.resolve(folder));
        }
        // Images hold programs with set-id bits: only the owner of the store may reach them.
        new Sys().chmod(Sys.CWD, absolute.resolve("snapshots").toString(), 0700);
        new Sweep(absolute).run();
        Run run = Run.begin(absolute);
        try {
            Store store = new Store(absolute, run);
            store.snapshots.settle();
            return store;
        } catch (IOException | RuntimeException | Error e) {
            run.end();
            throw e;
        }
    }

    public Path root() {
        return root;
    }

    public BlobStore blobs() {
        return blobs;
    }

    public SnapshotStore snapshots() {
        return snapshots;
    }

    public MountFolders mounts() {
        return mounts;
    }

    public KeyStore keys() {
        return keys;
    }

    /** What is remembered of earlier work to explain later misses; nothing needs it to be there. */
    public KeyStore history() {
        return history;
    }

    public ImageStore images() {
        return images;
    }

    public FileDigests files() {
        return files;
    }

    /** A new empty folder for this run, deleted with it. */
    public Path newTemporaryFolder() throws IOException {
        return Files.createDirectory(run.newTemporary("t"));
    }

    /** What prune may take, now. */
    public List<StoreItem> items() throws IOException {
        return new Listing(root).items();
    }

    /**
     * Deletes these, but for what a living run, this one included, has leased; tells what went. Safe while others build:
     * what they hold stays, and what they no longer find they make again.
     */
    public List<StoreItem> delete(List<StoreItem> items) throws IOException {
        List<StoreItem> gone = new Prune(root, run).delete(items);
        snapshots.forgetAll();
        return gone;
    }

    /**
     * Whether this run made the store so much bigger that it is time to look whether it is too big; to be asked once, when the
     * run has nothing more to write. It costs next to nothing and does not look itself.
     */
    public boolean isTimeToCollect() throws IOException {
        long grown = run.grown();
        return grown > 0 && new Growth(root).add(grown, System.currentTimeMillis(), run.newTemporary("g"));
    }

    /** Somebody has looked: the store may grow by that many bytes before it is too big. */
    public void collected(long room) throws IOException {
        new Growth(root).looked(room, System.currentTimeMillis(), run.newTemporary("g"));
    }

    /** Writes what is remembered, gives up the leases and deletes this run's unfinished work. */
    @Override
    public void close() throws IOException {
        try (AutoCloseable ending = run::end) {
            keys.close();
            history.close();
            files.close();
            snapshots.discardUncommitted();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the store could not be closed", e);
        }
    }
}
