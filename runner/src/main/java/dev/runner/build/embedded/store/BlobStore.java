package dev.runner.build.embedded.store;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Content by digest. What is asked for or written here is leased to the run, so that prune leaves it. */
public final class BlobStore {
    BlobStore() {}

    public boolean has(Digest digest) {
        throw new UnsupportedOperationException();
    }

    /** @throws NoSuchFileException when the blob is absent */
    public long size(Digest digest) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** @throws NoSuchFileException when the blob is absent */
    public InputStream open(Digest digest) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The whole content, for manifests and configs. */
    public byte[] read(Digest digest) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Where the blob is or would be. */
    public Path path(Digest digest) {
        throw new UnsupportedOperationException();
    }

    /** A writer that hashes what passes. */
    public BlobWriter writer() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * A writer for content that is hashed elsewhere, such as under a {@link dev.runner.oci.layer.LayerWriter}; its
     * commit must be given the digest and believes it.
     */
    public BlobWriter hashedElsewhere() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Stores some bytes. */
    public Digest put(byte[] content) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Stores a stream that must be what the descriptor says; reads it to its end and does not close it.
     *
     * @throws DigestMismatchException when size or digest differ; nothing is then stored
     */
    public void ingest(InputStream content, Descriptor expected) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Deletes a blob; nothing happens if it is absent. */
    public void delete(Digest digest) throws IOException {
        throw new UnsupportedOperationException();
    }
}
