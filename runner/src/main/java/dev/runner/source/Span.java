package dev.runner.source;

/** A range of a {@link Source}: {@code start} inclusive, {@code end} exclusive, in UTF-16 code units. */
public record Span(Source source, int start, int end) {
    public Span {
        if (start < 0 || end < start || end > source.text().length()) {
            throw new IllegalArgumentException("no span " + start + ".." + end + " in " + source.name());
        }
    }

    /** The line it starts on, counted from 1. */
    public int line() {
        return source.lineOf(start);
    }

    /** The column it starts at, counted from 1 in code points. */
    public int column() {
        return source.columnOf(start);
    }

    /** The line it ends on, counted from 1. */
    public int endLine() {
        return source.lineOf(Math.max(start, end - 1));
    }

    /** The last line that has something of it besides white space. */
    public int lastLine() {
        return line()
                + (int) text().stripTrailing().chars().filter(c -> c == '\n').count();
    }

    public String text() {
        return source.text().substring(start, end);
    }

    /** A range inside this one, by offsets from its start; clamped to it. */
    public Span part(int from, int to) {
        int first = Math.clamp((long) start + from, start, end);
        return new Span(source, first, Math.clamp((long) start + to, first, end));
    }

    /** From this one's start to the other's end. */
    public Span to(Span other) {
        return new Span(source, start, Math.max(end, other.end));
    }

    /** {@code name:line:column}, as compilers print it. */
    public String position() {
        return source.name() + ":" + line() + ":" + column();
    }

    @Override
    public String toString() {
        return position();
    }
}
