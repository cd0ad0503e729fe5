package dev.runner.build.embedded.git;

import dev.runner.build.embedded.store.FileDigests;
import dev.runner.oci.layer.EntryNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file in which git keeps how the files of a working tree looked when it hashed them.
 *
 * @see <a href="https://git-scm.com/docs/index-format">index-format</a>
 */
final class IndexFile {
    private static final int SIGNATURE = 0x44495243; // DIRC
    private static final int SPLIT = 0x6c696e6b; // link
    private static final int SPARSE = 0x73646972; // sdir
    private static final int TRAILER = 20;
    private static final long MOST = 512L << 20;

    private static final int EXTENDED = 0x4000;
    private static final int ASSUME_VALID = 0x8000;
    private static final int STAGE = 0x3000;
    private static final int NAME = 0xFFF;
    private static final int SKIP_WORKTREE = 0x4000;
    private static final int INTENT_TO_ADD = 0x2000;
    private static final int KIND = 0170000;
    private static final int REGULAR = 0100000;

    private final long written;
    private final Map<String, Entry> entries = new HashMap<>();

    private IndexFile(long written) {
        this.written = written;
    }

    /** A file as it was; the inode and the size in 32 bits. */
    private record Entry(long ctime, long mtime, int inode, int size, boolean plain, byte[] id) {}

    /** Null when there is none, or one of a kind that does not say all. */
    static @Nullable IndexFile read(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) > MOST) {
            return null;
        }
        FileDigests.Stamp before = FileDigests.stamp(file);
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        if (!before.equals(FileDigests.stamp(file))) {
            return null;
        }
        IndexFile index = new IndexFile(before.mtime());
        try {
            return index.take(in) ? index : null;
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private boolean take(ByteBuffer in) {
        int signature = in.getInt();
        int version = in.getInt();
        if (signature != SIGNATURE || version < 2 || version > 4) {
            return false;
        }
        byte[] last = new byte[0];
        for (int left = in.getInt(); left > 0; left--) {
            last = takeEntry(in, version, last);
        }
        while (in.remaining() > TRAILER) {
            int extension = in.getInt();
            if (extension == SPLIT || extension == SPARSE) {
                return false;
            }
            int size = in.getInt();
            in.position(in.position() + size);
        }
        return true;
    }

    private byte[] takeEntry(ByteBuffer in, int version, byte[] last) {
        int start = in.position();
        long ctime = time(in);
        long mtime = time(in);
        in.getInt(); // The device: other machines and containers count them otherwise.
        int inode = in.getInt();
        int mode = in.getInt();
        in.getLong(); // The owner.
        int size = in.getInt();
        byte[] id = new byte[20];
        in.get(id);
        int flags = in.getShort();
        int more = (flags & EXTENDED) == 0 ? 0 : in.getShort();
        byte[] path;
        if (version == 4) {
            path = following(in, last);
        } else {
            path = new byte[length(in, flags)];
            in.get(path);
            in.position(start + (in.position() - start + 8) / 8 * 8);
        }
        boolean plain = (mode & KIND) == REGULAR
                && (flags & (ASSUME_VALID | STAGE)) == 0
                && (more & (SKIP_WORKTREE | INTENT_TO_ADD)) == 0;
        entries.put(EntryNames.decode(path), new Entry(ctime, mtime, inode, size, plain, id));
        return path;
    }

    private static long time(ByteBuffer in) {
        return Integer.toUnsignedLong(in.getInt()) * 1_000_000_000L + Integer.toUnsignedLong(in.getInt());
    }

    private static int length(ByteBuffer in, int flags) {
        int length = flags & NAME;
        if (length == NAME) {
            while (in.get(in.position() + length) != 0) {
                length++;
            }
        }
        return length;
    }

    /** A path of version 4: how much of the one before to drop, and what comes after the rest. */
    private static byte[] following(ByteBuffer in, byte[] last) {
        int next = in.get();
        long drop = next & 0x7F;
        while ((next & 0x80) != 0) {
            next = in.get();
            drop = (drop + 1 << 7) + (next & 0x7F);
        }
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        path.write(last, 0, (int) (last.length - drop));
        for (byte each = in.get(); each != 0; each = in.get()) {
            path.write(each);
        }
        return path.toByteArray();
    }

    /** The id of a regular file's object, when the file looks as it did then and no change could have been missed. */
    @Nullable
    String object(String path, FileDigests.Stamp stamp) {
        Entry entry = entries.get(path);
        if (entry == null) {
            return null;
        }
        boolean same = entry.plain
                && entry.size == (int) stamp.size()
                && entry.mtime == stamp.mtime()
                && entry.ctime == stamp.ctime()
                && entry.inode == (int) stamp.inode()
                && Math.max(stamp.mtime(), stamp.ctime()) < written;
        return same ? HexFormat.of().formatHex(entry.id) : null;
    }

    /** Whether it has a file of that path, whatever it looks like. */
    boolean has(String path) {
        return entries.containsKey(path);
    }
}
