package dev.runner.dockerfile;

import dev.runner.source.Span;
import java.util.Objects;

/**
 * A here-document of RUN, COPY or ADD.
 *
 * @param name its delimiter, unquoted; the file's name where it becomes a file
 * @param fileDescriptor the number before {@code <<}, else 0
 * @param expand whether variables in it are expanded: the delimiter was not quoted
 * @param chomp whether it was opened by {@code <<-}
 * @param content its lines as written, each with its line break
 * @param span its lines, without the closing delimiter
 */
public record Heredoc(String name, int fileDescriptor, boolean expand, boolean chomp, String content, Span span) {
    public Heredoc {
        Objects.requireNonNull(name);
        Objects.requireNonNull(content);
        Objects.requireNonNull(span);
    }

    /** The content, without each line's leading tabs if it was opened by {@code <<-}. */
    public String data() {
        return chomp ? withoutLeadingTabs(content) : content;
    }

    Heredoc withContent(String changed) {
        return new Heredoc(name, fileDescriptor, expand, chomp, changed, span);
    }

    private static String withoutLeadingTabs(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        boolean lineStart = true;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (lineStart && c == '\t') {
                continue;
            }
            kept.append(c);
            lineStart = c == '\n';
        }
        return kept.toString();
    }
}
