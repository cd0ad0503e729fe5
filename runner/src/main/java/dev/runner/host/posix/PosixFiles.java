package dev.runner.host.posix;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Linux knows of files and Java does not. Symbolic links are never followed unless a method says so. Safe for many
 * threads. Failures are {@link ErrnoException}s.
 */
public final class PosixFiles {
    private PosixFiles() {}

    /** Status of what the path itself names. */
    public static FileStatus lstat(Path path) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** As {@link #lstat}; null when nothing is there. */
    public static @Nullable FileStatus lstatIfPresent(Path path) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Changes the owner. The kernel clears set-id bits and capabilities: set mode and attributes afterwards. */
    public static void lchown(Path path, int uid, int gid) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Sets the permission bits, {@code 07777} at most. Follows symbolic links, as Linux gives these no mode. */
    public static void chmod(Path path, int mode) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Sets the time of last change of content, to the nanosecond, and the time of last access to the same. */
    public static void setModified(Path path, Instant time) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Makes a device node, pipe or socket. */
    public static void mknod(Path path, FileKind kind, int mode, FileStatus.Device device) throws IOException {
        throw new UnsupportedOperationException();
    }

    public static void mkfifo(Path path, int mode) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Makes a directory of exactly this mode, whatever the umask. */
    public static void mkdir(Path path, int mode) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Makes a symbolic link; the target is taken as it is. */
    public static void symlink(String target, Path link) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The target of a symbolic link as it is stored. */
    public static String readlink(Path link) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Gives a file a second name; a symbolic link is not followed. */
    public static void link(Path existing, Path name) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** All extended attributes that this user may read, sorted by name; empty where the file system has none. */
    public static Map<String, byte[]> xattrs(Path path) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** One extended attribute; null when the file has none of that name. */
    public static byte @Nullable [] getXattr(Path path, String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    public static void setXattr(Path path, String name, byte[] value) throws IOException {
        throw new UnsupportedOperationException();
    }

    public static void removeXattr(Path path, String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Copies a regular file's content into a new file of mode 0600: shared blocks where the file system can, else in
     * the kernel, holes kept. Metadata is the caller's matter.
     */
    public static void copyContent(Path from, Path to) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Renames only if the new name is free; false when it is taken. */
    public static boolean renameNoReplace(Path from, Path to) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Swaps two names. */
    public static void exchange(Path one, Path other) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Deletes a tree, symbolic links not followed, folders without permissions included. */
    public static void deleteTree(Path root) throws IOException {
        throw new UnsupportedOperationException();
    }
}
