package dev.runner.oci.layer;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes one layer: tar in, and in one pass its compression, both digests and the sink.
 *
 * <p>For one thread. The sink is written by another thread, in order, and is not closed here.
 */
public final class LayerWriter implements Closeable {
    private LayerWriter() {}

    /** A layer with OCI media types. */
    public static LayerWriter open(OutputStream sink, Compression compression) {
        return open(sink, compression, false);
    }

    /** A layer, with Docker's media types if asked. */
    public static LayerWriter open(OutputStream sink, Compression compression, boolean docker) {
        throw new UnsupportedOperationException();
    }

    /** Where the entries go. */
    public TarWriter tar() {
        throw new UnsupportedOperationException();
    }

    /** A whole tar instead of entries, such as the content of another layer that is packed anew. Do not mix the two. */
    public OutputStream raw() {
        throw new UnsupportedOperationException();
    }

    /** Ends the archive, waits until the sink has all, and tells what was written. */
    public LayerDigests finish() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Gives up what is not finished; the sink then holds part of a layer. Does nothing after {@link #finish}. */
    @Override
    public void close() {}
}
