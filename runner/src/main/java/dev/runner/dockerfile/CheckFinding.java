package dev.runner.dockerfile;

import dev.runner.source.Diagnostic;
import dev.runner.source.Span;

/**
 * A rule that an instruction breaks.
 *
 * @param message what is wrong here, in BuildKit's words
 */
public record CheckFinding(CheckRule rule, Span span, String message) {
    /** The finding as a diagnostic; a warning, or an error if the options say {@code error=true}. */
    public Diagnostic diagnostic(boolean asError) {
        String text = rule.ruleName() + ": " + message;
        return asError ? Diagnostic.error(span, text, null) : Diagnostic.warning(span, text, null);
    }
}
