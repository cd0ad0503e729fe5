package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An appended file of small records that processes share. A record is its length, a checksum, and its bytes; the first that
 * is not whole ends the log, and the next writer cuts it off there. Writers hold a {@code flock}. A rewrite makes a new file
 * and renames it over the old one; readers see by the inode that they must begin anew. For one thread at a time.
 */
final class RecordLog implements AutoCloseable {
    private static final int HEAD = 8;
    private static final int RECORD_LIMIT = 64 << 20;
    private static final int READ = 256 * 1024;

    private final Path file;
    private final Path lock;
    private final Taker taker;
    private final Sys sys = new Sys();
    private @Nullable FileChannel channel;
    private long inode;
    private long end;

    /** Is told of the records, in order. */
    interface Taker {
        /** The log begins anew: whatever was taken is void. */
        void restart();

        /** Takes a record's bytes, and where in the file they are. */
        void take(ByteBuffer record, long position);
    }

    RecordLog(Path file, Path lock, Taker taker) {
        this.file = file;
        this.lock = lock;
        this.taker = taker;
    }

    /** Takes what has been appended since the last time, by anyone. */
    void catchUp() throws IOException {
        FileStat stat = sys.stat(Sys.CWD, file.toString());
        FileChannel open = channel;
        if (stat == null) {
            return;
        }
        // An interrupted thread closes the channel under the others.
        if (open == null || !open.isOpen() || stat.inode().number() != inode || stat.size() < end) {
            if (open != null) {
                open.close();
            }
            open = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = open;
            inode = stat.inode().number();
            end = 0;
            taker.restart();
        }
        if (stat.size() > end) {
            scan(open, stat.size());
        }
    }

    /** Appends records, after catching up. */
    void append(List<byte[]> records) throws IOException {
        try (Held held = new Held()) {
            held.required();
            if (Files.notExists(file)) {
                Files.createFile(file);
            }
            catchUp();
            FileChannel open = channel;
            if (open == null) {
                throw new IOException("the log '" + file + "' vanished");
            }
            if (open.size() > end) {
                open.truncate(end);
            }
            ByteBuffer bytes = frame(records);
            long position = end;
            while (bytes.hasRemaining()) {
                position += open.write(bytes, position);
            }
            scan(open, position);
        }
    }

    /** What a rewrite keeps. */
    @FunctionalInterface
    interface Keeping {
        List<byte[]> records() throws IOException;
    }

    /** Replaces the log, after catching up, by these records. */
    void rewrite(Keeping keeping) throws IOException {
        try (Held held = new Held()) {
            held.required();
            catchUp();
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            ByteBuffer bytes = frame(keeping.records());
            try (FileChannel out = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(false);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            catchUp();
        }
    }

    byte[] read(long position, int length) throws IOException {
        FileChannel open = channel;
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (open != null && bytes.hasRemaining() && open.read(bytes, position + bytes.position()) > 0) {
            // A read may be short.
        }
        if (bytes.hasRemaining()) {
            throw new IOException("the log '" + file + "' lost a record");
        }
        return bytes.array();
    }

    /** Bytes of the log. */
    long size() {
        return end;
    }

    /** When the file last changed, nanoseconds since 1970; 0 when there is none. */
    long modified() throws IOException {
        FileStat stat = sys.stat(Sys.CWD, file.toString());
        return stat == null ? 0 : stat.times().modified();
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        if (open != null) {
            open.close();
            channel = null;
        }
    }

    private void scan(FileChannel open, long size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(READ).limit(0);
        long base = end;
        while (true) {
            int length = buffer.remaining() >= HEAD ? buffer.getInt(buffer.position()) : 0;
            boolean bad = buffer.remaining() >= HEAD && (length <= 0 || length > RECORD_LIMIT);
            if (bad) {
                return;
            }
            if (buffer.remaining() < HEAD || buffer.remaining() < HEAD + length) {
                ByteBuffer more = refill(open, buffer, base, HEAD + length, size);
                if (more == null) {
                    return;
                }
                buffer = more;
                continue;
            }
            CRC32 crc = new CRC32();
            ByteBuffer record = buffer.slice(buffer.position() + HEAD, length);
            crc.update(record.duplicate());
            if ((int) crc.getValue() != buffer.getInt(buffer.position() + 4)) {
                return;
            }
            taker.take(record, base + HEAD);
            buffer.position(buffer.position() + HEAD + length);
            base += HEAD + length;
            end = base;
        }
    }

    /** A buffer that begins at {@code base} and has at least that many bytes; null if the file has not. */
    private static @Nullable ByteBuffer refill(FileChannel open, ByteBuffer old, long base, int needed, long size)
            throws IOException {
        if (base + Math.max(needed, HEAD) > size) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.allocate(Math.max(READ, needed));
        buffer.put(old);
        while (buffer.hasRemaining() && base + buffer.position() < size) {
            if (open.read(buffer, base + buffer.position()) <= 0) {
                break;
            }
        }
        buffer.flip();
        return buffer.remaining() < needed ? null : buffer;
    }

    private static ByteBuffer frame(List<byte[]> records) {
        int size = 0;
        for (byte[] record : records) {
            size = Math.addExact(size, HEAD + record.length);
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        for (byte[] record : records) {
            CRC32 crc = new CRC32();
            crc.update(record);
            bytes.putInt(record.length).putInt((int) crc.getValue()).put(record);
        }
        return bytes.flip();
    }

    /** The writers' lock, while it is held. */
    private final class Held implements AutoCloseable {
        private final int fd = Run.openLock(sys, lock);

        Held() throws IOException {}

        void required() throws IOException {
            Sys.check(sys.flock(fd, Sys.LOCK_EX), "flock", lock.toString());
        }

        @Override
        public void close() {
            sys.close(fd);
        }
    }
}
