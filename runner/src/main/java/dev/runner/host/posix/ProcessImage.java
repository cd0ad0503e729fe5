package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** The program that this process runs. */
public final class ProcessImage {
    private ProcessImage() {}

    private static final class Execv {
        static final MethodHandle CALL = Libc.bind("execv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
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
            int result = (int) Execv.CALL.invokeExact(scratch.state(), words.getAtIndex(ADDRESS, 0), words);
            scratch.check(result, "execv", argv.getFirst());
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static final class Exit {
        static final MethodHandle CALL = Libc.bind("_exit", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    /** Looks up what {@link #end} calls, so that the end takes no time. */
    public static boolean ready() {
        return Posix.available() && !Exit.CALL.isVarargsCollector();
    }

    /** Ends the process now: no shutdown hook runs, and no thread is waited for. Does not return. */
    public static void end(int code) {
        try (Scratch scratch = Scratch.borrow()) {
            int none = (int) Exit.CALL.invokeExact(scratch.state(), code);
            throw new IllegalStateException("the process goes on after its end: " + none);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }
}
