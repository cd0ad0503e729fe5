package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Takes one blob in. Closing it without a commit leaves no trace. For one thread. */
public final class BlobWriter extends OutputStream {
    BlobWriter() {}

    @Override
    public void write(int b) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Bytes so far. */
    public long size() {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes the blob durable and visible.
     *
     * @param expected what the content must be; null if any is welcome
     * @return its digest
     * @throws DigestMismatchException when it is something else; nothing is then stored
     */
    public Digest commit(@Nullable Digest expected) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {}
}
