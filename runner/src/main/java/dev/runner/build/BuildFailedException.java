package dev.runner.build;

import dev.runner.oci.Platform;
import dev.runner.source.Diagnostic;
import dev.runner.source.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A build did not come to its end. Its message is one sentence for people; {@link #failure} says where and why. */
public final class BuildFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public BuildFailedException(String message, Failure failure, @Nullable Throwable cause) {
        super(message, cause);
        this.failure = failure;
    }

    /**
     * Where a build failed.
     *
     * @param vertex {@code [linux/arm64 builder 3/5] RUN make}, or what was being done, as {@code exporting the image}
     * @param stage the stage's name or number; null outside a stage
     * @param platform null where it is not about one
     * @param span the instruction in the Dockerfile; null where it is not about one
     * @param exitCode of the process; null when none ended
     * @param output the last lines that the step wrote, at most forty; secrets are masked
     * @param retryable whether the same build may pass when tried again, as after a network fault
     */
    public record Failure(
            String vertex,
            @Nullable String stage,
            @Nullable Platform platform,
            @Nullable Span span,
            @Nullable Integer exitCode,
            List<String> output,
            boolean retryable) {
        public Failure {
            output = List.copyOf(output);
        }

        /** A failure that is about no instruction. */
        public static Failure outside(String what, boolean retryable) {
            return new Failure(what, null, null, null, null, List.of(), retryable);
        }
    }

    public Failure failure() {
        return failure;
    }

    /** The message with the guilty line of the Dockerfile, or null when there is none. */
    public @Nullable Diagnostic diagnostic() {
        return failure.span() == null ? null : Diagnostic.error(failure.span(), String.valueOf(getMessage()), null);
    }
}
