package dev.runner.oci.layer;

import dev.runner.oci.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes tar as Go's {@code archive/tar} does in its PAX format, which is what BuildKit writes: a USTAR header, and before
 * it a PAX one only where something does not fit. Equal entries give equal bytes on every machine.
 *
 * <p>Times are cut to whole seconds unless sub-second ones are asked for. Holes of sparse files are written as zeros, as
 * every reader understands them. For one thread.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX, pax</a>
 */
public final class TarWriter {
    static final int BLOCK = 512;
    private static final byte[] ZEROS = new byte[2 * BLOCK];
    private static final int COPY_BUFFER = 64 * 1024;

    private final OutputStream out;
    private final @Nullable BlockPipeline blocks;
    private final boolean subSecondTimes;
    private final TarHeader header = new TarHeader();
    private byte[] buffer = new byte[0];

    public TarWriter(OutputStream out) {
        this(out, false);
    }

    public TarWriter(OutputStream out, boolean subSecondTimes) {
        this.out = out;
        this.blocks = out instanceof BlockPipeline pipeline ? pipeline : null;
        this.subSecondTimes = subSecondTimes;
    }

    /** Writes an entry without content: anything but a file with bytes. */
    public void put(TarEntry entry) throws IOException {
        if (entry instanceof TarEntry.File file && file.size() > 0) {
            throw new IllegalArgumentException("'" + entry.path() + "' has content");
        }
        putHeader(entry);
    }

    /**
     * Writes a file with its content, and closes neither.
     *
     * @throws EOFException when the content is shorter than the entry says; the archive is then spoilt
     */
    public void put(TarEntry.File entry, InputStream content) throws IOException {
        put(entry, content, null);
    }

    /**
     * The same of a file whose content has that digest, unless it has just changed.
     *
     * @param digest null where it is not known
     */
    public void put(TarEntry.File entry, InputStream content, @Nullable Digest digest) throws IOException {
        putHeader(entry);
        name(digest);
        if (buffer.length == 0) {
            buffer = new byte[COPY_BUFFER];
        }
        long left = entry.size();
        while (left > 0) {
            int n = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new EOFException("'" + entry.path() + "' became shorter by " + left + " bytes while it was read");
            }
            out.write(buffer, 0, n);
            left -= n;
        }
        name(null);
        pad(entry.size());
    }

    /** Writes a file with its content. */
    public void put(TarEntry.File entry, byte[] content) throws IOException {
        if (content.length != entry.size()) {
            throw new IllegalArgumentException("'" + entry.path() + "' has " + content.length + " bytes");
        }
        putHeader(entry);
        out.write(content);
        pad(content.length);
    }

    /** Writes the end of the archive. Closes nothing. */
    public void finish() throws IOException {
        out.write(ZEROS, 0, 2 * BLOCK);
    }

    private void name(@Nullable Digest content) {
        if (blocks != null) {
            blocks.content(content);
        }
    }

    private void putHeader(TarEntry entry) throws IOException {
        if (blocks != null) {
            blocks.entry(entry.path(), entry instanceof TarEntry.File file ? file.size() : 0);
        }
        byte[] pax = header.encode(entry, subSecondTimes);
        if (pax.length > 0) {
            byte[] extended = header.extended(entry.path(), pax.length);
            out.write(extended);
            out.write(pax);
            pad(pax.length);
        }
        out.write(header.block());
    }

    private void pad(long size) throws IOException {
        int tail = (int) (size % BLOCK);
        if (tail > 0) {
            out.write(ZEROS, 0, BLOCK - tail);
        }
    }
}
