package dev.runner.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Writes tar. */
public final class TarWriter {
    private final OutputStream out;

    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes an entry without content: anything but a file with bytes. */
    public void put(TarEntry entry) throws IOException {
        throw new UnsupportedOperationException(out.toString());
    }

    /**
     * Writes a file with its content, and closes neither.
     *
     * @throws java.io.EOFException when the content is shorter than the entry says; the archive is then spoilt
     */
    public void put(TarEntry.File entry, InputStream content) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Writes a file with its content. */
    public void put(TarEntry.File entry, byte[] content) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Writes the end of the archive. Closes nothing. */
    public void finish() throws IOException {
        throw new UnsupportedOperationException();
    }
}
