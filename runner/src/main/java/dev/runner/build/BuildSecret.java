package dev.runner.build;

import dev.runner.secret.Secret;
import java.nio.file.Path;

/** What {@code RUN --mount=type=secret,id=…} shows to a step. */
public sealed interface BuildSecret {
    /** What the Dockerfile calls it. */
    String id();

    /** A value in memory. */
    record Value(String id, Secret value) implements BuildSecret {}

    /** A file's content, read when a step asks for it. */
    record File(String id, Path path) implements BuildSecret {}
}
