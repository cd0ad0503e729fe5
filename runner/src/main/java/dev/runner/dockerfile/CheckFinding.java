package dev.runner.dockerfile;

import dev.runner.source.Diagnostic;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.List;
import java.util.Locale;

/**
 * A rule that an instruction breaks.
 *
 * @param message what is wrong here, in BuildKit's words
 */
public record CheckFinding(CheckRule rule, Span span, String message) {
    private static final String RULES = "https://docs.docker.com/go/dockerfile/rule/";
    private static final String RULER = "--------------------\n";

    /** The finding as a diagnostic; a warning, or an error if the options say {@code error=true}. */
    public Diagnostic diagnostic(boolean asError) {
        String text = rule.ruleName() + ": " + message;
        return asError ? Diagnostic.error(span, text, null) : Diagnostic.warning(span, text, null);
    }

    /** Where the rule is explained. */
    public String url() {
        String name = rule.ruleName().replaceAll("([a-z])([A-Z])|([A-Z])([A-Z][a-z])", "$1$3-$2$4");
        return RULES + name.toLowerCase(Locale.ROOT) + "/";
    }

    /** Findings as {@code docker build --check} prints them. */
    public static String report(List<CheckFinding> findings) {
        StringBuilder text = new StringBuilder("Check complete, ")
                .append(
                        switch (findings.size()) {
                            case 0 -> "no warnings found.";
                            case 1 -> "1 warning has been found!";
                            default -> findings.size() + " warnings have been found!";
                        })
                .append('\n');
        findings.forEach(finding -> text.append(finding.paragraph()));
        return text.toString();
    }

    private String paragraph() {
        StringBuilder text = new StringBuilder("\nWARNING: ")
                .append(rule.ruleName())
                .append(" - ")
                .append(url())
                .append('\n')
                .append(message)
                .append('\n')
                .append(span.source().name())
                .append(':')
                .append(span.line())
                .append('\n')
                .append(RULER);
        excerpt(text);
        return text.append(RULER).toString();
    }

    /** The lines, marked, and two around them on each side; more on one side where the other has none. */
    private void excerpt(StringBuilder text) {
        Source source = span.source();
        int last = Math.min(span.lastLine(), source.lineCount());
        int from = span.line();
        int to = last;
        int room = from == to ? 4 : 2;
        for (int used = 0; used < room; used++) {
            if (from > 1) {
                from--;
                used++;
            }
            if (to < source.lineCount()) {
                to++;
                used++;
            }
        }
        for (int line = from; line <= to; line++) {
            String mark = line >= span.line() && line <= last ? ">>>" : "   ";
            String content = source.line(line).text().stripTrailing();
            text.append(String.format(Locale.ROOT, " %3d | %s %s\n", line, mark, content));
        }
    }
}
