package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A seccomp filter for one thread and all the processes it starts. It needs no right, for it also takes away that
 * programs gain any.
 *
 * <p>Some calls seem not to exist, so that C libraries take the older ones, which an old PRoot knows: it passes on what it
 * does not know, and paths in there would be the machine's. Others, those that change owners, are put to an
 * {@link OwnerChanges} listener.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/seccomp_filter.html">Seccomp BPF</a>
 */
public final class SyscallFilter {
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int NEW_LISTENER = 8;
    private static final int ALLOW = 0x7fff0000;
    private static final int ABSENT = 0x00050000 | 38;
    private static final int ASK = 0x7fc00000;
    private static final int LOAD = 0x20;
    private static final int JUMP_EQUAL = 0x15;
    private static final int RETURN = 0x06;

    private SyscallFilter() {}

    /** Numbers of one architecture; the {@code audit} number is how a filter is told of it. */
    record Calls(int audit, long seccomp, List<Integer> absent, List<Integer> owners) {}

    /** Numbered alike everywhere: io_uring, clone3, openat2, faccessat2, fchmodat2, and those on extended attributes. */
    private static final List<Integer> NEW = List.of(425, 426, 427, 435, 437, 439, 452, 463, 464, 465, 466);

    /** This machine's numbers, or null where they are not known. */
    static Calls own() throws IOException {
        return switch (System.getProperty("os.arch")) {
            // statx, execveat; chown, fchown, lchown, fchownat
            case "amd64", "x86_64" -> new Calls(0xC000003E, 317, List.of(332, 322), List.of(92, 93, 94, 260));
            case "aarch64" -> new Calls(0xC00000B7, 277, List.of(291, 281), List.of(-1, 55, -1, 54));
            default -> throw new IOException("no filter of system calls is known for this processor");
        };
    }

    /** Which of the four calls a number is: 0 chown, 1 fchown, 2 lchown, 3 fchownat; -1 none. */
    static int ownerCall(int number) throws IOException {
        return own().owners.indexOf(number);
    }

    private static final class Prctl {
        static final MemorySegment AT = Libc.find("prctl");
    }

    private static final class Syscall {
        static final MemorySegment AT = Libc.find("syscall");
    }

    /**
     * Filters this thread for ever, and what it starts.
     *
     * @return a descriptor to listen on when owner changes are to be asked for, else -1
     */
    static int install(boolean askOwners) throws IOException {
        Calls calls = own();
        List<int[]> program = new ArrayList<>();
        List<Integer> absent = new ArrayList<>(calls.absent);
        absent.addAll(NEW);
        List<Integer> owners =
                askOwners ? calls.owners.stream().filter(n -> n >= 0).toList() : List.of();
        int tests = absent.size() + owners.size();
        program.add(new int[] {LOAD, 0, 0, 4});
        // Everything of another architecture, such as of 32 bits, passes.
        program.add(new int[] {JUMP_EQUAL, 0, tests + 1, calls.audit});
        program.add(new int[] {LOAD, 0, 0, 0});
        for (int i = 0; i < tests; i++) {
            boolean isAbsent = i < absent.size();
            int left = tests - 1 - i;
            int number = isAbsent ? absent.get(i) : owners.get(i - absent.size());
            program.add(new int[] {JUMP_EQUAL, left + (isAbsent ? 1 : 2), 0, number});
        }
        program.add(new int[] {RETURN, 0, 0, ALLOW});
        program.add(new int[] {RETURN, 0, 0, ABSENT});
        program.add(new int[] {RETURN, 0, 0, ASK});
        return set(program, calls, askOwners);
    }

    static int set(List<int[]> program, Calls calls, boolean listen) throws IOException {
        try (Scratch scratch = Scratch.borrow();
                Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(8L * program.size(), 8);
            for (int i = 0; i < program.size(); i++) {
                int[] step = program.get(i);
                code.set(JAVA_SHORT, 8L * i, (short) step[0]);
                code.set(JAVA_BYTE, 8L * i + 2, (byte) step[1]);
                code.set(JAVA_BYTE, 8L * i + 3, (byte) step[2]);
                code.set(JAVA_INT, 8L * i + 4, step[3]);
            }
            MemorySegment filter = arena.allocate(16, 8);
            filter.set(JAVA_SHORT, 0, (short) program.size());
            filter.set(ADDRESS, 8, code);
            int done = (int) Libc.call(Prctl.AT, scratch, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            scratch.check(done, "prctl", "no_new_privs");
            long flags = listen ? NEW_LISTENER : 0;
            long result =
                    Libc.call(Syscall.AT, scratch, calls.seccomp, SECCOMP_SET_MODE_FILTER, flags, filter.address());
            scratch.check(result, "seccomp", "filter");
            return listen ? (int) result : -1;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }
}
