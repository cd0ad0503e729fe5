package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What Linux knows of files and Java does not. Symbolic links are never followed unless a method says so. Safe for many
 * threads. Failures are {@link ErrnoException}s.
 */
public final class PosixFiles {
    static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;

    private PosixFiles() {}

    /** Status of what the path itself names. */
    public static FileStatus lstat(Path path) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            scratch.check(statx(scratch, path), "lstat", path);
            return Statuses.read(scratch.buffer());
        }
    }

    /** As {@link #lstat}; null when nothing is there. */
    public static @Nullable FileStatus lstatIfPresent(Path path) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            if (statx(scratch, path) < 0) {
                ErrnoException failure = scratch.failure("lstat", path);
                if (failure.is("ENOENT", "ENOTDIR")) {
                    return null;
                }
                throw failure;
            }
            return Statuses.read(scratch.buffer());
        }
    }

    private static int statx(Scratch scratch, Path path) throws IOException {
        MemorySegment name = scratch.path("lstat", path);
        return Libc.statx(scratch, AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, Statuses.BASIC, scratch.buffer());
    }

    /** Changes the owner. The kernel clears set-id bits and capabilities: set mode and attributes afterwards. */
    public static void lchown(Path path, int uid, int gid) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            scratch.check(Libc.lchown(scratch, scratch.path("lchown", path), uid, gid), "lchown", path);
        }
    }

    /** As {@link #lchown}, where this user may; false where not. */
    public static boolean tryLchown(Path path, int uid, int gid) throws IOException {
        try {
            lchown(path, uid, gid);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == 1 || e.errno() == Errno.EINVAL) {
                return false;
            }
            throw e;
        }
    }

    /** Sets the permission bits, {@code 07777} at most. Follows symbolic links, as Linux gives these no mode. */
    public static void chmod(Path path, int mode) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            scratch.check(Libc.chmod(scratch, scratch.path("chmod", path), mode & 07777), "chmod", path);
        }
    }

    /** Sets the time of last change of content, to the nanosecond, and the time of last access to the same. */
    public static void setModified(Path path, Instant time) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment times = scratch.buffer();
            for (int i = 0; i < 2; i++) {
                times.set(JAVA_LONG, i * 16L, time.getEpochSecond());
                times.set(JAVA_LONG, i * 16L + 8, time.getNano());
            }
            MemorySegment name = scratch.path("utimensat", path);
            scratch.check(Libc.utimensat(scratch, AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW), "utimensat", path);
        }
    }

    /** Makes a device node, pipe or socket of exactly this mode, whatever the umask. */
    public static void mknod(Path path, FileKind kind, int mode, FileStatus.Device device) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment name = scratch.path("mknod", path);
            long result = Libc.syscall(
                    scratch, SystemCalls.mknodat(), AT_FDCWD, name, kind.bits() | (mode & 07777), encode(device));
            scratch.check(result, "mknod", path);
            scratch.check(Libc.chmod(scratch, name, mode & 07777), "chmod", path);
        }
    }

    /** The kernel's packing of a device number into 32 bits: {@code new_encode_dev}. */
    private static long encode(FileStatus.Device device) {
        return (device.minor() & 0xffL) | ((device.major() & 0xfffL) << 8) | ((device.minor() & 0xfff00L) << 12);
    }

    public static void mkfifo(Path path, int mode) throws IOException {
        mknod(path, FileKind.FIFO, mode, new FileStatus.Device(0, 0));
    }

    /** Makes a directory of exactly this mode, whatever the umask. */
    public static void mkdir(Path path, int mode) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment name = scratch.path("mkdir", path);
            scratch.check(Libc.mkdir(scratch, name, 0700), "mkdir", path);
            scratch.check(Libc.chmod(scratch, name, mode & 07777), "chmod", path);
        }
    }

    /** Makes a symbolic link; the target is taken as it is. */
    public static void symlink(String target, Path link) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment name = scratch.path("symlink", link);
            scratch.check(Libc.symlink(scratch, scratch.text("symlink", target), name), "symlink", link);
        }
    }

    /** The target of a symbolic link as it is stored. */
    public static String readlink(Path link) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment buffer = scratch.buffer();
            long length = Libc.readlink(scratch, scratch.path("readlink", link), buffer);
            scratch.check(length, "readlink", link);
            return text(buffer, 0, length);
        }
    }

    /** Gives a file a second name; a symbolic link is not followed. */
    public static void link(Path existing, Path name) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment from = scratch.path("link", existing);
            scratch.check(Libc.link(scratch, from, scratch.secondPath("link", name)), "link", name);
        }
    }

    /** Deletes a name that is not a directory's. */
    public static void unlink(Path path) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            scratch.check(Libc.unlink(scratch, scratch.path("unlink", path)), "unlink", path);
        }
    }

    /** All extended attributes that this user may read, sorted by name; empty where the file system has none. */
    public static Map<String, byte[]> xattrs(Path path) throws IOException {
        String names;
        try (Scratch scratch = Scratch.borrow()) {
            // The kernel caps a list of names and a value at 64 KiB each (XATTR_LIST_MAX, XATTR_SIZE_MAX).
            long length = Libc.llistxattr(scratch, scratch.path("llistxattr", path), scratch.buffer());
            if (length < 0 && Libc.errno(scratch) == Errno.EOPNOTSUPP) {
                return Map.of();
            }
            scratch.check(length, "llistxattr", path);
            if (length == 0) {
                return Map.of();
            }
            names = text(scratch.buffer(), 0, length);
        }
        Map<String, byte[]> attributes = new TreeMap<>();
        for (String name : names.split("\0")) {
            byte[] value = getXattr(path, name);
            if (value != null) {
                attributes.put(name, value);
            }
        }
        return attributes;
    }

    /** One extended attribute; null when the file has none of that name. */
    public static byte @Nullable [] getXattr(Path path, String name) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment file = scratch.path("lgetxattr", path);
            long length = Libc.lgetxattr(scratch, file, scratch.text("lgetxattr", name), scratch.buffer());
            if (length < 0) {
                int errno = Libc.errno(scratch);
                if (errno == Errno.ENODATA || errno == Errno.EOPNOTSUPP) {
                    return null;
                }
                throw scratch.failure("lgetxattr", path);
            }
            return scratch.buffer().asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    public static void setXattr(Path path, String name, byte[] value) throws IOException {
        try (Scratch scratch = Scratch.borrow();
                Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.max(1, value.length)).asSlice(0, value.length);
            MemorySegment.copy(value, 0, copy, JAVA_BYTE, 0, value.length);
            MemorySegment file = scratch.path("lsetxattr", path);
            scratch.check(
                    Libc.lsetxattr(scratch, file, scratch.text("lsetxattr", name), copy), "lsetxattr " + name, path);
        }
    }

    public static void removeXattr(Path path, String name) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment file = scratch.path("lremovexattr", path);
            scratch.check(
                    Libc.lremovexattr(scratch, file, scratch.text("lremovexattr", name)), "lremovexattr " + name, path);
        }
    }

    /**
     * Copies a regular file's content into a new file of mode 0600: shared blocks where the file system can, else in
     * the kernel, holes kept. Metadata is the caller's matter.
     */
    public static void copyContent(Path from, Path to) throws IOException {
        FileCopy.copy(from, to);
    }

    /** Renames only if the new name is free; false when it is taken. */
    public static boolean renameNoReplace(Path from, Path to) throws IOException {
        try {
            rename(from, to, RENAME_NOREPLACE);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EEXIST) {
                return false;
            }
            throw e;
        }
    }

    /** Swaps two names. */
    public static void exchange(Path one, Path other) throws IOException {
        rename(one, other, RENAME_EXCHANGE);
    }

    private static void rename(Path from, Path to, int flags) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment one = scratch.path("rename", from);
            MemorySegment other = scratch.secondPath("rename", to);
            scratch.check(Libc.renameat2(scratch, AT_FDCWD, one, other, flags), "rename", to);
        }
    }

    /** Deletes a tree, symbolic links not followed, folders without permissions included. Nothing there is no error. */
    public static void deleteTree(Path root) throws IOException {
        TreeDeletion.delete(root);
    }

    static String text(MemorySegment buffer, long offset, long length) {
        return new String(buffer.asSlice(offset, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** {@code struct statx}, whose layout is the same on every architecture. */
    static final class Statuses {
        static final int BASIC = 0x7ff;

        private Statuses() {}

        static FileStatus read(MemorySegment s) {
            int mode = Short.toUnsignedInt(s.get(java.lang.foreign.ValueLayout.JAVA_SHORT, 28));
            return new FileStatus(
                    FileKind.of(mode),
                    mode & 07777,
                    new FileStatus.Owner(s.get(JAVA_INT, 20), s.get(JAVA_INT, 24)),
                    s.get(JAVA_LONG, 40),
                    new FileStatus.Times(time(s, 112), time(s, 96)),
                    new FileStatus.Identity(
                            new FileStatus.Device(s.get(JAVA_INT, 136), s.get(JAVA_INT, 140)),
                            s.get(JAVA_LONG, 32),
                            Integer.toUnsignedLong(s.get(JAVA_INT, 16))),
                    new FileStatus.Device(s.get(JAVA_INT, 128), s.get(JAVA_INT, 132)));
        }

        private static Instant time(MemorySegment s, long offset) {
            return Instant.ofEpochSecond(s.get(JAVA_LONG, offset), s.get(JAVA_INT, offset + 8));
        }
    }
}
