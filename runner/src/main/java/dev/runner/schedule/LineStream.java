package dev.runner.schedule;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Bytes to lines of UTF-8 text. A line of more than 64 KiB is cut, so that output without line breaks is not hoarded. */
final class LineStream extends OutputStream {
    private static final int LONGEST = 64 << 10;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private final Consumer<String> lines;

    LineStream(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public synchronized void write(int b) {
        if (b == '\n') {
            emit();
        } else {
            line.write(b);
            if (line.size() >= LONGEST && (b & 0xC0) != 0x80) {
                cut(b);
            }
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int start = offset;
        for (int at = offset; at < offset + length; at++) {
            if (bytes[at] == '\n') {
                append(bytes, start, at - start);
                emit();
                start = at + 1;
            }
        }
        append(bytes, start, offset + length - start);
    }

    private void append(byte[] bytes, int offset, int length) {
        if (line.size() + length < LONGEST) {
            line.write(bytes, offset, length);
            return;
        }
        for (int at = offset; at < offset + length; at++) {
            write(bytes[at]);
        }
    }

    /** Cuts before the first byte of a character, never inside one. */
    private void cut(int first) {
        byte[] all = line.toByteArray();
        lines.accept(new String(all, 0, all.length - 1, StandardCharsets.UTF_8));
        line.reset();
        line.write(first);
    }

    private void emit() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    @Override
    public synchronized void close() {
        if (line.size() > 0) {
            emit();
        }
    }
}
