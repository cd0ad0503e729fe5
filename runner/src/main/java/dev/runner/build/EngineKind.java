package dev.runner.build;

import java.util.Locale;

/** What builds images. */
public enum EngineKind {
    /** This process. */
    EMBEDDED,
    /** BuildKit, through Buildx. */
    BUILDKIT;

    /**
     * Reads what {@code --engine} takes.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static EngineKind parse(String word) {
        return switch (word) {
            case "embedded" -> EMBEDDED;
            case "buildkit" -> BUILDKIT;
            default -> throw new IllegalArgumentException("the engine is embedded or buildkit, not '" + word + "'");
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
