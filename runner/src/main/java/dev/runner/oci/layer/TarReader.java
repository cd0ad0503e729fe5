package dev.runner.oci.layer;

import dev.runner.oci.MalformedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads tar: V7, USTAR, PAX with global headers, GNU long names and links, base-256 numbers, sparse files of GNU's old form
 * and of PAX 0.0, 0.1 and 1.0. Names are given as they stand in the archive, but for slashes at their end; checking them is
 * for those who unpack. For one thread.
 *
 * <p>Bytes that are no tar are a {@link MalformedContentException}, an archive that goes on too long a
 * {@link LayerLimitException}.
 */
public final class TarReader implements AutoCloseable {
    private final TarSource source;
    private final LayerLimits limits;
    private final TarHeaderReader headers;
    private final Content content = new Content();
    private List<TarEntry.Extent> extents = List.of();
    private long size;
    private long taken;
    private int extent;
    private long entries;
    private boolean ended;

    public TarReader(InputStream in, LayerLimits limits) {
        this.source = new TarSource(in, limits.unpackedBytes());
        this.limits = limits;
        this.headers = new TarHeaderReader(source, limits);
    }

    /** Takes the data of a file; holes are left out. */
    @FunctionalInterface
    public interface DataSink {
        /** @param position in the file, ascending from call to call */
        void data(long position, byte[] bytes, int offset, int length) throws IOException;
    }

    /** The next entry, what was not read of the former one's content being skipped; null at the end. */
    public @Nullable TarEntry next() throws IOException {
        if (ended) {
            return null;
        }
        source.finishEntry();
        TarEntry entry = headers.next();
        if (entry == null) {
            ended = true;
            size = 0;
            extents = List.of();
            return null;
        }
        if (++entries > limits.entries()) {
            throw new LayerLimitException(LayerLimits.Kind.ENTRIES, limits.entries());
        }
        taken = 0;
        extent = 0;
        size = entry instanceof TarEntry.File file ? file.size() : 0;
        extents = List.of();
        if (entry instanceof TarEntry.File file) {
            List<TarEntry.Extent> sparse = file.extents();
            extents = sparse == null ? List.of(new TarEntry.Extent(0, size)) : sparse;
        }
        return entry;
    }

    /** The content of the file that {@link #next} gave last, holes as zeros; closing it does nothing. */
    public InputStream content() {
        return content;
    }

    /** Hands over the data of the file that {@link #next} gave last, without its holes. */
    public void extract(DataSink sink) throws IOException {
        for (TarEntry.Extent each : extents) {
            long done = 0;
            while (done < each.length()) {
                int n = source.fill();
                n = (int) Math.min(n, each.length() - done);
                sink.data(each.offset() + done, source.buffer(), source.position(), n);
                source.advance(n);
                done += n;
            }
        }
        taken = size;
    }

    /** Reads what follows the end of the archive, so that a digest of the stream is whole. */
    public void drain() throws IOException {
        source.drain();
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    private final class Content extends InputStream {
        private final byte[] one = new byte[1];

        @Override
        public int read() throws IOException {
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (taken >= size) {
                return -1;
            }
            if (length == 0) {
                return 0;
            }
            while (extent < extents.size() && end(extents.get(extent)) <= taken) {
                extent++;
            }
            long until = extent < extents.size() ? extents.get(extent).offset() : size;
            if (taken < until) {
                int zeros = (int) Math.min(length, until - taken);
                Arrays.fill(bytes, offset, offset + zeros, (byte) 0);
                taken += zeros;
                return zeros;
            }
            int n = (int) Math.min(Math.min(length, source.fill()), end(extents.get(extent)) - taken);
            System.arraycopy(source.buffer(), source.position(), bytes, offset, n);
            source.advance(n);
            taken += n;
            return n;
        }

        private long end(TarEntry.Extent each) {
            return each.offset() + each.length();
        }
    }
}
