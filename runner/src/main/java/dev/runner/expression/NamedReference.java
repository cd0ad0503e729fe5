package dev.runner.expression;

import dev.runner.source.Span;
import java.util.List;
import java.util.Locale;

/**
 * A context path an expression reads, such as {@code steps.app.outputs.digest}, as far as it is written literally:
 * {@code needs[matrix.x].result} gives {@code needs} (and {@code matrix.x}). A filter gives the segment {@code *}.
 *
 * @param path the segments as written, the context first; never empty
 * @param spans where each segment stands, as many as the path has
 * @param span the whole path
 */
public record NamedReference(List<String> path, List<Span> spans, Span span) {
    public NamedReference {
        path = List.copyOf(path);
        spans = List.copyOf(spans);
        if (path.isEmpty() || path.size() != spans.size()) {
            throw new IllegalArgumentException("a reference has a span for each segment");
        }
    }

    /** The context's name in lower case. */
    public String root() {
        return path.getFirst().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return String.join(".", path);
    }
}
