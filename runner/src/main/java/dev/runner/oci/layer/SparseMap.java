package dev.runner.oci.layer;

import dev.runner.oci.MalformedContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the data of a sparse file stands, in the four ways tar has to say so.
 *
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html">GNU tar, Sparse Formats</a>
 */
record SparseMap(long realSize, List<TarEntry.Extent> extents) {
    private static final int PAIR = 24;

    /** GNU's old form: four pairs in the header, twenty-one in each block that follows. */
    static SparseMap old(byte[] header, TarSource source, LayerLimits limits) throws IOException {
        List<Long> numbers = new ArrayList<>();
        long real = TarNumbers.parse(header, 483, 12);
        pairs(header, 386, 4, numbers);
        boolean more = header[482] != 0;
        byte[] block = new byte[TarWriter.BLOCK];
        long bytes = 0;
        while (more) {
            bytes += block.length;
            if (bytes > limits.headerBytes()) {
                throw new LayerLimitException(LayerLimits.Kind.HEADER_BYTES, limits.headerBytes());
            }
            if (!source.block(block)) {
                throw new MalformedContentException("the layer's tar ends in a sparse map", null);
            }
            pairs(block, 0, 21, numbers);
            more = block[504] != 0;
        }
        return ofPairs(real, numbers);
    }

    /** PAX 0.1: numbers with commas. */
    static SparseMap ofText(long real, String text) {
        List<Long> numbers = new ArrayList<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            numbers.add(TarNumbers.decimal(EntryNames.encode(part)));
        }
        return ofPairs(real, numbers);
    }

    /** PAX 1.0: decimal lines before the data, padded to whole blocks. */
    static SparseMap ofData(long real, TarSource source, LayerLimits limits) throws IOException {
        Lines lines = new Lines(source, limits);
        long count = lines.next();
        if (count < 0 || count > limits.headerBytes()) {
            throw new LayerLimitException(LayerLimits.Kind.HEADER_BYTES, limits.headerBytes());
        }
        List<Long> numbers = new ArrayList<>();
        for (long i = 0; i < 2 * count; i++) {
            numbers.add(lines.next());
        }
        lines.skipPadding();
        return ofPairs(real, numbers);
    }

    static SparseMap ofPairs(long real, List<Long> numbers) {
        if (numbers.size() % 2 != 0) {
            throw new MalformedContentException("a sparse map in the layer's tar lacks a number", null);
        }
        List<TarEntry.Extent> extents = new ArrayList<>(numbers.size() / 2);
        for (int i = 0; i < numbers.size(); i += 2) {
            long offset = numbers.get(i);
            long length = numbers.get(i + 1);
            if (offset < 0 || length < 0 || offset + length < 0) {
                throw new MalformedContentException("a sparse map in the layer's tar is out of range", null);
            }
            if (length > 0) {
                extents.add(new TarEntry.Extent(offset, length));
            }
        }
        return new SparseMap(real, List.copyOf(extents));
    }

    /** Refuses a map that overlaps, reaches beyond the file or does not match the data. */
    void check(String path, long data) {
        long end = 0;
        long sum = 0;
        for (TarEntry.Extent extent : extents) {
            if (extent.offset() < end) {
                throw new MalformedContentException("the sparse map of '" + path + "' overlaps", null);
            }
            end = extent.offset() + extent.length();
            sum += extent.length();
        }
        if (end > realSize || sum != data || realSize < 0) {
            throw new MalformedContentException("the sparse map of '" + path + "' does not match its data", null);
        }
    }

    private static void pairs(byte[] block, int at, int count, List<Long> numbers) {
        for (int i = 0; i < count; i++) {
            int pair = at + i * PAIR;
            if (block[pair] == 0) {
                return;
            }
            numbers.add(TarNumbers.parse(block, pair, 12));
            numbers.add(TarNumbers.parse(block, pair + 12, 12));
        }
    }

    /** The decimal lines at the head of an entry's data. */
    private static final class Lines {
        private final TarSource source;
        private final int limit;
        private long read;

        Lines(TarSource source, LayerLimits limits) {
            this.source = source;
            this.limit = limits.headerBytes();
        }

        long next() throws IOException {
            long value = 0;
            int digits = 0;
            while (true) {
                int c = take();
                if (c == '\n' && digits > 0) {
                    return value;
                }
                if (c < '0' || c > '9' || ++digits > 18) {
                    throw new MalformedContentException("a sparse map in the layer's tar is malformed", null);
                }
                value = value * 10 + c - '0';
            }
        }

        void skipPadding() throws IOException {
            while (read % TarWriter.BLOCK != 0) {
                take();
            }
        }

        private int take() throws IOException {
            if (source.left() == 0) {
                throw new MalformedContentException("the layer's tar ends in a sparse map", null);
            }
            if (++read > limit) {
                throw new LayerLimitException(LayerLimits.Kind.HEADER_BYTES, limit);
            }
            source.fill();
            int c = source.buffer()[source.position()];
            source.advance(1);
            return c;
        }
    }
}
