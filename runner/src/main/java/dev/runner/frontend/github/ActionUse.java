package dev.runner.frontend.github;

import dev.runner.source.Span;
import java.util.Map;

/**
 * A use of an action, for those who know actions.
 *
 * @param inputs where each is written, by name
 */
public record ActionUse(String action, Span span, Map<String, Span> inputs) {
    public ActionUse {
        inputs = Map.copyOf(inputs);
    }
}
