package dev.runner.oci.layer;

import dev.runner.oci.MalformedContentException;
import java.io.IOException;
import java.io.InputStream;

/** The archive's bytes, with a buffer, a limit, and the count of what is left of the current entry. */
final class TarSource {
    private static final int BUFFER = 128 * 1024;

    private final InputStream in;
    private final long limit;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int end;
    private long read;
    private long logical;
    private long left;
    private int padding;

    TarSource(InputStream in, long limit) {
        this.in = in;
        this.limit = limit;
    }

    byte[] buffer() {
        return buffer;
    }

    int position() {
        return position;
    }

    /** Begins the data of an entry, which its padding follows. */
    void beginData(long size) {
        left = size;
        padding = (int) (-size & (TarWriter.BLOCK - 1));
    }

    /** Bytes left of the entry's data. */
    long left() {
        return left;
    }

    /** Makes some bytes of the entry's data available; how many. */
    int fill() throws IOException {
        if (position == end && !refill()) {
            throw new MalformedContentException("the layer's tar ends in the middle of a file", null);
        }
        return (int) Math.min(end - position, left);
    }

    void advance(int n) {
        position += n;
        left -= n;
    }

    /** Counts size that takes no bytes of the archive. */
    void countLogical(long size) throws IOException {
        logical += size;
        check();
    }

    /** Skips what is left of the entry and its padding. */
    void finishEntry() throws IOException {
        long skip = left + padding;
        left = 0;
        padding = 0;
        while (skip > 0) {
            if (position == end && !refill()) {
                throw new MalformedContentException("the layer's tar ends in the middle of a file", null);
            }
            int n = (int) Math.min(end - position, skip);
            position += n;
            skip -= n;
        }
    }

    /** Reads a block; false at the end of the stream. */
    boolean block(byte[] block) throws IOException {
        int n = 0;
        while (n < block.length) {
            if (position == end && !refill()) {
                if (n == 0) {
                    return false;
                }
                throw new MalformedContentException("the layer's tar ends in the middle of a header", null);
            }
            int part = Math.min(end - position, block.length - n);
            System.arraycopy(buffer, position, block, n, part);
            position += part;
            n += part;
        }
        return true;
    }

    void drain() throws IOException {
        do {
            position = end;
        } while (refill());
    }

    void close() throws IOException {
        in.close();
    }

    private boolean refill() throws IOException {
        position = 0;
        end = 0;
        int n = in.read(buffer, 0, buffer.length);
        if (n <= 0) {
            return false;
        }
        end = n;
        read += n;
        check();
        return true;
    }

    private void check() throws IOException {
        if (read > limit - Math.min(limit, logical)) {
            throw new LayerLimitException(LayerLimits.Kind.UNPACKED_BYTES, limit);
        }
    }
}
