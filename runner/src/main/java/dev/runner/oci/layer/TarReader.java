package dev.runner.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads tar. */
public final class TarReader implements AutoCloseable {
    private final InputStream in;

    public TarReader(InputStream in, LayerLimits limits) {
        this.in = in;
    }

    /** The next entry, what was not read of the former one's content being skipped; null at the end. */
    public @Nullable TarEntry next() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The content of the file that {@link #next} gave last, holes as zeros; closing it does nothing. */
    public InputStream content() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
