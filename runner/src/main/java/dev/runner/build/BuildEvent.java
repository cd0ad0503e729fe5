package dev.runner.build;

import dev.runner.source.Diagnostic;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happens in a build. A vertex is named as in {@code [linux/arm64 builder 3/5] RUN make}; its id is short and unique in the build. */
public sealed interface BuildEvent {
    /** Work on a vertex begins, or its result is looked up. */
    record VertexStarted(String id, String name) implements BuildEvent {}

    /** A line that a RUN step wrote, without its end; secrets are masked. */
    record VertexOutput(String id, Stream stream, String line) implements BuildEvent {}

    /**
     * A vertex is done.
     *
     * @param cached whether nothing had to run
     * @param miss why it was not taken from a cache, when it was not; null when cached or not looked up
     */
    record VertexFinished(
            String id,
            boolean cached,
            Duration duration,
            @Nullable Miss miss) implements BuildEvent {}

    /** A vertex failed, or was cancelled because another did. */
    record VertexFailed(String id, boolean cancelled, String message) implements BuildEvent {}

    /**
     * Bytes on the move; the last event of a transfer has {@code done == total}.
     *
     * @param what a digest or a name
     * @param total in bytes, -1 when unknown
     */
    record Transfer(Direction direction, String what, long done, long total) implements BuildEvent {}

    /**
     * Something to know that stops nothing.
     *
     * @param diagnostic where in the Dockerfile, or null when it is not about the Dockerfile
     */
    record Warning(String message, @Nullable Diagnostic diagnostic) implements BuildEvent {}

    /** Which stream of a process. */
    enum Stream {
        OUTPUT,
        ERROR
    }

    /** Which way bytes move. */
    enum Direction {
        PULL,
        PUSH
    }
}
