package dev.runner.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong, so that a reader reports every fault at once. Not safe for several threads. */
public final class Diagnostics {
    private final List<Diagnostic> found = new ArrayList<>();

    public void error(Span span, String message) {
        found.add(Diagnostic.error(span, message, null));
    }

    public void error(Span span, String message, @Nullable String remedy) {
        found.add(Diagnostic.error(span, message, remedy));
    }

    public void warning(Span span, String message, @Nullable String remedy) {
        found.add(Diagnostic.warning(span, message, remedy));
    }

    /** An unknown name, with the nearest known one as the remedy, or the list of them when none is near. */
    public void unknown(Span span, String kind, String name, Collection<String> known) {
        String near = NearNames.nearest(name, known);
        String remedy = near != null ? "did you mean '" + near + "'?" : "known here: " + String.join(", ", known);
        error(span, "unknown " + kind + " '" + name + "'", remedy);
    }

    public void add(Diagnostic diagnostic) {
        found.add(diagnostic);
    }

    public void addAll(Collection<Diagnostic> diagnostics) {
        found.addAll(diagnostics);
    }

    public boolean hasErrors() {
        return found.stream().anyMatch(Diagnostic::isError);
    }

    /** All of them, in the order of the text. */
    public List<Diagnostic> sorted() {
        return found.stream()
                .sorted(Comparator.comparing((Diagnostic d) -> d.span().source().name())
                        .thenComparingInt(d -> d.span().start()))
                .toList();
    }

    /** Throws {@link InvalidSourceException} with everything found, if there is an error among it. */
    public void throwIfErrors() {
        if (hasErrors()) {
            throw new InvalidSourceException(sorted());
        }
    }
}
