package dev.runner.build.embedded.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What {@code statx} says of a file.
 *
 * @param mode kind and permissions, as {@code st_mode}
 * @param blocks of 512 bytes on the disk
 * @param mountRoot whether something is mounted there
 */
record FileStat(int mode, Owner owner, long size, long blocks, Times times, Inode inode, boolean mountRoot) {
    static final int KIND = 0170000;
    static final int FILE = 0100000;
    static final int FOLDER = 0040000;
    static final int SYMLINK = 0120000;
    static final int CHARACTER = 0020000;
    static final int BLOCK = 0060000;
    static final int FIFO = 0010000;
    static final int SOCKET = 0140000;

    private static final long NANOS = 1_000_000_000L;
    private static final long ATTRIBUTE_MOUNT_ROOT = 0x2000;

    record Owner(long uid, long gid) {}

    /** Nanoseconds since 1970; {@code born} is 0 where the file system does not keep it. */
    record Times(long access, long modified, long changed, long born) {}

    record Inode(long device, long number, long links, int major, int minor) {}

    /** Reads {@code struct statx}, which is the same on every architecture (linux/stat.h). */
    static FileStat read(MemorySegment s) {
        long device = (long) s.get(ValueLayout.JAVA_INT, 136) << 32 | s.get(ValueLayout.JAVA_INT, 140) & 0xFFFFFFFFL;
        Inode inode = new Inode(
                device,
                s.get(ValueLayout.JAVA_LONG, 32),
                s.get(ValueLayout.JAVA_INT, 16) & 0xFFFFFFFFL,
                s.get(ValueLayout.JAVA_INT, 128),
                s.get(ValueLayout.JAVA_INT, 132));
        Owner owner =
                new Owner(s.get(ValueLayout.JAVA_INT, 20) & 0xFFFFFFFFL, s.get(ValueLayout.JAVA_INT, 24) & 0xFFFFFFFFL);
        return new FileStat(
                s.get(ValueLayout.JAVA_SHORT, 28) & 0xFFFF,
                owner,
                s.get(ValueLayout.JAVA_LONG, 40),
                s.get(ValueLayout.JAVA_LONG, 48),
                new Times(time(s, 64), time(s, 112), time(s, 96), time(s, 80)),
                inode,
                (s.get(ValueLayout.JAVA_LONG, 8) & ATTRIBUTE_MOUNT_ROOT) != 0);
    }

    int kind() {
        return mode & KIND;
    }

    int permissions() {
        return mode & 07777;
    }

    boolean isFolder() {
        return kind() == FOLDER;
    }

    boolean isFile() {
        return kind() == FILE;
    }

    boolean isSymlink() {
        return kind() == SYMLINK;
    }

    /** The mark of a deleted file: overlayfs', or what {@link Sys#whiteout} puts in its stead. */
    boolean isWhiteout() {
        return kind() == CHARACTER && inode.major == 0 && inode.minor == 0 || kind() == SOCKET && permissions() == 0;
    }

    private static long time(MemorySegment s, long at) {
        long seconds = s.get(ValueLayout.JAVA_LONG, at);
        long limit = Long.MAX_VALUE / NANOS - 1;
        return Math.clamp(seconds, -limit, limit) * NANOS + s.get(ValueLayout.JAVA_INT, at + 8);
    }
}
