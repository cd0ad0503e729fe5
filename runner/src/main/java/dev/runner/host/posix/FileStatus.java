package dev.runner.host.posix;

import java.time.Instant;

/**
 * What {@code lstat} says of a file, symbolic links not followed.
 *
 * @param mode the permission bits with set-id and sticky, {@code mode & 07777}
 * @param size bytes; a symbolic link's is the length of its target
 * @param identity where the inode is, and how many names it has
 * @param specialDevice the device that a device node stands for, zero for others
 */
public record FileStatus(
        FileKind kind, int mode, Owner owner, long size, Times times, Identity identity, Device specialDevice) {

    /** Numeric user and group, as unsigned 32 bits. */
    public record Owner(int uid, int gid) {}

    /** When the content, and when the inode changed. */
    public record Times(Instant modified, Instant changed) {}

    /** @param device the file system that holds the inode; two files are one if device and inode are equal */
    public record Identity(Device device, long inode, long links) {}

    /** A device number. */
    public record Device(int major, int minor) {}

    public boolean isDirectory() {
        return kind == FileKind.DIRECTORY;
    }

    public boolean isRegular() {
        return kind == FileKind.REGULAR;
    }

    public boolean isSymlink() {
        return kind == FileKind.SYMLINK;
    }

    /**
     * Whether this is a mark of a deleted file: overlayfs's, a character device 0/0, or what the store has where that
     * cannot be, a socket without any right.
     */
    public boolean isOverlayWhiteout() {
        return kind == FileKind.CHARACTER_DEVICE && specialDevice.major == 0 && specialDevice.minor == 0
                || kind == FileKind.SOCKET && mode == 0;
    }

    public int uid() {
        return owner.uid;
    }

    public int gid() {
        return owner.gid;
    }
}
