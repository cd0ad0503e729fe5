package dev.runner.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * A named text whose lines can be found by offset. Offsets count UTF-16 code units from 0; lines and columns count
 * from 1, columns in code points.
 */
public final class Source {
    private final String name;
    private final String text;
    private final int[] lineStarts;

    private Source(String name, String text) {
        this.name = Objects.requireNonNull(name);
        this.text = Objects.requireNonNull(text);
        this.lineStarts = findLineStarts(text);
    }

    /** A source with a display name, usually the path as the user wrote it. */
    public static Source of(String name, String text) {
        return new Source(name, text);
    }

    /** Reads a file as UTF-8; its name is the path as given. */
    public static Source read(Path path) throws IOException {
        return new Source(path.toString(), Files.readString(path, StandardCharsets.UTF_8));
    }

    public String name() {
        return name;
    }

    public String text() {
        return text;
    }

    public int lineCount() {
        return lineStarts.length;
    }

    /** The whole text as a span. */
    public Span all() {
        return new Span(this, 0, text.length());
    }

    /** A range of this text; both ends are clamped to it. */
    public Span span(int start, int end) {
        int from = Math.clamp(start, 0, text.length());
        return new Span(this, from, Math.clamp(end, from, text.length()));
    }

    /** A whole line, counted from 1, without its line break. */
    public Span line(int line) {
        int start = lineStarts[Math.clamp(line, 1, lineStarts.length) - 1];
        int end = start;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return new Span(this, start, end);
    }

    /** The offset of a line's first character; line counts from 1. */
    public int lineStart(int line) {
        return lineStarts[Math.clamp(line, 1, lineStarts.length) - 1];
    }

    int lineOf(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    int columnOf(int offset) {
        return text.codePointCount(lineStart(lineOf(offset)), offset) + 1;
    }

    private static int[] findLineStarts(String text) {
        int[] starts = new int[16];
        int count = 1;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
            }
            starts[count++] = at + 1;
        }
        return Arrays.copyOf(starts, count);
    }

    @Override
    public String toString() {
        return name;
    }
}
