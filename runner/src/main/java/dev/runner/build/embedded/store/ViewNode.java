package dev.runner.build.embedded.store;

import java.nio.file.Path;

/**
 * One file of a {@link MergedView}.
 *
 * @param path its real path in the view: no symbolic link among its parents, no slash at either end, empty for the root
 * @param linkTarget of a symbolic link, as stored; else empty
 */
public record ViewNode(String path, Status status, String linkTarget, Layer layer) {
    /** What a file is. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        FIFO,
        SOCKET
    }

    /**
     * As {@code lstat} has it.
     *
     * @param mode permission bits with set-id and sticky
     * @param mtime nanoseconds since 1970
     */
    public record Status(Kind kind, int mode, long uid, long gid, long size, long mtime, Inode inode) {}

    /**
     * @param device file system; two nodes with equal device and number are hard links of one file
     * @param links how many names the file has
     * @param major of a device node
     * @param minor of a device node
     */
    public record Inode(long device, long number, long links, int major, int minor) {}

    /** The snapshot that the node comes from, and how many lie above it. */
    public record Layer(Path root, int depth) {}

    public boolean isFile() {
        return status.kind == Kind.FILE;
    }

    public boolean isDirectory() {
        return status.kind == Kind.DIRECTORY;
    }

    public boolean isSymlink() {
        return status.kind == Kind.SYMLINK;
    }

    /** The last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
