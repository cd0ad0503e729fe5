package dev.runner.build.sbom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Rpm's database of old, a Berkeley DB hash {@code Packages}: pages of keys and values, the values being packages' headers.
 * A value that is too long for a page lies in a chain of pages of its own. Numbers are in the order of the machine that
 * wrote them, which the magic number tells.
 *
 * @see <a href="https://docs.oracle.com/cd/E17276_01/html/programmer_reference/am_misc_dbsizes.html">Berkeley DB, Disk
 *     space requirements</a>
 */
final class RpmBerkeley {
    private static final int HASH = 0x061561;
    private static final int PAGE_HEADER = 26;
    private static final int UNSORTED_PAGE = 2;
    private static final int SORTED_PAGE = 13;
    private static final int OVERFLOW_PAGE = 7;
    private static final int INLINE = 1;
    private static final int ELSEWHERE = 3;
    /** The record that counts packages is shorter than any header. */
    private static final int SHORTEST_HEADER = 16;

    private final ByteBuffer file;
    private final int pageSize;

    private RpmBerkeley(byte[] content) {
        this.file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (content.length < 512) {
            throw new IllegalArgumentException("no Berkeley DB");
        }
        if (file.getInt(12) != HASH) {
            file.order(ByteOrder.BIG_ENDIAN);
        }
        this.pageSize = file.getInt(20);
        if (file.getInt(12) != HASH || pageSize < 512 || pageSize > 65536) {
            throw new IllegalArgumentException("no Berkeley DB of hashes");
        }
    }

    /** The headers of the packages. */
    static List<byte[]> headers(byte[] content) {
        RpmBerkeley database = new RpmBerkeley(content);
        List<byte[]> headers = new ArrayList<>();
        for (int page = database.pageSize; page + database.pageSize <= content.length; page += database.pageSize) {
            int type = content[page + 25];
            if (type == UNSORTED_PAGE || type == SORTED_PAGE) {
                database.values(page, headers);
            }
        }
        return headers;
    }

    /** Keys and values take turns; the first lies at the end of the page, each next one before it. */
    private void values(int page, List<byte[]> headers) {
        int entries = file.getShort(page + 20) & 0xFFFF;
        for (int i = 1; i < entries; i += 2) {
            int at = offset(page, i);
            int type = file.get(page + at);
            byte[] value = new byte[0];
            if (type == INLINE) {
                value = new byte[offset(page, i - 1) - at - 1];
                file.get(page + at + 1, value);
            } else if (type == ELSEWHERE) {
                value = chain(file.getInt(page + at + 4), file.getInt(page + at + 8));
            }
            if (value.length >= SHORTEST_HEADER) {
                headers.add(value);
            }
        }
    }

    private int offset(int page, int index) {
        return file.getShort(page + PAGE_HEADER + 2 * index) & 0xFFFF;
    }

    private byte[] chain(int number, int length) {
        if (length < 0 || length > file.capacity()) {
            throw new IllegalArgumentException("a value is longer than the file");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length);
        for (int next = number; next != 0 && out.size() < length; ) {
            int page = Math.multiplyExact(next, pageSize);
            int here = file.getShort(page + 22) & 0xFFFF;
            if (file.get(page + 25) != OVERFLOW_PAGE || here == 0) {
                throw new IllegalArgumentException("a value goes on where no value is");
            }
            out.write(file.array(), page + PAGE_HEADER, Math.min(here, length - out.size()));
            next = file.getInt(page + 16);
        }
        return out.toByteArray();
    }
}
