package dev.runner.host.posix;

import java.lang.foreign.MemorySegment;

/** The C library's functions on file descriptors and processes; called by {@link Libc#call}. */
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
        static final MemorySegment AT = Libc.find("open");
    }

    static int open(Scratch scratch, MemorySegment path, int flags, int mode) {
        return (int) Libc.call(Open.AT, scratch, path.address(), flags, mode);
    }

    private static final class Close {
        static final MemorySegment AT = Libc.find("close");
    }

    static int close(Scratch scratch, int descriptor) {
        return (int) Libc.call(Close.AT, scratch, descriptor);
    }

    private static final class Ioctl {
        static final MemorySegment AT = Libc.find("ioctl");
    }

    static int ioctl(Scratch scratch, int descriptor, long request, int argument) {
        return (int) Libc.call(Ioctl.AT, scratch, descriptor, request, argument);
    }

    static int ioctl(Scratch scratch, int descriptor, long request, MemorySegment argument) {
        return (int) Libc.call(Ioctl.AT, scratch, descriptor, request, argument.address());
    }

    private static final class Lseek {
        static final MemorySegment AT = Libc.find("lseek");
    }

    static long lseek(Scratch scratch, int descriptor, long offset, int whence) {
        return Libc.call(Lseek.AT, scratch, descriptor, offset, whence);
    }

    private static final class Ftruncate {
        static final MemorySegment AT = Libc.find("ftruncate");
    }

    static int ftruncate(Scratch scratch, int descriptor, long size) {
        return (int) Libc.call(Ftruncate.AT, scratch, descriptor, size);
    }

    private static final class CopyFileRange {
        static final MemorySegment AT = Libc.find("copy_file_range");
    }

    static long copyFileRange(Scratch scratch, int from, MemorySegment in, int to, MemorySegment out, long length) {
        return Libc.call(CopyFileRange.AT, scratch, from, in.address(), to, out.address(), length, 0);
    }

    private static final class Pread {
        static final MemorySegment AT = Libc.find("pread");
    }

    static long pread(Scratch scratch, int descriptor, MemorySegment buffer, long length, long offset) {
        return Libc.call(Pread.AT, scratch, descriptor, buffer.address(), length, offset);
    }

    private static final class Pwrite {
        static final MemorySegment AT = Libc.find("pwrite");
    }

    static long pwrite(Scratch scratch, int descriptor, MemorySegment buffer, long length, long offset) {
        return Libc.call(Pwrite.AT, scratch, descriptor, buffer.address(), length, offset);
    }

    private static final class Kill {
        static final MemorySegment AT = Libc.find("kill");
    }

    static int kill(Scratch scratch, int process, int signal) {
        return (int) Libc.call(Kill.AT, scratch, process, signal);
    }

    private static final class Geteuid {
        static final MemorySegment AT = Libc.find("geteuid");
    }

    static int geteuid(Scratch scratch) {
        return (int) Libc.call(Geteuid.AT, scratch);
    }

    private static final class Getegid {
        static final MemorySegment AT = Libc.find("getegid");
    }

    static int getegid(Scratch scratch) {
        return (int) Libc.call(Getegid.AT, scratch);
    }

    private static final class Pipe2 {
        static final MemorySegment AT = Libc.find("pipe2");
    }

    static int pipe2(Scratch scratch, MemorySegment two, int flags) {
        return (int) Libc.call(Pipe2.AT, scratch, two.address(), flags);
    }

    private static final class Poll {
        static final MemorySegment AT = Libc.find("poll");
    }

    static int poll(Scratch scratch, MemorySegment requests, long count, int milliseconds) {
        return (int) Libc.call(Poll.AT, scratch, requests.address(), count, milliseconds);
    }

    private static final class Read {
        static final MemorySegment AT = Libc.find("read");
    }

    static long read(Scratch scratch, int descriptor, MemorySegment buffer, long length) {
        return Libc.call(Read.AT, scratch, descriptor, buffer.address(), length);
    }

    private static final class MemfdCreate {
        static final MemorySegment AT = Libc.find("memfd_create");
    }

    static int memfdCreate(Scratch scratch, MemorySegment name, int flags) {
        return (int) Libc.call(MemfdCreate.AT, scratch, name.address(), flags);
    }
}
