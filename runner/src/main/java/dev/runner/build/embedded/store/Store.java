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
            "blobs/sha256", "snapshots/by-diff", "snapshots/unsynced", "keys", "files", "images", "locks", "tmp");

    private final Path root;
    private final Run run;
    private final BlobStore blobs;
    private final SnapshotStore snapshots;
    private final KeyStore keys;
    private final ImageStore images;
    private final FileDigests files;

    private Store(Path root, Run run) throws IOException {
        this.root = root;
        this.run = run;
        this.blobs = new BlobStore(root.resolve("blobs"), run);
        this.snapshots = new SnapshotStore(root.resolve("snapshots"), run);
        this.keys = new KeyStore(root.resolve("keys/log"), root.resolve("locks/keys"));
        this.images = new ImageStore(root.resolve("images"), run);
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

    public KeyStore keys() {
        return keys;
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

    /** What the store holds, by kind. */
    public Usage usage() throws IOException {
        return new Prune(root, run).usage(keys.usage());
    }

    /**
     * Deletes the blobs and snapshots that the filter picks and no living run, this one included, has leased; tells what
     * went.
     */
    public Usage prune(PruneFilter filter) throws IOException {
        Usage gone = new Prune(root, run).prune(filter);
        snapshots.forgetAll();
        return gone;
    }

    /** Writes what is remembered, gives up the leases and deletes this run's unfinished work. */
    @Override
    public void close() throws IOException {
        try (AutoCloseable ending = run::end) {
            keys.close();
            files.close();
            snapshots.discardUncommitted();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the store could not be closed", e);
        }
    }
}
