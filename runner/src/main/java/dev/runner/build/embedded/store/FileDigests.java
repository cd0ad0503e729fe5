package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Digests of files on this machine, remembered as long as the file looks the same. Shared by processes. */
public final class FileDigests {
    private static final int RECORD = 72;
    private static final int MANY = 1_000_000;
    private static final int BUFFER = 128 * 1024;
    /** Linux stamps files by a clock that ticks every 10 ms at most. */
    private static final long FINE_GRAIN = 50_000_000L;
    /** Whole seconds come from a file system that knows no finer ones; FAT's grain is two. */
    private static final long COARSE_GRAIN = 3_000_000_000L;

    private final RecordLog log;
    private final SysPool pool = new SysPool();
    private final Map<Stamp, Known> known = new HashMap<>();
    private final List<byte[]> fresh = new ArrayList<>();
    private boolean loaded;

    FileDigests(Path file, Path lock) {
        this.log = new RecordLog(file, lock, new Taker());
    }

    /**
     * What a file looks like; two equal stamps are one content.
     *
     * @param mtime nanoseconds since 1970, of the content
     * @param ctime nanoseconds since 1970, of the inode
     */
    public record Stamp(long device, long inode, long size, long mtime, long ctime) {
        // Written out, because a record's own are linked at run time and slow until they are hot.
        @Override
        public int hashCode() {
            return Long.hashCode(device + 31 * (inode + 31 * (size + 31 * (mtime + 31 * ctime))));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Stamp stamp
                    && inode == stamp.inode
                    && ctime == stamp.ctime
                    && mtime == stamp.mtime
                    && size == stamp.size
                    && device == stamp.device;
        }

        /** Whether a change after that time would be seen: the clock of files has ticked since this one. */
        public boolean settled(Instant time) {
            long now = time.getEpochSecond() * 1_000_000_000L + time.getNano();
            boolean coarse = mtime % 1_000_000_000L == 0 && ctime % 1_000_000_000L == 0;
            return now - Math.max(mtime, ctime) >= (coarse ? COARSE_GRAIN : FINE_GRAIN);
        }
    }

    /** A digest as it lies on the disk, and from its first use on as everybody takes it: it is asked for a few times a build. */
    private static final class Known {
        private final byte[] raw;
        private @Nullable Digest digest;

        private Known(byte[] raw) {
            this.raw = raw;
        }

        private Digest digest() {
            Digest made = digest == null ? Digest.sha256(raw) : digest;
            digest = made;
            return made;
        }
    }

    /** The SHA-256 of a regular file's content, remembered or read now; a symbolic link is refused. */
    public Digest of(Path file) throws IOException {
        return of(file.toString());
    }

    /** The same of a file of a snapshot. */
    public Digest of(ViewNode file) throws IOException {
        return of(ViewFolders.real(file.layer().root(), file.path()));
    }

    private Digest of(String file) throws IOException {
        Digest found = find(look(file));
        if (found != null) {
            return found;
        }
        try (FdInput content = FdInput.open(pool, Sys.CWD, file, file)) {
            return of(content);
        }
    }

    /** The digest of an open file's content, remembered for what it looked like before and after. */
    Digest of(FdInput content) throws IOException {
        Stamp before = stamp(content.opened());
        Digest found = find(before);
        if (found != null) {
            return found;
        }
        MessageDigest hash = Digest.sha256();
        byte[] buffer = new byte[(int) Math.clamp(before.size + 1, 512, BUFFER)];
        int n;
        while ((n = content.read(buffer, 0, buffer.length)) >= 0) {
            hash.update(buffer, 0, n);
        }
        Digest digest = Digest.sha256(hash.digest());
        if (stamp(content.stat()).equals(before)) {
            remember(before, digest);
        }
        return digest;
    }

    /** The stamp of a file, symbolic links not followed. */
    public static Stamp stamp(Path file) throws IOException {
        return stamp(new Sys(), file.toString());
    }

    /** The remembered digest of a file that looks so; null if none is known. */
    public synchronized @Nullable Digest find(Stamp stamp) throws IOException {
        load();
        Known found = known.get(stamp);
        return found == null ? null : found.digest();
    }

    /**
     * Remembers a digest. A file that changed a moment ago is not remembered: it could change again within the clock's
     * grain and look the same.
     *
     * @param stamp taken before the content was read, and equal to one taken after
     */
    public synchronized void remember(Stamp stamp, Digest digest) throws IOException {
        if (!stamp.settled(Instant.now())) {
            return;
        }
        load();
        byte[] raw = HexFormat.of().parseHex(digest.hex());
        if (raw.length == 32 && known.put(stamp, new Known(raw)) == null) {
            fresh.add(record(stamp, raw));
        }
    }

    /** Writes what was remembered to the disk; closing the store does so too. */
    public synchronized void flush() throws IOException {
        if (fresh.isEmpty()) {
            return;
        }
        if (known.size() > MANY) {
            // Most are of files that are long gone: begin again with what this run saw.
            log.rewrite(() -> fresh);
        } else {
            log.append(fresh);
        }
        fresh.clear();
    }

    /** Bytes on the disk. */
    public synchronized long bytes() throws IOException {
        load();
        return log.size();
    }

    /** When something was last written down, nanoseconds since 1970; 0 for never. */
    public synchronized long written() throws IOException {
        return log.modified();
    }

    /** Forgets everything; files are read again when they are asked for. */
    public synchronized void clear() throws IOException {
        fresh.clear();
        known.clear();
        log.rewrite(List::of);
    }

    synchronized void close() throws IOException {
        flush();
        log.close();
    }

    private Stamp look(String file) throws IOException {
        Sys sys = pool.take();
        try {
            return stamp(sys, file);
        } finally {
            pool.give(sys);
        }
    }

    private static Stamp stamp(Sys sys, String file) throws IOException {
        FileStat stat = sys.stat(Sys.CWD, file);
        if (stat == null) {
            throw new NoSuchFileException(file);
        }
        return stamp(stat);
    }

    static Stamp stamp(FileStat stat) {
        FileStat.Inode inode = stat.inode();
        FileStat.Times times = stat.times();
        return new Stamp(inode.device(), inode.number(), stat.size(), times.modified(), times.changed());
    }

    private void load() throws IOException {
        if (!loaded) {
            log.catchUp();
            loaded = true;
        }
    }

    private static byte[] record(Stamp stamp, byte[] digest) {
        ByteBuffer record = ByteBuffer.allocate(RECORD);
        record.putLong(stamp.device).putLong(stamp.inode).putLong(stamp.size);
        record.putLong(stamp.mtime).putLong(stamp.ctime).put(digest);
        return record.array();
    }

    private final class Taker implements RecordLog.Taker {
        @Override
        public void restart() {
            // Digests stay true whoever wrote them down.
        }

        @Override
        public void take(ByteBuffer record, long position) {
            if (record.remaining() == RECORD) {
                Stamp stamp = new Stamp(
                        record.getLong(), record.getLong(), record.getLong(), record.getLong(), record.getLong());
                byte[] digest = new byte[32];
                record.get(digest);
                known.put(stamp, new Known(digest));
            }
        }
    }
}
