package dev.runner.source;

import org.jspecify.annotations.Nullable;

/**
 * One fault or warning in a text.
 *
 * @param message what is wrong, one sentence without a full stop
 * @param remedy how to mend it, or null when the message says it all
 */
public record Diagnostic(
        Severity severity,
        Span span,
        String message,
        @Nullable String remedy) {
    /** An error stops the work; a warning is shown and the work goes on. */
    public enum Severity {
        ERROR,
        WARNING
    }

    public static Diagnostic error(Span span, String message, @Nullable String remedy) {
        return new Diagnostic(Severity.ERROR, span, message, remedy);
    }

    public static Diagnostic warning(Span span, String message, @Nullable String remedy) {
        return new Diagnostic(Severity.WARNING, span, message, remedy);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /**
     * The form people read:
     *
     * <pre>
     * pipeline.yml:3:5: error: unknown key 'step'
     *   3 |     step: []
     *     |     ^^^^
     *   help: did you mean 'steps'?
     * </pre>
     */
    public String render() {
        String number = Integer.toString(span.line());
        String margin = " ".repeat(number.length());
        Span line = span.source().line(span.line());
        StringBuilder text = new StringBuilder()
                .append(span.position())
                .append(isError() ? ": error: " : ": warning: ")
                .append(Printable.lines(message))
                .append("\n  ")
                .append(number)
                .append(" | ")
                .append(Printable.aligned(line.text().stripTrailing()))
                .append("\n  ")
                .append(margin)
                .append(" | ")
                .append(underline(line));
        if (remedy != null) {
            text.append("\n  help: ").append(Printable.lines(remedy));
        }
        return text.toString();
    }

    /** Tabs are repeated, so that the caret stands under its character however wide a tab is shown. */
    private String underline(Span line) {
        StringBuilder under = new StringBuilder();
        String text = line.text();
        int from = Math.min(span.start() - line.start(), text.length());
        for (int at = 0; at < from; at += Character.charCount(text.codePointAt(at))) {
            under.append(text.charAt(at) == '\t' ? '\t' : ' ');
        }
        int to = Math.min(span.end() - line.start(), text.stripTrailing().length());
        int width = to > from ? text.codePointCount(from, to) : 0;
        return under.append("^".repeat(Math.max(1, width))).toString();
    }
}
