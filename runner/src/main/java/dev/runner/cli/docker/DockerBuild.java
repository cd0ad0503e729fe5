package dev.runner.cli.docker;

import java.util.List;

/**
 * A {@code docker build}, as the program's own build command is called for it.
 *
 * @param words flags and the context, as {@code runner build} takes them
 * @param keeps whether the image stays among those that {@code docker images} lists
 * @param collection the builder's policy of garbage collection, as the key {@code gc} of the program's configuration
 *     takes it; empty for the program's own
 */
public record DockerBuild(List<String> words, boolean keeps, String collection) {
    public DockerBuild {
        words = List.copyOf(words);
    }
}
