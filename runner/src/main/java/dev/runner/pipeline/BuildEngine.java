package dev.runner.pipeline;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What builds images, as a pipeline or a build step says it.
 *
 * @param kind null where nothing is said, which leaves it to the run
 * @param builder of BuildKit; null for Buildx's current one
 */
public record BuildEngine(@Nullable Kind kind, @Nullable Builder builder) {
    /** Nothing is said. */
    public static final BuildEngine ANY = new BuildEngine(null, null);

    /** What there is. */
    public enum Kind {
        EMBEDDED,
        BUILDKIT
    }

    public BuildEngine {
        kind = kind == null && builder != null ? Kind.BUILDKIT : kind;
    }

    /** What holds where this says nothing. */
    public BuildEngine or(BuildEngine otherwise) {
        if (kind == null) {
            return otherwise;
        }
        boolean same = kind == Kind.BUILDKIT && builder == null && otherwise.kind != Kind.EMBEDDED;
        return same ? new BuildEngine(kind, otherwise.builder) : this;
    }

    /**
     * A builder of Buildx.
     *
     * @param name null for one of the run's own
     * @param driver null for a builder that is there
     * @param nodes the first makes it, the others are appended
     * @param keep whether one that was made stays when the run ends
     */
    public record Builder(@Nullable Template name, @Nullable String driver, List<Node> nodes, Flag keep) {
        public Builder {
            nodes = List.copyOf(nodes);
        }

        /** The name, or null. */
        public @Nullable String name(Scope scope) {
            String text = name == null ? "" : name.text(scope).strip();
            return text.isEmpty() ? null : text;
        }
    }

    /**
     * One node of a builder.
     *
     * @param endpoint a Docker context or an address, or null for the current engine
     * @param options of the driver
     * @param flags of BuildKit's daemon
     * @param config {@code buildkitd.toml}: a file of the workspace, or the text itself, which has more than one line
     */
    public record Node(
            @Nullable Template name,
            @Nullable Template endpoint,
            TemplateList platforms,
            TemplateMap options,
            @Nullable Template flags,
            @Nullable Template config) {}
}
