package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.file.Path;

/** One run's hold on a store. Safe for many threads. Close it last. */
public final class Store implements AutoCloseable {
    private Store() {}

    /** Opens a store, makes it if it is absent, and sweeps what dead runs left. */
    public static Store open(Path root) throws IOException {
        throw new UnsupportedOperationException();
    }

    public Path root() {
        throw new UnsupportedOperationException();
    }

    public BlobStore blobs() {
        throw new UnsupportedOperationException();
    }

    public SnapshotStore snapshots() {
        throw new UnsupportedOperationException();
    }

    public KeyStore keys() {
        throw new UnsupportedOperationException();
    }

    public ImageStore images() {
        throw new UnsupportedOperationException();
    }

    public FileDigests files() {
        throw new UnsupportedOperationException();
    }

    /** A new empty folder for this run, deleted with it. */
    public Path newTemporaryFolder() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** What the store holds, by kind. */
    public Usage usage() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Deletes what the filter picks and no living run has leased; tells what went. */
    public Usage prune(PruneFilter filter) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Writes what is remembered, gives up the leases and deletes this run's unfinished work. */
    @Override
    public void close() {}
}
