package dev.runner.host.process;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * Where a process's output goes. Called by one thread at a time. The same sink given for both streams gets them in the
 * order in which they were written.
 */
@FunctionalInterface
public interface OutputSink {
    /** Takes some bytes, which the caller reuses afterwards. A failure here ends the process. */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** The process has ended and no more will come. Called once. */
    default void end() throws IOException {}

    /** Nobody listens. */
    static OutputSink discard() {
        return (bytes, offset, length) -> {};
    }

    /** Bytes into a stream, flushed at once; the stream is not closed. */
    static OutputSink to(OutputStream out) {
        return (bytes, offset, length) -> {
            out.write(bytes, offset, length);
            out.flush();
        };
    }

    /**
     * Lines of UTF-8 without their ends ({@code \n} or {@code \r\n}); the last one also when it has no end. A line
     * longer than 64 KiB comes in pieces.
     */
    static OutputSink lines(Consumer<String> listener) {
        return new LineSink(listener);
    }
}
