package dev.runner.build.bake.hcl;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import org.jspecify.annotations.Nullable;

/** A place in a text that is being read. Inside brackets line breaks are white space; {@link #open} counts these. */
final class Cursor {
    private final Source source;
    private final String text;
    private final int end;
    private int at;
    private int open;

    Cursor(Source source, int start, int end) {
        this.source = source;
        this.text = source.text();
        this.at = start;
        this.end = end;
    }

    int at() {
        return at;
    }

    int end() {
        return end;
    }

    void moveTo(int place) {
        at = place;
    }

    /** The same text from here to another end, for what lies inside. */
    Cursor within(int start, int stop) {
        return new Cursor(source, start, stop);
    }

    void open() {
        open++;
    }

    void close() {
        open--;
    }

    /** How deep in brackets; to be set anew inside an interpolation. */
    int depth(int depth) {
        int before = open;
        open = depth;
        return before;
    }

    boolean atEnd() {
        return at >= end;
    }

    char current() {
        return at < end ? text.charAt(at) : '\0';
    }

    char ahead(int distance) {
        return at + distance < end ? text.charAt(at + distance) : '\0';
    }

    boolean peek(char c) {
        return at < end && text.charAt(at) == c;
    }

    boolean startsWith(String word) {
        return at + word.length() <= end && text.startsWith(word, at);
    }

    boolean take(char c) {
        if (peek(c)) {
            at++;
            return true;
        }
        return false;
    }

    boolean take(String word) {
        if (startsWith(word)) {
            at += word.length();
            return true;
        }
        return false;
    }

    void skip(int count) {
        at = Math.min(end, at + count);
    }

    String text(int from, int to) {
        return text.substring(from, to);
    }

    /** The character here, as a span of one; empty at the end. */
    Span here() {
        return source.span(at, Math.min(end, at + 1));
    }

    Span from(int start) {
        return source.span(start, at);
    }

    InvalidSourceException fault(Span span, String message, @Nullable String remedy) {
        return new InvalidSourceException(Diagnostic.error(span, message, remedy));
    }

    /** Spaces and comments; line breaks, too, inside brackets. */
    void skipBlanks() {
        while (at < end) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\r' || open > 0 && c == '\n') {
                at++;
            } else if (startsWith("/*")) {
                int close = text.indexOf("*/", at + 2);
                if (close < 0 || close + 2 > end) {
                    throw fault(source.span(at, at + 2), "a comment is not closed", "end it with */");
                }
                at = close + 2;
            } else if (c == '#' || startsWith("//")) {
                while (at < end && text.charAt(at) != '\n') {
                    at++;
                }
            } else {
                return;
            }
        }
    }

    /** Spaces, comments and line breaks. */
    void skipLines() {
        int before = depth(1);
        skipBlanks();
        open = before;
    }

    boolean lineEnds() {
        return at >= end || text.charAt(at) == '\n';
    }

    /** A name of letters, digits, underscores and hyphens; null when there is none here. */
    @Nullable
    String identifier() {
        int start = at;
        if (at < end && (Character.isUnicodeIdentifierStart(text.codePointAt(at)) || text.charAt(at) == '_')) {
            while (at < end
                    && (Character.isUnicodeIdentifierPart(text.codePointAt(at)) && text.charAt(at) >= ' '
                            || text.charAt(at) == '-')) {
                at += Character.charCount(text.codePointAt(at));
            }
        }
        return at > start ? text.substring(start, at) : null;
    }
}
