package dev.runner.host.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts bytes into lines before it decodes them, so that a character split over two reads stays whole. */
final class LineSink implements OutputSink {
    private static final int LONGEST = 64 * 1024;

    private final Consumer<String> listener;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    LineSink(Consumer<String> listener) {
        this.listener = listener;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int start = offset;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                pending.write(bytes, start, i - start);
                emit();
                start = i + 1;
            }
        }
        pending.write(bytes, start, offset + length - start);
        if (pending.size() >= LONGEST) {
            emit();
        }
    }

    @Override
    public synchronized void end() {
        if (pending.size() > 0) {
            emit();
        }
    }

    private void emit() {
        String line = pending.toString(StandardCharsets.UTF_8);
        pending.reset();
        listener.accept(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }
}
