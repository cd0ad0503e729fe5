package dev.runner.dockerfile;

import dev.runner.source.Span;
import java.util.List;
import java.util.Objects;

/**
 * An instruction as its author wrote it.
 *
 * @param span from the keyword to the end of the last line, here-documents included
 * @param keyword the instruction's name in the case of the text
 * @param text one line: continuations joined, their comments gone, trimmed; what BuildKit prints and keeps in history
 * @param escape the Dockerfile's escape character, a backslash or a backtick
 * @param comments comment lines right above it, without their number sign
 */
public record Written(Span span, String keyword, String text, char escape, List<String> comments) {
    public Written {
        Objects.requireNonNull(span);
        Objects.requireNonNull(keyword);
        Objects.requireNonNull(text);
        comments = List.copyOf(comments);
    }
}
