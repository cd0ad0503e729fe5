package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A pipe whose end to read one can ask whether something is there, which Java's own pipes to children do not allow.
 * Reading is one thread's at a time, and so is waiting; anybody may ask.
 */
public final class ReadablePipe implements AutoCloseable {
    private static final short POLLIN = 1;

    private final Scratch scratch = Scratch.own();
    private final Scratch waiting = Scratch.own();
    private final int readEnd;
    private int writeEnd;
    private boolean closed;

    private ReadablePipe(int readEnd, int writeEnd) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    public static ReadablePipe open() throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment two = scratch.buffer();
            scratch.check(Descriptors.pipe2(scratch, two, Descriptors.O_CLOEXEC), "pipe2", "");
            return new ReadablePipe(two.get(JAVA_INT, 0), two.get(JAVA_INT, 4));
        }
    }

    /** A path that opens the end to write. */
    public Path writeEnd() {
        return Path.of("/proc/self/fd/" + writeEnd);
    }

    /** Lets go of our own end to write, so that the pipe ends when its other writers have gone. */
    public void closeWriteEnd() {
        if (writeEnd >= 0) {
            try (Scratch borrowed = Scratch.borrow()) {
                Descriptors.close(borrowed, writeEnd);
            }
            writeEnd = -1;
        }
    }

    /** Waits until something can be read or the pipe has ended. */
    public void awaitReadable() throws IOException {
        poll(waiting, -1);
    }

    /** Whether a read would not block. */
    public boolean isReadable() throws IOException {
        try (Scratch borrowed = Scratch.borrow()) {
            return poll(borrowed, 0);
        }
    }

    private boolean poll(Scratch own, int milliseconds) throws IOException {
        MemorySegment request = own.buffer();
        while (true) {
            request.set(JAVA_INT, 0, readEnd);
            request.set(JAVA_SHORT, 4, POLLIN);
            request.set(JAVA_SHORT, 6, (short) 0);
            int ready = Descriptors.poll(own, request, 1, milliseconds);
            if (ready >= 0) {
                return ready > 0;
            }
            if (Libc.errno(own) != Errno.EINTR) {
                throw own.failure("poll", "");
            }
        }
    }

    /** Reads what is there, blocking if nothing is; -1 at the end. */
    public int read(byte[] into) throws IOException {
        MemorySegment buffer = scratch.buffer();
        long length = Math.min(into.length, buffer.byteSize());
        while (true) {
            long read = Descriptors.read(scratch, readEnd, buffer, length);
            if (read >= 0) {
                MemorySegment.copy(buffer, JAVA_BYTE, 0, into, 0, (int) read);
                return read == 0 ? -1 : (int) read;
            }
            if (Libc.errno(scratch) != Errno.EINTR) {
                throw scratch.failure("read", "");
            }
        }
    }

    @Override
    public void close() {
        closeWriteEnd();
        if (!closed) {
            closed = true;
            try (Scratch borrowed = Scratch.borrow()) {
                Descriptors.close(borrowed, readEnd);
            }
        }
    }
}
