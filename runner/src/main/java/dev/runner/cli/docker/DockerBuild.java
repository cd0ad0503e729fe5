package dev.runner.cli.docker;

import dev.runner.registry.RegistryConfiguration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code docker build}, as the program's own build command is called for it.
 *
 * @param words flags and the context, as {@code runner build} takes them
 * @param keeps whether the image stays among those that {@code docker images} lists
 * @param collection the builder's policy of garbage collection, as the key {@code gc} of the program's configuration
 *     takes it; empty for the program's own
 * @param registries how the builder reaches registries, beside what the program knows
 * @param builder of the real Buildx, on which it is built; null for our engine
 */
public record DockerBuild(
        List<String> words,
        boolean keeps,
        String collection,
        RegistryConfiguration registries,
        @Nullable String builder) {
    /** By our engine. */
    public DockerBuild(List<String> words, boolean keeps, String collection, RegistryConfiguration registries) {
        this(words, keeps, collection, registries, null);
    }

    public DockerBuild {
        words = List.copyOf(words);
    }
}
