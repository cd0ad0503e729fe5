package dev.runner.build;

import java.nio.file.Path;

/** The files that COPY and ADD read when they name no other place. */
public sealed interface BuildContext {
    /** A folder; its {@code .dockerignore}, or the Dockerfile's own, says what is not part of it. */
    record Directory(Path path) implements BuildContext {
        public Directory {
            path = path.toAbsolutePath().normalize();
        }
    }

    /** No file at all, as for a Dockerfile from standard input. */
    record Empty() implements BuildContext {}
}
