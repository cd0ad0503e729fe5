package dev.runner.build.bake.hcl;

import dev.runner.source.Span;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where an expression gets its variables and functions. */
public interface HclScope {
    /**
     * A variable's value, or null when there is none of this name.
     *
     * @throws dev.runner.source.InvalidSourceException when it is there and cannot be worked out
     */
    @Nullable
    HclValue variable(String name, Span at);

    /**
     * A name with an attribute of it, as {@code target.app}; null to evaluate the name and then take the attribute.
     * For what would be too much to evaluate as a whole, or would read itself.
     */
    default @Nullable HclValue path(List<String> names, Span at) {
        return null;
    }

    /** A function, or null when there is none of this name. */
    @Nullable
    HclFunction function(String name);

    /** The names that {@link #variable} knows, for remedies. */
    List<String> names();

    /** This scope with some variables in front. */
    default HclScope with(Map<String, HclValue> more) {
        HclScope outer = this;
        return new HclScope() {
            @Override
            public @Nullable HclValue variable(String name, Span at) {
                HclValue value = more.get(name);
                return value != null ? value : outer.variable(name, at);
            }

            @Override
            public @Nullable HclValue path(List<String> names, Span at) {
                return more.containsKey(names.getFirst()) ? null : outer.path(names, at);
            }

            @Override
            public @Nullable HclFunction function(String name) {
                return outer.function(name);
            }

            @Override
            public List<String> names() {
                return java.util.stream.Stream.concat(more.keySet().stream(), outer.names().stream())
                        .toList();
            }
        };
    }
}
