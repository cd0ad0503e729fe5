package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The C library's functions on file descriptors and processes; bound by {@link Libc#bind}. */
final class Descriptors {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;
    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;

    private Descriptors() {}

    /** The one flag of {@code open} whose value is the architecture's own. */
    static int noFollow() {
        return switch (System.getProperty("os.arch")) {
            case "aarch64", "arm", "ppc64le", "ppc64" -> 0100000;
            default -> 0400000;
        };
    }

    private static final class Open {
        static final MethodHandle CALL = Libc.bind(
                "open",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
    }

    static int open(Scratch scratch, MemorySegment path, int flags, int mode) {
        try {
            return (int) Open.CALL.invokeExact(scratch.state(), path, flags, mode);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Close {
        static final MethodHandle CALL = Libc.bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    static int close(Scratch scratch, int descriptor) {
        try {
            return (int) Close.CALL.invokeExact(scratch.state(), descriptor);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Ioctl {
        static final MethodHandle CALL = Libc.bind(
                "ioctl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
    }

    static int ioctl(Scratch scratch, int descriptor, long request, int argument) {
        try {
            return (int) Ioctl.CALL.invokeExact(scratch.state(), descriptor, request, argument);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class IoctlAt {
        static final MethodHandle CALL = Libc.bind(
                "ioctl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                Linker.Option.firstVariadicArg(2));
    }

    static int ioctl(Scratch scratch, int descriptor, long request, MemorySegment argument) {
        try {
            return (int) IoctlAt.CALL.invokeExact(scratch.state(), descriptor, request, argument);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Lseek {
        static final MethodHandle CALL =
                Libc.bind("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    static long lseek(Scratch scratch, int descriptor, long offset, int whence) {
        try {
            return (long) Lseek.CALL.invokeExact(scratch.state(), descriptor, offset, whence);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Ftruncate {
        static final MethodHandle CALL = Libc.bind("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    }

    static int ftruncate(Scratch scratch, int descriptor, long size) {
        try {
            return (int) Ftruncate.CALL.invokeExact(scratch.state(), descriptor, size);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class CopyFileRange {
        static final MethodHandle CALL = Libc.bind(
                "copy_file_range",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    }

    static long copyFileRange(Scratch scratch, int from, MemorySegment in, int to, MemorySegment out, long length) {
        try {
            return (long) CopyFileRange.CALL.invokeExact(scratch.state(), from, in, to, out, length, 0);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final FunctionDescriptor POSITIONED =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);

    private static final class Pread {
        static final MethodHandle CALL = Libc.bind("pread", POSITIONED);
    }

    static long pread(Scratch scratch, int descriptor, MemorySegment buffer, long length, long offset) {
        try {
            return (long) Pread.CALL.invokeExact(scratch.state(), descriptor, buffer, length, offset);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Pwrite {
        static final MethodHandle CALL = Libc.bind("pwrite", POSITIONED);
    }

    static long pwrite(Scratch scratch, int descriptor, MemorySegment buffer, long length, long offset) {
        try {
            return (long) Pwrite.CALL.invokeExact(scratch.state(), descriptor, buffer, length, offset);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Kill {
        static final MethodHandle CALL = Libc.bind("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    }

    static int kill(Scratch scratch, int process, int signal) {
        try {
            return (int) Kill.CALL.invokeExact(scratch.state(), process, signal);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Geteuid {
        static final MethodHandle CALL = Libc.bind("geteuid", FunctionDescriptor.of(JAVA_INT));
    }

    static int geteuid(Scratch scratch) {
        try {
            return (int) Geteuid.CALL.invokeExact(scratch.state());
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Getegid {
        static final MethodHandle CALL = Libc.bind("getegid", FunctionDescriptor.of(JAVA_INT));
    }

    static int getegid(Scratch scratch) {
        try {
            return (int) Getegid.CALL.invokeExact(scratch.state());
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Pipe2 {
        static final MethodHandle CALL = Libc.bind("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    }

    static int pipe2(Scratch scratch, MemorySegment two, int flags) {
        try {
            return (int) Pipe2.CALL.invokeExact(scratch.state(), two, flags);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Poll {
        static final MethodHandle CALL =
                Libc.bind("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    }

    static int poll(Scratch scratch, MemorySegment requests, long count, int milliseconds) {
        try {
            return (int) Poll.CALL.invokeExact(scratch.state(), requests, count, milliseconds);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Read {
        static final MethodHandle CALL =
                Libc.bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    }

    static long read(Scratch scratch, int descriptor, MemorySegment buffer, long length) {
        try {
            return (long) Read.CALL.invokeExact(scratch.state(), descriptor, buffer, length);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class MemfdCreate {
        static final MethodHandle CALL = Libc.bind("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    }

    static int memfdCreate(Scratch scratch, MemorySegment name, int flags) {
        try {
            return (int) MemfdCreate.CALL.invokeExact(scratch.state(), name, flags);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }
}
