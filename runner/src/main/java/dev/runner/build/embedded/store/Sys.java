package dev.runner.build.embedded.store;

import dev.runner.oci.layer.EntryNames;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * Linux calls relative to open folders. A name is never resolved through a symbolic link of an untrusted tree, and is bytes,
 * which {@link java.nio.file.Path} cannot hold under a C locale. Results are as the kernel's: negative is an error number.
 * Holds its own scratch memory: for one thread at a time.
 */
final class Sys {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int ENXIO = 6;
    static final int E2BIG = 7;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ERANGE = 34;
    static final int ENAMETOOLONG = 36;
    static final int ENOSYS = 38;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;
    static final int ENODATA = 61;
    static final int EOPNOTSUPP = 95;

    static final int CWD = -100;
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_NONBLOCK = 04000;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;
    /** These two are one bit other on ARM and PowerPC. */
    static final int O_DIRECTORY = swapped() ? 040000 : 0200000;

    static final int O_NOFOLLOW = swapped() ? 0100000 : 0400000;

    static final int AT_REMOVEDIR = 0x200;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int SEEK_SET = 0;
    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;
    static final int LOCK_SH = 1;
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;
    static final int LOCK_UN = 8;

    private static final int SYS_OPENAT2 = 437;
    private static final int RESOLVE_NO_MAGICLINKS = 0x02;
    private static final int RESOLVE_NO_SYMLINKS = 0x04;
    private static final int RESOLVE_BENEATH = 0x08;
    private static final int RESOLVE_IN_ROOT = 0x10;
    private static final int STATX_BASIC = 0xFFF;
    private static final int PATH_ROOM = 8192;
    static final int IO_ROOM = 128 * 1024;
    private static final long NANOS = 1_000_000_000L;
    private static final long UTIME_NOW = (1L << 30) - 1;
    private static final long UTIME_OMIT = (1L << 30) - 2;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = arena.allocate(STATE);
    private final MemorySegment first = arena.allocate(PATH_ROOM);
    private final MemorySegment second = arena.allocate(PATH_ROOM);
    private final MemorySegment record = arena.allocate(256, 8);
    private @Nullable MemorySegment io;

    static boolean isRoot() {
        return new Sys().call(SysCalls.GETEUID, 0, 0, 0, 0, 0, 0) == 0;
    }

    /** Fails unless the result is one of success. */
    static long check(long result, String call, String path) throws IOException {
        if (result >= 0) {
            return result;
        }
        if (result == -ENOENT) {
            throw new NoSuchFileException(path);
        }
        throw new SystemCallException(call, path, (int) -result);
    }

    int open(int folder, String name, int flags, int mode) {
        return (int) call(SysCalls.OPENAT, folder, text(first, name), flags | O_CLOEXEC, mode, 0, 0);
    }

    /** Opens a folder as a place to work in, not through a symbolic link. */
    int openFolder(int folder, String name) {
        return open(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
    }

    /** Opens a folder with symbolic links resolved as if {@code root} were {@code /}. */
    int openFolderInRoot(int root, String path) {
        return resolve(root, path, O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    }

    /**
     * Opens what a path names below a folder. A symbolic link anywhere in it, also one that was put there a moment ago, is
     * {@code ELOOP}.
     */
    int openBeneath(int folder, String path, int flags) {
        String name = path.isEmpty() ? "." : path;
        int fd = resolve(folder, name, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
        return fd == -ENOSYS || fd == -EPERM ? walkBeneath(folder, name, flags) : fd;
    }

    /** For kernels before 5.6, and filters of system calls that are older. */
    private int walkBeneath(int folder, String path, int flags) {
        int at = folder;
        int slash = path.indexOf('/');
        for (int from = 0; slash >= 0; from = slash + 1, slash = path.indexOf('/', from)) {
            int next = openFolder(at, path.substring(from, slash));
            if (at != folder) {
                close(at);
            }
            if (next < 0) {
                return next;
            }
            at = next;
        }
        int fd = open(at, path.substring(path.lastIndexOf('/') + 1), flags | O_NOFOLLOW, 0);
        if (at != folder) {
            close(at);
        }
        return fd;
    }

    /** The kernel gives up with EAGAIN when anybody renames a folder while it resolves {@code ..}; it is then asked again. */
    private int resolve(int folder, String path, int flags, int how) {
        int fd;
        do {
            record.fill((byte) 0);
            record.set(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
            record.set(ValueLayout.JAVA_LONG, 16, how);
            fd = (int) call(SysCalls.SYSCALL, SYS_OPENAT2, folder, text(first, path), record.address(), 24, 0);
        } while (fd == -EAGAIN || fd == -EINTR);
        return fd;
    }

    void close(int fd) {
        if (fd >= 0) {
            call(SysCalls.CLOSE, fd, 0, 0, 0, 0, 0);
        }
    }

    int mkdir(int folder, String name, int mode) {
        return (int) call(SysCalls.MKDIRAT, folder, text(first, name), mode, 0, 0, 0);
    }

    int symlink(String target, int folder, String name) {
        return (int) call(SysCalls.SYMLINKAT, text(first, target), folder, text(second, name), 0, 0, 0);
    }

    int link(int fromFolder, String from, int folder, String name) {
        return (int) call(SysCalls.LINKAT, fromFolder, text(first, from), folder, text(second, name), 0, 0);
    }

    /**
     * Makes the mark of a deleted file: overlayfs' own. A store that is on an overlay itself, as in a container without a
     * volume, cannot have that, for there it would act; a socket without any right stands in, which no layer can have.
     */
    int whiteout(int folder, String name) {
        int made = mknod(folder, name, FileStat.CHARACTER, 0, 0);
        return made >= 0 ? made : mknod(folder, name, FileStat.SOCKET, 0, 0);
    }

    int mknod(int folder, String name, int mode, int major, int minor) {
        return (int) call(SysCalls.MKNODAT, folder, text(first, name), mode, device(major, minor), 0, 0);
    }

    int unlink(int folder, String name, int flags) {
        return (int) call(SysCalls.UNLINKAT, folder, text(first, name), flags, 0, 0, 0);
    }

    int rename(int fromFolder, String from, int folder, String name) {
        return (int) call(SysCalls.RENAMEAT, fromFolder, text(first, from), folder, text(second, name), 0, 0);
    }

    int chown(int folder, String name, long uid, long gid) {
        return (int) call(SysCalls.FCHOWNAT, folder, text(first, name), uid, gid, AT_SYMLINK_NOFOLLOW, 0);
    }

    /** Changes the owner of an open file. */
    int chown(int fd, long uid, long gid) {
        return (int) call(SysCalls.FCHOWNAT, fd, text(first, ""), uid, gid, AT_EMPTY_PATH, 0);
    }

    int chmod(int fd, int mode) {
        return (int) call(SysCalls.FCHMOD, fd, mode, 0, 0, 0, 0);
    }

    /** A symbolic link has no mode of its own and is not followed: EOPNOTSUPP. */
    int chmod(int folder, String name, int mode) {
        return (int) call(SysCalls.FCHMODAT, folder, text(first, name), mode, AT_SYMLINK_NOFOLLOW, 0, 0);
    }

    /** Sets both times of what the name itself stands for. */
    int setTimes(int folder, String name, long mtime) {
        return (int) call(SysCalls.UTIMENSAT, folder, text(first, name), times(mtime), AT_SYMLINK_NOFOLLOW, 0, 0);
    }

    int setTimes(int fd, long mtime) {
        return (int) call(SysCalls.FUTIMENS, fd, times(mtime), 0, 0, 0, 0);
    }

    /** Notes that something was used, in its time of last access. */
    int touchAccess(int folder, String name) {
        record.set(ValueLayout.JAVA_LONG, 0, 0);
        record.set(ValueLayout.JAVA_LONG, 8, UTIME_NOW);
        record.set(ValueLayout.JAVA_LONG, 16, 0);
        record.set(ValueLayout.JAVA_LONG, 24, UTIME_OMIT);
        return (int) call(SysCalls.UTIMENSAT, folder, text(first, name), record.address(), AT_SYMLINK_NOFOLLOW, 0, 0);
    }

    int flock(int fd, int operation) {
        while (true) {
            int result = (int) call(SysCalls.FLOCK, fd, operation, 0, 0, 0, 0);
            if (result != -EINTR) {
                return result;
            }
        }
    }

    int syncFileSystem(int fd) {
        return (int) call(SysCalls.SYNCFS, fd, 0, 0, 0, 0, 0);
    }

    int sync(int fd) {
        return (int) call(SysCalls.FSYNC, fd, 0, 0, 0, 0, 0);
    }

    int truncate(int fd, long size) {
        return (int) call(SysCalls.FTRUNCATE, fd, size, 0, 0, 0, 0);
    }

    long seek(int fd, long offset, int whence) {
        return callWide(SysCalls.LSEEK, fd, offset, whence, 0, 0, 0);
    }

    /** Status of what the name itself stands for; of the open file if the name is empty. Null if nothing is there. */
    @Nullable
    FileStat stat(int folder, String name) throws IOException {
        int flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0);
        long result = call(SysCalls.STATX, folder, text(first, name), flags, STATX_BASIC, record.address(), 0);
        if (result == -ENOENT || result == -ENOTDIR) {
            return null;
        }
        check(result, "statx", name);
        return FileStat.read(record);
    }

    /** Target of a symbolic link; null if the name is none. */
    @Nullable
    String readlink(int folder, String name) throws IOException {
        long n = call(SysCalls.READLINKAT, folder, text(first, name), second.address(), PATH_ROOM, 0, 0);
        if (n == -ENOENT || n == -EINVAL) {
            return null;
        }
        check(n, "readlink", name);
        return decode(second, 0, (int) n);
    }

    /** Reads into the scratch buffer {@link #io}; how many bytes, zero at the end. */
    int read(int fd, int length) {
        while (true) {
            long n = call(SysCalls.READ, fd, io().address(), Math.min(length, IO_ROOM), 0, 0, 0);
            if (n != -EINTR) {
                return (int) n;
            }
        }
    }

    int getdents(int fd) {
        return (int) call(SysCalls.GETDENTS, fd, io().address(), IO_ROOM, 0, 0, 0);
    }

    /** Writes all of it at a position. */
    long write(int fd, long position, byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            int part = Math.min(IO_ROOM, length - done);
            MemorySegment.copy(bytes, offset + done, io(), ValueLayout.JAVA_BYTE, 0, part);
            int written = 0;
            while (written < part) {
                long n = call(
                        SysCalls.PWRITE, fd, io().address() + written, part - written, position + done + written, 0, 0);
                if (n < 0 && n != -EINTR) {
                    return n;
                }
                written += (int) Math.max(0, n);
            }
            done += part;
        }
        return length;
    }

    int setXattr(int fd, String name, byte[] value) {
        if (value.length > IO_ROOM) {
            return -E2BIG;
        }
        MemorySegment.copy(value, 0, io(), ValueLayout.JAVA_BYTE, 0, value.length);
        return (int) call(SysCalls.FSETXATTR, fd, text(second, name), io().address(), value.length, 0, 0);
    }

    /** Sets an attribute of what the name itself stands for. */
    int setXattr(int folder, String name, String xattr, byte[] value) {
        if (value.length > IO_ROOM) {
            return -E2BIG;
        }
        MemorySegment.copy(value, 0, io(), ValueLayout.JAVA_BYTE, 0, value.length);
        long path = text(first, through(folder, name));
        return (int) call(SysCalls.LSETXATTR, path, text(second, xattr), io().address(), value.length, 0, 0);
    }

    /** One attribute of what the name itself stands for; null if it has none, or the file system knows none. */
    byte @Nullable [] getXattr(int folder, String name, String xattr) throws IOException {
        long path = text(first, through(folder, name));
        long n = call(SysCalls.LGETXATTR, path, text(second, xattr), io().address(), IO_ROOM, 0, 0);
        if (n == -ENODATA || n == -EOPNOTSUPP || n == -EPERM || n == -EACCES) {
            return null;
        }
        check(n, "getxattr", name);
        return io().asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Names of the attributes, each ended by NUL; empty where the file system knows none. */
    String listXattrs(int folder, String name) throws IOException {
        long n = call(SysCalls.LLISTXATTR, text(first, through(folder, name)), io().address(), IO_ROOM, 0, 0, 0);
        if (n == 0 || n == -EOPNOTSUPP || n == -EACCES) {
            return "";
        }
        check(n, "listxattr", name);
        return decode(io(), 0, (int) n);
    }

    MemorySegment io() {
        MemorySegment buffer = io;
        if (buffer == null) {
            buffer = arena.allocate(IO_ROOM, 8);
            io = buffer;
        }
        return buffer;
    }

    static String decode(MemorySegment bytes, long from, int length) {
        byte[] copy = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, copy, 0, length);
        return EntryNames.decode(copy);
    }

    /** There are no {@code lsetxattrat} calls before Linux 6.13: the folder's descriptor stands for its path. */
    private static String through(int folder, String name) {
        return folder == CWD ? name : "/proc/self/fd/" + folder + "/" + name;
    }

    private long times(long mtime) {
        long seconds = Math.floorDiv(mtime, NANOS);
        long nanos = Math.floorMod(mtime, NANOS);
        for (int at = 0; at < 32; at += 16) {
            record.set(ValueLayout.JAVA_LONG, at, seconds);
            record.set(ValueLayout.JAVA_LONG, at + 8L, nanos);
        }
        return record.address();
    }

    private static long device(int major, int minor) {
        return ((long) major & 0xFFFFF000L) << 32
                | ((long) major & 0xFFF) << 8
                | ((long) minor & 0xFFFFFF00L) << 12
                | (long) minor & 0xFF;
    }

    private static boolean swapped() {
        String architecture = System.getProperty("os.arch");
        return architecture.startsWith("aarch64") || architecture.startsWith("arm") || architecture.startsWith("ppc");
    }

    /** The address of a NUL-terminated copy; one that is too long is cut, which the kernel then refuses as too long. */
    private static long text(MemorySegment room, String text) {
        byte[] bytes = EntryNames.encode(text);
        int length = Math.min(bytes.length, PATH_ROOM - 1);
        MemorySegment.copy(bytes, 0, room, ValueLayout.JAVA_BYTE, 0, length);
        room.set(ValueLayout.JAVA_BYTE, length, (byte) 0);
        return room.address();
    }

    /** A call that gives an int, whose upper half the register leaves undefined; or a count below two to the 31st. */
    private long call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        int result = (int) callWide(function, a, b, c, d, e, f);
        return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    }

    private long callWide(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try {
            long result = (long) function.invokeExact(state, a, b, c, d, e, f);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable t) {
            throw new IllegalStateException("a system call could not be made", t);
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
