package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;

/** An upload in chunks. */
final class ChunkedUpload extends BlobUpload {
    @Override
    public void write(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(int value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public Descriptor commit(String mediaType, Digest digest) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
