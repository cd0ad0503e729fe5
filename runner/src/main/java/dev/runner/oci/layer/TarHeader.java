package dev.runner.oci.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Encodes the header blocks of one entry at a time, the way {@code Writer.writePAXHeader} of Go's {@code archive/tar} does:
 * numbers are octal and end in NUL, one that does not fit is zero in the block and decimal in a PAX record; a name that is
 * longer than its field or is not ASCII goes into a record and stands in the block shortened, without its other bytes.
 */
final class TarHeader {
    private static final byte[] NONE = new byte[0];
    private static final int NAME = 0;
    private static final int LINK_NAME = 157;
    private static final long NANOS = 1_000_000_000L;

    private final byte[] block = new byte[TarWriter.BLOCK];
    private final Map<String, byte[]> records = new TreeMap<>();

    byte[] block() {
        return block;
    }

    /** Fills {@link #block} and gives the PAX records that must precede it; none is empty. */
    byte[] encode(TarEntry entry, boolean subSecondTimes) {
        Arrays.fill(block, (byte) 0);
        records.clear();
        TarEntry.Attributes attributes = entry.attributes();
        String path = entry instanceof TarEntry.Directory ? entry.path() + "/" : entry.path();
        text(path, NAME, 100, "path");
        octal(attributes.mode(), 100, 8, "");
        octal(attributes.uid(), 108, 8, "uid");
        octal(attributes.gid(), 116, 8, "gid");
        octal(entry instanceof TarEntry.File file ? file.size() : 0, 124, 12, "size");
        time(attributes.mtime(), subSecondTimes);
        text(attributes.userName(), 265, 32, "uname");
        text(attributes.groupName(), 297, 32, "gname");
        octal(0, 329, 8, "");
        octal(0, 337, 8, "");
        block[156] = kind(entry);
        for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
            records.put("SCHILY.xattr." + xattr.getKey(), xattr.getValue());
        }
        seal();
        return records.isEmpty() ? NONE : PaxRecords.encode(records);
    }

    /** The header of the extended header itself. */
    byte[] extended(String path, int size) {
        byte[] saved = block.clone();
        Arrays.fill(block, (byte) 0);
        int slash = path.lastIndexOf('/');
        String name = path.substring(0, slash + 1) + "PaxHeaders.0/" + path.substring(slash + 1);
        byte[] ascii = ascii(EntryNames.encode(name));
        System.arraycopy(ascii, 0, block, NAME, Math.min(ascii.length, 100));
        octal(0, 100, 8, "");
        octal(0, 108, 8, "");
        octal(0, 116, 8, "");
        octal(size, 124, 12, "");
        octal(0, 136, 12, "");
        block[156] = 'x';
        seal();
        byte[] result = block.clone();
        System.arraycopy(saved, 0, block, 0, block.length);
        return result;
    }

    private byte kind(TarEntry entry) {
        return switch (entry) {
            case TarEntry.File file -> '0';
            case TarEntry.HardLink link -> {
                text(link.target(), LINK_NAME, 100, "linkpath");
                yield '1';
            }
            case TarEntry.Symlink link -> {
                text(link.target(), LINK_NAME, 100, "linkpath");
                yield '2';
            }
            case TarEntry.Device device -> {
                octal(device.major(), 329, 8, "");
                octal(device.minor(), 337, 8, "");
                yield device.block() ? (byte) '4' : (byte) '3';
            }
            case TarEntry.Directory directory -> '5';
            case TarEntry.Fifo fifo -> '6';
        };
    }

    private void time(long mtime, boolean subSecondTimes) {
        long seconds = Math.floorDiv(mtime, NANOS);
        long nanos = Math.floorMod(mtime, NANOS);
        octal(seconds, 136, 12, "mtime");
        if (subSecondTimes && nanos != 0) {
            records.put("mtime", PaxRecords.time(mtime).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void text(String value, int at, int length, String record) {
        byte[] bytes = EntryNames.encode(value);
        byte[] ascii = ascii(bytes);
        if (bytes.length > length || ascii.length != bytes.length) {
            records.put(record, bytes);
        }
        System.arraycopy(ascii, 0, block, at, Math.min(ascii.length, length));
        if (ascii.length > length && block[at + length - 1] == '/') {
            // A shortened name must not look like a folder's to readers that go by the slash.
            block[at + length - 1] = 0;
        }
    }

    private void octal(long value, int at, int length, String record) {
        int digits = length - 1;
        long fits = 1L << (3 * digits);
        long rest = value;
        if (value < 0 || value >= fits) {
            if (record.isEmpty()) {
                throw new IllegalArgumentException(value + " does not fit a tar header");
            }
            records.put(record, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
            rest = 0;
        }
        for (int i = at + digits - 1; i >= at; i--) {
            block[i] = (byte) ('0' + (rest & 7));
            rest >>= 3;
        }
    }

    private void seal() {
        System.arraycopy(MAGIC, 0, block, 257, MAGIC.length);
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xFF;
        }
        for (int i = 153; i >= 148; i--) {
            block[i] = (byte) ('0' + (sum & 7));
            sum >>= 3;
        }
        block[154] = 0;
    }

    private static final byte[] MAGIC = {'u', 's', 't', 'a', 'r', 0, '0', '0'};

    private static byte[] ascii(byte[] bytes) {
        int kept = 0;
        for (byte b : bytes) {
            if (b > 0) {
                kept++;
            }
        }
        if (kept == bytes.length) {
            return bytes;
        }
        byte[] out = new byte[kept];
        int i = 0;
        for (byte b : bytes) {
            if (b > 0) {
                out[i++] = b;
            }
        }
        return out;
    }
}
