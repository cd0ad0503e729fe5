package dev.runner.build.embedded.store;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C library's wrappers, all called in one shape: six words in, one out. Linux passes integers and pointers in registers
 * in every 64-bit ABI a JDK 25 exists for, a narrower parameter is the low part of the register, and surplus ones are not
 * looked at. One shape means one stub to generate at start instead of twenty-five, which is 40 ms of every command.
 */
final class SysCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    /** Takes the function's address first. */
    private static final MethodHandle ANY = LINKER.downcallHandle(SHAPE, ERRNO);

    static final MethodHandle OPENAT = find("openat");
    static final MethodHandle SYSCALL = find("syscall");
    static final MethodHandle CLOSE = find("close");
    static final MethodHandle READ = find("read");
    static final MethodHandle PWRITE = find("pwrite");
    static final MethodHandle LSEEK = find("lseek");
    static final MethodHandle FTRUNCATE = find("ftruncate");
    static final MethodHandle MKDIRAT = find("mkdirat");
    static final MethodHandle SYMLINKAT = find("symlinkat");
    static final MethodHandle LINKAT = find("linkat");
    static final MethodHandle MKNODAT = find("mknodat");
    static final MethodHandle UNLINKAT = find("unlinkat");
    static final MethodHandle RENAMEAT = find("renameat");
    static final MethodHandle READLINKAT = find("readlinkat");
    static final MethodHandle FCHOWNAT = find("fchownat");
    static final MethodHandle FCHMOD = find("fchmod");
    static final MethodHandle FCHMODAT = find("fchmodat");
    static final MethodHandle UTIMENSAT = find("utimensat");
    static final MethodHandle FUTIMENS = find("futimens");
    static final MethodHandle STATX = find("statx");
    static final MethodHandle GETDENTS = find("getdents64");
    static final MethodHandle LSETXATTR = find("lsetxattr");
    static final MethodHandle LGETXATTR = find("lgetxattr");
    static final MethodHandle LLISTXATTR = find("llistxattr");
    static final MethodHandle FSETXATTR = find("fsetxattr");
    static final MethodHandle FLOCK = find("flock");
    static final MethodHandle SYNCFS = find("syncfs");
    static final MethodHandle FSYNC = find("fsync");
    static final MethodHandle GETEUID = find("geteuid");

    private SysCalls() {}

    private static MethodHandle find(String name) {
        MemorySegment address =
                LIBRARY.find(name).orElseThrow(() -> new IllegalStateException("the C library has no " + name));
        return ANY.bindTo(address);
    }
}
