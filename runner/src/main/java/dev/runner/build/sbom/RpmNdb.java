package dev.runner.build.sbom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Rpm's own database, {@code Packages.db}: pages of slots, each of which says where a package's header lies. All numbers
 * are little-endian; places are counted in blocks of 16 bytes.
 *
 * @see <a href="https://github.com/rpm-software-management/rpm/blob/master/lib/backend/ndb/rpmpkg.c">rpm, rpmpkg.c</a>
 */
final class RpmNdb {
    private static final int FILE = magic("RpmP");
    private static final int SLOT = magic("Slot");
    private static final int BLOB = magic("BlbS");
    private static final int BLOCK = 16;
    private static final int PAGE = 4096;
    private static final int FILE_HEADER = 32;

    private RpmNdb() {}

    private static int magic(String text) {
        return text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24;
    }

    /** The headers of the packages. */
    static List<byte[]> headers(byte[] content) {
        ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (content.length < FILE_HEADER || file.getInt(0) != FILE || file.getInt(4) != 0) {
            throw new IllegalArgumentException("no database of rpm");
        }
        long end = Math.min((long) file.getInt(12) * PAGE, content.length);
        List<byte[]> headers = new ArrayList<>();
        for (int slot = FILE_HEADER; slot + BLOCK <= end; slot += BLOCK) {
            if (file.getInt(slot) != SLOT) {
                throw new IllegalArgumentException("a slot is not marked as one");
            }
            int number = file.getInt(slot + 4);
            if (number != 0) {
                headers.add(blob(file, number, Math.multiplyExact(file.getInt(slot + 8), BLOCK)));
            }
        }
        return headers;
    }

    private static byte[] blob(ByteBuffer file, int number, int at) {
        if (file.getInt(at) != BLOB || file.getInt(at + 4) != number) {
            throw new IllegalArgumentException("package " + number + " is not where its slot says");
        }
        byte[] header = new byte[Math.min(file.getInt(at + 12), file.capacity())];
        file.get(at + BLOCK, header);
        return header;
    }
}
