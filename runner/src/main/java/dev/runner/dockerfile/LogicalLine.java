package dev.runner.dockerfile;

import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.Arrays;
import java.util.List;

/** Physical lines joined by continuations, and the way back from a place in the joined text to the source. */
final class LogicalLine {
    private final Source source;
    private final StringBuilder text = new StringBuilder();
    private int[] textStarts = new int[4];
    private int[] sourceStarts = new int[4];
    private int pieces;
    private int emptyContinuation = -1;
    private List<String> comments = List.of();

    LogicalLine(Source source) {
        this.source = source;
    }

    void add(int sourceStart, int sourceEnd) {
        if (pieces == textStarts.length) {
            textStarts = Arrays.copyOf(textStarts, pieces * 2);
            sourceStarts = Arrays.copyOf(sourceStarts, pieces * 2);
        }
        textStarts[pieces] = text.length();
        sourceStarts[pieces++] = sourceStart;
        text.append(source.text(), sourceStart, sourceEnd);
    }

    void sawEmptyContinuation(int sourceOffset) {
        emptyContinuation = sourceOffset;
    }

    void under(List<String> linesAbove) {
        comments = linesAbove;
    }

    String text() {
        return text.toString();
    }

    /** Comment lines right above, without their number sign. */
    List<String> comments() {
        return comments;
    }

    /** Where the last empty line among the continuations is, or -1. */
    int emptyContinuation() {
        return emptyContinuation;
    }

    /** The source of a range of the text, which ends on the line it begins on or a later one. */
    Span span(int from, int to) {
        int start = sourceOffset(from);
        return source.span(start, Math.max(start, to > from ? sourceOffset(to - 1) + 1 : start));
    }

    private int sourceOffset(int offset) {
        int found = Arrays.binarySearch(textStarts, 0, pieces, offset);
        int piece = found >= 0 ? lastWithSameStart(found) : Math.max(0, -found - 2);
        return sourceStarts[piece] + offset - textStarts[piece];
    }

    /** A piece that is empty shares its start with the next one, which has the text. */
    private int lastWithSameStart(int piece) {
        int last = piece;
        while (last + 1 < pieces && textStarts[last + 1] == textStarts[piece]) {
            last++;
        }
        return last;
    }
}
