package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import java.io.OutputStream;

/**
 * A blob on its way into a repository whose digest is known only at the end. Write, then {@link #commit}; a close
 * without a commit takes the upload back. Chunks go out behind the writer's back, one at a time, so that what makes
 * the bytes and what sends them overlap. For one thread.
 */
public abstract sealed class BlobUpload extends OutputStream permits ChunkedUpload {
    @Override
    public abstract void write(byte[] bytes, int offset, int length);

    @Override
    public abstract void write(int value);

    /** How many bytes were written. */
    public abstract long size();

    /**
     * Sends the rest and makes the blob visible, which the registry does only if the digest is right.
     *
     * @return the descriptor with the size that was written
     * @throws RegistryException when it did not work; the upload is then taken back on close
     */
    public abstract Descriptor commit(String mediaType, Digest digest);

    /** Takes the upload back unless it is committed. */
    @Override
    public abstract void close();
}
