package dev.runner.oci.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a layer may hold, so that a small archive cannot fill a machine.
 *
 * @param entries how many entries
 * @param unpackedBytes the archive's bytes after decompression plus the sizes of its sparse files
 * @param pathBytes the longest path or link target
 * @param headerBytes the longest extended header: names and extended attributes of one entry
 */
public record LayerLimits(long entries, long unpackedBytes, int pathBytes, int headerBytes) {
    /** Generous to every image that is meant well: five million entries, 256 GiB, Linux's longest path, 1 MiB. */
    public static final LayerLimits DEFAULT = new LayerLimits(5_000_000, 256L << 30, 4096, 1 << 20);

    public LayerLimits {
        if (entries <= 0 || unpackedBytes <= 0 || pathBytes <= 0 || headerBytes <= 0) {
            throw new IllegalArgumentException("limits are positive");
        }
    }

    /** The same with another size. */
    public LayerLimits withUnpackedBytes(long bytes) {
        return new LayerLimits(entries, bytes, pathBytes, headerBytes);
    }

    /** A stream that may not be longer than what may be unpacked. */
    public InputStream bounded(InputStream in) {
        return new Bounded(in, unpackedBytes);
    }

    private static final class Bounded extends FilterInputStream {
        private final long limit;
        private long read;

        private Bounded(InputStream in, long limit) {
            super(in);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            read += Math.max(0, count);
            if (read > limit) {
                throw new LayerLimitException(Kind.UNPACKED_BYTES, limit);
            }
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }

    /** Which limit. */
    public enum Kind {
        ENTRIES("entries"),
        UNPACKED_BYTES("bytes unpacked"),
        PATH_BYTES("bytes in a path"),
        HEADER_BYTES("bytes in an extended header");

        private final String unit;

        Kind(String unit) {
            this.unit = unit;
        }

        String unit() {
            return unit;
        }
    }
}
