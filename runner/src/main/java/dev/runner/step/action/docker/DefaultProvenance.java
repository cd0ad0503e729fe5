package dev.runner.step.action.docker;

import dev.runner.step.action.input.ListInput;
import dev.runner.step.action.input.Payload;
import dev.runner.step.github.ActionContext;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is said of an image's making when a step does not say how much: all of it for a public repository, little for a
 * private one, and nothing where the image is loaded or exported for a daemon, which could not read it.
 *
 * @see <a href="https://docs.docker.com/build/ci/github-actions/attestations/#default-provenance">default provenance</a>
 */
final class DefaultProvenance {
    private final ActionContext context;

    DefaultProvenance(ActionContext context) {
        this.context = context;
    }

    /** {@code max} or {@code min}; null for none. */
    @Nullable
    String mode() {
        boolean refused = isTrue(context.environment().getOrDefault("BUILDX_NO_DEFAULT_ATTESTATIONS", ""));
        boolean local = context.inputs().isTrue("load")
                || ListInput.lines(context.inputs().raw("outputs")).stream()
                        .anyMatch(output -> output.startsWith("type=docker"));
        if (context.major() < 3 || refused || local) {
            return null;
        }
        return Payload.of(context).text("repository", "private").equals("true") ? "min" : "max";
    }

    private static boolean isTrue(String text) {
        return List.of("1", "t", "true").contains(text.toLowerCase(Locale.ROOT));
    }
}
