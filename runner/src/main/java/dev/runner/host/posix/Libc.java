package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's functions, each bound when it is first called: a holder class a function makes the handle a constant
 * for the compiler and costs nothing to programs that never call it. Every method gives what the function returns and
 * leaves the error number in the {@link Scratch}.
 */
final class Libc {
    static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    private Libc() {}

    static int errno(Scratch scratch) {
        return (int) ERRNO.get(scratch.state(), 0L);
    }

    static MethodHandle bind(String name, FunctionDescriptor shape, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = CAPTURE;
        System.arraycopy(options, 0, all, 1, options.length);
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, all);
    }

    static AssertionError impossible(Throwable e) {
        return new AssertionError("a downcall handle was called with other types than it was bound with", e);
    }

    private static final class Statx {
        static final MethodHandle CALL =
                bind("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    }

    static int statx(Scratch scratch, int directory, MemorySegment path, int flags, int mask, MemorySegment status) {
        try {
            return (int) Statx.CALL.invokeExact(scratch.state(), directory, path, flags, mask, status);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final class Lchown {
        static final MethodHandle CALL = bind("lchown", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    }

    static int lchown(Scratch scratch, MemorySegment path, int uid, int gid) {
        try {
            return (int) Lchown.CALL.invokeExact(scratch.state(), path, uid, gid);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Functions of the shape {@code int f(const char *, int)}. */
    private static int pathAndInt(MethodHandle call, Scratch scratch, MemorySegment path, int value) {
        try {
            return (int) call.invokeExact(scratch.state(), path, value);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final FunctionDescriptor PATH_AND_INT = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);

    private static final class Chmod {
        static final MethodHandle CALL = bind("chmod", PATH_AND_INT);
    }

    static int chmod(Scratch scratch, MemorySegment path, int mode) {
        return pathAndInt(Chmod.CALL, scratch, path, mode);
    }

    private static final class Mkdir {
        static final MethodHandle CALL = bind("mkdir", PATH_AND_INT);
    }

    static int mkdir(Scratch scratch, MemorySegment path, int mode) {
        return pathAndInt(Mkdir.CALL, scratch, path, mode);
    }

    private static final class Umount2 {
        static final MethodHandle CALL = bind("umount2", PATH_AND_INT);
    }

    static int umount2(Scratch scratch, MemorySegment path, int flags) {
        return pathAndInt(Umount2.CALL, scratch, path, flags);
    }

    private static int onePath(MethodHandle call, Scratch scratch, MemorySegment path) {
        try {
            return (int) call.invokeExact(scratch.state(), path);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final FunctionDescriptor ONE_PATH = FunctionDescriptor.of(JAVA_INT, ADDRESS);

    private static final class Unlink {
        static final MethodHandle CALL = bind("unlink", ONE_PATH);
    }

    static int unlink(Scratch scratch, MemorySegment path) {
        return onePath(Unlink.CALL, scratch, path);
    }

    private static final class Rmdir {
        static final MethodHandle CALL = bind("rmdir", ONE_PATH);
    }

    static int rmdir(Scratch scratch, MemorySegment path) {
        return onePath(Rmdir.CALL, scratch, path);
    }

    private static int twoPaths(MethodHandle call, Scratch scratch, MemorySegment one, MemorySegment other) {
        try {
            return (int) call.invokeExact(scratch.state(), one, other);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final FunctionDescriptor TWO_PATHS = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);

    private static final class Symlink {
        static final MethodHandle CALL = bind("symlink", TWO_PATHS);
    }

    static int symlink(Scratch scratch, MemorySegment target, MemorySegment link) {
        return twoPaths(Symlink.CALL, scratch, target, link);
    }

    private static final class Link {
        static final MethodHandle CALL = bind("link", TWO_PATHS);
    }

    static int link(Scratch scratch, MemorySegment existing, MemorySegment name) {
        return twoPaths(Link.CALL, scratch, existing, name);
    }

    private static final class Removexattr {
        static final MethodHandle CALL = bind("lremovexattr", TWO_PATHS);
    }

    static int lremovexattr(Scratch scratch, MemorySegment path, MemorySegment name) {
        return twoPaths(Removexattr.CALL, scratch, path, name);
    }

    private static final class Readlink {
        static final MethodHandle CALL =
                bind("readlink", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
    }

    static long readlink(Scratch scratch, MemorySegment path, MemorySegment buffer) {
        try {
            return (long) Readlink.CALL.invokeExact(scratch.state(), path, buffer, buffer.byteSize());
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final class Listxattr {
        static final MethodHandle CALL =
                bind("llistxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
    }

    static long llistxattr(Scratch scratch, MemorySegment path, MemorySegment buffer) {
        try {
            return (long) Listxattr.CALL.invokeExact(scratch.state(), path, buffer, buffer.byteSize());
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final class Getxattr {
        static final MethodHandle CALL =
                bind("lgetxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
    }

    static long lgetxattr(Scratch scratch, MemorySegment path, MemorySegment name, MemorySegment buffer) {
        try {
            return (long) Getxattr.CALL.invokeExact(scratch.state(), path, name, buffer, buffer.byteSize());
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final class Setxattr {
        static final MethodHandle CALL =
                bind("lsetxattr", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
    }

    static int lsetxattr(Scratch scratch, MemorySegment path, MemorySegment name, MemorySegment value) {
        try {
            return (int) Setxattr.CALL.invokeExact(scratch.state(), path, name, value, value.byteSize(), 0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final class Utimensat {
        static final MethodHandle CALL =
                bind("utimensat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    }

    static int utimensat(Scratch scratch, int directory, MemorySegment path, MemorySegment times, int flags) {
        try {
            return (int) Utimensat.CALL.invokeExact(scratch.state(), directory, path, times, flags);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final class Renameat2 {
        static final MethodHandle CALL =
                bind("renameat2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
    }

    static int renameat2(Scratch scratch, int directory, MemorySegment from, MemorySegment to, int flags) {
        try {
            return (int) Renameat2.CALL.invokeExact(scratch.state(), directory, from, directory, to, flags);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static final class Syscall {
        static final MethodHandle CALL = bind(
                "syscall",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
    }

    /** System calls with a path as the second of four arguments, for which older C libraries have no name. */
    static long syscall(Scratch scratch, long number, long first, MemorySegment path, long third, long fourth) {
        try {
            return (long) Syscall.CALL.invokeExact(scratch.state(), number, first, path, third, fourth);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }
}
