package dev.runner.step.github;

import dev.runner.host.process.OutputSink;
import java.io.IOException;
import java.io.OutputStream;

/** A sink as a stream. */
final class SinkStream extends OutputStream {
    private final OutputSink sink;

    private SinkStream(OutputSink sink) {
        this.sink = sink;
    }

    static OutputStream of(OutputSink sink) {
        return new SinkStream(sink);
    }

    @Override
    public void write(int one) throws IOException {
        sink.write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        sink.write(bytes, offset, length);
    }
}
