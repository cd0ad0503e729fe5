package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The program that this process runs. */
public final class ProcessImage {
    private ProcessImage() {}

    private static final class Execv {
        static final MemorySegment AT = Libc.find("execv");
    }

    /**
     * Becomes another program, with the same process number, environment and open streams; all threads end. Does not
     * return.
     *
     * @param argv an absolute path, and arguments
     */
    public static void replace(List<String> argv) throws IOException {
        try (Scratch scratch = Scratch.borrow();
                Arena arena = Arena.ofConfined()) {
            MemorySegment words = arena.allocate(ADDRESS, argv.size() + 1L);
            for (int i = 0; i < argv.size(); i++) {
                words.setAtIndex(ADDRESS, i, arena.allocateFrom(argv.get(i)));
            }
            words.setAtIndex(ADDRESS, argv.size(), MemorySegment.NULL);
            int result = (int) Libc.call(Execv.AT, scratch, words.getAtIndex(JAVA_LONG, 0), words.address());
            scratch.check(result, "execv", argv.getFirst());
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Exit {
        static final MemorySegment AT = Libc.find("_exit");
    }

    /** Looks up what {@link #end} calls, so that the end takes no time. */
    public static boolean ready() {
        return Posix.available() && Exit.AT.address() != 0;
    }

    /** Ends the process now: no shutdown hook runs, and no thread is waited for. Does not return. */
    public static void end(int code) {
        try (Scratch scratch = Scratch.borrow()) {
            int none = (int) Libc.call(Exit.AT, scratch, code);
            throw new IllegalStateException("the process goes on after its end: " + none);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }
}
