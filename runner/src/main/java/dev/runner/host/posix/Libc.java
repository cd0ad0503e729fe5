package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C library's functions, each looked up when it is first called, and all called in one shape: six words in, one out. Linux
 * passes integers and pointers in registers in every 64-bit ABI a JDK 25 exists for, a narrower parameter is the low part of
 * the register, and surplus ones are not looked at. To link a shape takes a few milliseconds of a short run, and the JVM links
 * equal ones once: the store's calls have the same. Every method gives what the function returns and leaves the error number
 * in the {@link Scratch}.
 */
final class Libc {
    static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO = CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle CALL = Linker.nativeLinker()
            .downcallHandle(
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));

    private Libc() {}

    static int errno(Scratch scratch) {
        return scratch.state().get(JAVA_INT, ERRNO);
    }

    /** Where a function is. */
    static MemorySegment find(String name) {
        return Linker.nativeLinker().defaultLookup().findOrThrow(name);
    }

    /**
     * Calls a function. What an address points to must outlive the call. Of a function that gives an {@code int} the result's
     * high half means nothing.
     */
    static long call(MemorySegment function, Scratch scratch, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) CALL.invokeExact(function, scratch.state(), a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    static long call(MemorySegment function, Scratch scratch, long a, long b, long c, long d, long e) {
        return call(function, scratch, a, b, c, d, e, 0);
    }

    static long call(MemorySegment function, Scratch scratch, long a, long b, long c, long d) {
        return call(function, scratch, a, b, c, d, 0, 0);
    }

    static long call(MemorySegment function, Scratch scratch, long a, long b, long c) {
        return call(function, scratch, a, b, c, 0, 0, 0);
    }

    static long call(MemorySegment function, Scratch scratch, long a, long b) {
        return call(function, scratch, a, b, 0, 0, 0, 0);
    }

    static long call(MemorySegment function, Scratch scratch, long a) {
        return call(function, scratch, a, 0, 0, 0, 0, 0);
    }

    static long call(MemorySegment function, Scratch scratch) {
        return call(function, scratch, 0, 0, 0, 0, 0, 0);
    }

    static AssertionError impossible(Throwable e) {
        return new AssertionError("a downcall handle was called with other types than it was bound with", e);
    }

    private static final class Statx {
        static final MemorySegment AT = find("statx");
    }

    static int statx(Scratch scratch, int directory, MemorySegment path, int flags, int mask, MemorySegment status) {
        return (int) call(Statx.AT, scratch, directory, path.address(), flags, mask, status.address());
    }

    private static final class Lchown {
        static final MemorySegment AT = find("lchown");
    }

    static int lchown(Scratch scratch, MemorySegment path, int uid, int gid) {
        return (int) call(Lchown.AT, scratch, path.address(), uid, gid);
    }

    /** Functions of the shape {@code int f(const char *, int)}. */
    private static int pathAndInt(MemorySegment function, Scratch scratch, MemorySegment path, int value) {
        return (int) call(function, scratch, path.address(), value);
    }

    private static final class Chmod {
        static final MemorySegment AT = find("chmod");
    }

    static int chmod(Scratch scratch, MemorySegment path, int mode) {
        return pathAndInt(Chmod.AT, scratch, path, mode);
    }

    private static final class Mkdir {
        static final MemorySegment AT = find("mkdir");
    }

    static int mkdir(Scratch scratch, MemorySegment path, int mode) {
        return pathAndInt(Mkdir.AT, scratch, path, mode);
    }

    private static final class Umount2 {
        static final MemorySegment AT = find("umount2");
    }

    static int umount2(Scratch scratch, MemorySegment path, int flags) {
        return pathAndInt(Umount2.AT, scratch, path, flags);
    }

    private static int onePath(MemorySegment function, Scratch scratch, MemorySegment path) {
        return (int) call(function, scratch, path.address());
    }

    private static final class Unlink {
        static final MemorySegment AT = find("unlink");
    }

    static int unlink(Scratch scratch, MemorySegment path) {
        return onePath(Unlink.AT, scratch, path);
    }

    private static final class Rmdir {
        static final MemorySegment AT = find("rmdir");
    }

    static int rmdir(Scratch scratch, MemorySegment path) {
        return onePath(Rmdir.AT, scratch, path);
    }

    private static int twoPaths(MemorySegment function, Scratch scratch, MemorySegment one, MemorySegment other) {
        return (int) call(function, scratch, one.address(), other.address());
    }

    private static final class Symlink {
        static final MemorySegment AT = find("symlink");
    }

    static int symlink(Scratch scratch, MemorySegment target, MemorySegment link) {
        return twoPaths(Symlink.AT, scratch, target, link);
    }

    private static final class Link {
        static final MemorySegment AT = find("link");
    }

    static int link(Scratch scratch, MemorySegment existing, MemorySegment name) {
        return twoPaths(Link.AT, scratch, existing, name);
    }

    private static final class Removexattr {
        static final MemorySegment AT = find("lremovexattr");
    }

    static int lremovexattr(Scratch scratch, MemorySegment path, MemorySegment name) {
        return twoPaths(Removexattr.AT, scratch, path, name);
    }

    private static final class Readlink {
        static final MemorySegment AT = find("readlink");
    }

    static long readlink(Scratch scratch, MemorySegment path, MemorySegment buffer) {
        return call(Readlink.AT, scratch, path.address(), buffer.address(), buffer.byteSize());
    }

    private static final class Listxattr {
        static final MemorySegment AT = find("llistxattr");
    }

    static long llistxattr(Scratch scratch, MemorySegment path, MemorySegment buffer) {
        return call(Listxattr.AT, scratch, path.address(), buffer.address(), buffer.byteSize());
    }

    private static final class Getxattr {
        static final MemorySegment AT = find("lgetxattr");
    }

    static long lgetxattr(Scratch scratch, MemorySegment path, MemorySegment name, MemorySegment buffer) {
        return call(Getxattr.AT, scratch, path.address(), name.address(), buffer.address(), buffer.byteSize());
    }

    private static final class Setxattr {
        static final MemorySegment AT = find("lsetxattr");
    }

    static int lsetxattr(Scratch scratch, MemorySegment path, MemorySegment name, MemorySegment value) {
        return (int) call(Setxattr.AT, scratch, path.address(), name.address(), value.address(), value.byteSize(), 0);
    }

    private static final class Utimensat {
        static final MemorySegment AT = find("utimensat");
    }

    static int utimensat(Scratch scratch, int directory, MemorySegment path, MemorySegment times, int flags) {
        return (int) call(Utimensat.AT, scratch, directory, path.address(), times.address(), flags);
    }

    private static final class Renameat2 {
        static final MemorySegment AT = find("renameat2");
    }

    static int renameat2(Scratch scratch, int directory, MemorySegment from, MemorySegment to, int flags) {
        return (int) call(Renameat2.AT, scratch, directory, from.address(), directory, to.address(), flags);
    }

    private static final class Syscall {
        static final MemorySegment AT = find("syscall");
    }

    /** System calls with a path as the second of four arguments, for which older C libraries have no name. */
    static long syscall(Scratch scratch, long number, long first, MemorySegment path, long third, long fourth) {
        return call(Syscall.AT, scratch, number, first, path.address(), third, fourth);
    }
}
