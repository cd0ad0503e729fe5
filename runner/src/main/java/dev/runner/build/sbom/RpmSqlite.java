package dev.runner.build.sbom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rpm's database of today, {@code rpmdb.sqlite}: the rows of the table {@code Packages}, each a number and a package's
 * header.
 *
 * <p>Only as much of SQLite is read as this needs: the root page of the table from the schema, the pages of its tree, rows
 * with what overflows them. The write-ahead log is not, for a finished layer has none.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html">SQLite, Database File Format</a>
 */
final class RpmSqlite {
    private static final int INTERIOR = 5;
    private static final int LEAF = 13;
    private static final int DEEPEST = 40;

    private final ByteBuffer file;
    private final int pageSize;
    private final int usable;
    private final List<byte[]> blobs = new ArrayList<>();

    private RpmSqlite(byte[] content) {
        if (content.length < 512 || !new String(content, 0, 15, StandardCharsets.US_ASCII).equals("SQLite format 3")) {
            throw new IllegalArgumentException("no SQLite database");
        }
        this.file = ByteBuffer.wrap(content);
        int size = file.getShort(16) & 0xFFFF;
        this.pageSize = size == 1 ? 65536 : size;
        this.usable = pageSize - (file.get(20) & 0xFF);
        if (pageSize < 512 || usable < 480) {
            throw new IllegalArgumentException("impossible page size " + pageSize);
        }
    }

    /** The headers of the packages. */
    static List<byte[]> headers(byte[] content) {
        RpmSqlite database = new RpmSqlite(content);
        int[] root = {0};
        database.rows(1, 0, record -> {
            Object[] values = values(record);
            if (values.length >= 5 && "table".equals(values[0]) && "Packages".equals(values[1])) {
                root[0] = (int) (long) (Long) values[3];
            }
        });
        if (root[0] > 0) {
            database.rows(root[0], 0, record -> {
                for (Object value : values(record)) {
                    if (value instanceof byte[] blob) {
                        database.blobs.add(blob);
                    }
                }
            });
        }
        return database.blobs;
    }

    /** Takes a row. */
    @FunctionalInterface
    private interface RowSink {
        void row(byte[] record);
    }

    private void rows(int page, int depth, RowSink sink) {
        if (depth > DEEPEST || page <= 0) {
            throw new IllegalArgumentException("the tree of a table has no end");
        }
        int start = (page - 1) * pageSize;
        int header = page == 1 ? start + 100 : start;
        int type = file.get(header);
        int cells = file.getShort(header + 3) & 0xFFFF;
        int pointers = header + (type == INTERIOR ? 12 : 8);
        for (int i = 0; i < cells; i++) {
            int cell = start + (file.getShort(pointers + 2 * i) & 0xFFFF);
            if (type == INTERIOR) {
                rows(file.getInt(cell), depth + 1, sink);
            } else if (type == LEAF) {
                sink.row(payload(cell));
            }
        }
        if (type == INTERIOR) {
            rows(file.getInt(header + 8), depth + 1, sink);
        }
    }

    private byte[] payload(int cell) {
        int[] at = {cell};
        long length = varint(file, at);
        varint(file, at);
        if (length > file.capacity()) {
            throw new IllegalArgumentException("a row is longer than the file");
        }
        int size = (int) length;
        int most = usable - 35;
        int least = (usable - 12) * 32 / 255 - 23;
        int spill = least + (size - least) % (usable - 4);
        int local = size <= most ? size : spill <= most ? spill : least;
        ByteArrayOutputStream out = new ByteArrayOutputStream(size);
        out.write(file.array(), at[0], local);
        int next = local < size ? file.getInt(at[0] + local) : 0;
        while (next > 0 && out.size() < size) {
            int start = (next - 1) * pageSize;
            out.write(file.array(), start + 4, Math.min(usable - 4, size - out.size()));
            next = file.getInt(start);
        }
        return out.toByteArray();
    }

    private static long varint(ByteBuffer from, int[] at) {
        long value = 0;
        for (int i = 0; i < 9; i++) {
            int b = from.get(at[0]++) & 0xFF;
            if (i == 8) {
                return value << 8 | b;
            }
            value = value << 7 | b & 0x7F;
            if (b < 0x80) {
                return value;
            }
        }
        return value;
    }

    private static Object[] values(byte[] record) {
        ByteBuffer bytes = ByteBuffer.wrap(record);
        int[] at = {0};
        int headerEnd = (int) varint(bytes, at);
        List<Long> types = new ArrayList<>();
        while (at[0] < headerEnd) {
            types.add(varint(bytes, at));
        }
        Object[] values = new Object[types.size()];
        int data = headerEnd;
        for (int i = 0; i < values.length; i++) {
            long type = types.get(i);
            int size =
                    type >= 12 ? (int) ((type - 12) / 2) : new int[] {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0}[(int) type];
            values[i] = value(record, data, size, type);
            data += size;
        }
        return values;
    }

    private static Object value(byte[] record, int data, int size, long type) {
        if (type >= 12 && type % 2 == 0) {
            return java.util.Arrays.copyOfRange(record, data, data + size);
        }
        if (type >= 13) {
            return new String(record, data, size, StandardCharsets.UTF_8);
        }
        long number = type == 9 ? 1 : 0;
        for (int i = 0; i < size; i++) {
            number = number << 8 | record[data + i] & 0xFF;
        }
        return number;
    }
}
