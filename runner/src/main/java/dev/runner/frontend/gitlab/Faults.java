package dev.runner.frontend.gitlab;

import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects faults in GitLab's words, each once: a hash that several jobs share would tell of its fault for each. */
final class Faults {
    private final Diagnostics diagnostics = new Diagnostics();
    private final Set<String> seen = new HashSet<>();

    void error(Span span, String message) {
        error(span, message, null);
    }

    void error(Span span, String message, @Nullable String remedy) {
        if (seen.add(span.position() + message)) {
            diagnostics.error(line(span), message, remedy);
        }
    }

    void warning(Span span, String message, @Nullable String remedy) {
        if (seen.add(span.position() + message)) {
            diagnostics.warning(line(span), message, remedy);
        }
    }

    /** A caret under many lines helps nobody. */
    private static Span line(Span span) {
        int end = span.text().indexOf('\n');
        return end < 0 ? span : span.part(0, end);
    }

    void addAll(List<Diagnostic> found) {
        diagnostics.addAll(found);
    }

    boolean any() {
        return diagnostics.hasErrors();
    }

    void throwIfAny() {
        diagnostics.throwIfErrors();
    }

    List<Diagnostic> sorted() {
        return diagnostics.sorted();
    }
}
