package dev.runner.build.bake;

import org.jspecify.annotations.Nullable;

/**
 * A variable of a bake file.
 *
 * @param type as written, or null
 * @param value as text, a list or map as JSON; null when it has none
 */
public record BakeVariable(
        String name,
        @Nullable String type,
        @Nullable String value,
        @Nullable String description) {}
