package dev.runner.schedule;

import dev.runner.source.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that happened in a run. Secrets in its texts are masked. */
public sealed interface RunEvent {
    /** When it happened. */
    Instant at();

    /** The first event. Jobs whose matrix is still open are not in the list yet. */
    record RunStarted(Instant at, String pipeline, List<JobRef> jobs) implements RunEvent {
        public RunStarted {
            jobs = List.copyOf(jobs);
        }
    }

    /** An open matrix has been worked out; these jobs follow. */
    record JobsAdded(Instant at, String id, List<JobRef> jobs) implements RunEvent {
        public JobsAdded {
            jobs = List.copyOf(jobs);
        }
    }

    /**
     * A job begins; after a failed attempt, it begins again.
     *
     * @param attempt from 1
     * @param attempts how many there may be
     */
    record JobStarted(Instant at, JobRef job, int attempt, int attempts) implements RunEvent {}

    record StepStarted(Instant at, StepRef step) implements RunEvent {}

    /**
     * A line of output.
     *
     * @param text without line break
     * @param platform of the build that printed it, or null
     */
    record OutputLine(
            Instant at,
            StepRef step,
            StepOutput.Stream stream,
            String text,
            @Nullable String platform) implements RunEvent {}

    /**
     * A remark about a file, or about the run.
     *
     * @param job null for a remark about the run
     * @param step null for a remark about the job
     */
    record Annotation(
            Instant at,
            @Nullable JobRef job,
            @Nullable StepRef step,
            Level level,
            String message,
            @Nullable Place place)
            implements RunEvent {
        /** How grave it is. */
        public enum Level {
            NOTICE,
            WARNING,
            ERROR
        }

        /**
         * What it is about.
         *
         * @param file relative to the workspace, or null
         * @param line from 1; 0 when unknown
         * @param column from 1; 0 when unknown
         * @param endLine the last line of it; 0 when unknown
         * @param endColumn the last column of it; 0 when unknown
         */
        public record Place(
                @Nullable String title, @Nullable String file, int line, int column, int endLine, int endColumn) {
            /** A place whose end is unknown. */
            public Place(@Nullable String title, @Nullable String file, int line, int column) {
                this(title, file, line, column, 0, 0);
            }

            /** Where a piece of a file begins; nowhere for a text without a name. */
            public static Place of(Span span) {
                String file = span.source().name();
                return file.isEmpty() ? new Place(null, null, 0, 0) : new Place(null, file, span.line(), span.column());
            }
        }
    }

    /** An image can be pulled from now on. */
    record Published(Instant at, StepRef step, Published.Image image) implements RunEvent {
        /**
         * What was published.
         *
         * @param references full names with tags
         * @param digest of the index or manifest
         * @param platforms such as {@code linux/arm64}
         */
        public record Image(List<String> references, String digest, List<String> platforms) {
            public Image {
                references = List.copyOf(references);
                platforms = List.copyOf(platforms);
            }
        }
    }

    /** An image was built; it may not be anywhere else yet. */
    record Built(Instant at, StepRef step, Built.Image image) implements RunEvent {
        /**
         * What was built.
         *
         * @param references the names it was given; none where only its digest names it
         * @param digest of the index or manifest
         */
        public record Image(List<String> references, String digest, List<PlatformImage> platforms) {
            public Image {
                references = List.copyOf(references);
                platforms = List.copyOf(platforms);
            }
        }

        /**
         * One platform of it.
         *
         * @param platform such as {@code linux/arm64}
         * @param digest of its manifest
         * @param bytes what a pull of all of it moves; 0 when unknown
         * @param cached how many of the vertices needed no work
         * @param duration from its first vertex to its last
         */
        public record PlatformImage(
                String platform, String digest, long bytes, int cached, int vertices, Duration duration) {}
    }

    /**
     * A step is done, or was skipped: then it was never started.
     *
     * @param outcome before {@code continue-on-error} is applied
     * @param conclusion after it
     * @param failure when the outcome is a failure or a cancellation, and there is something to say
     */
    record StepFinished(
            Instant at,
            StepRef step,
            Result outcome,
            Result conclusion,
            Duration duration,
            Map<String, String> outputs,
            @Nullable StepFailure failure)
            implements RunEvent {
        public StepFinished {
            outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        }
    }

    /** A job has failed and is tried again. */
    record JobRetried(Instant at, JobRef job, int attempt, int attempts) implements RunEvent {}

    /**
     * A job is done, or was skipped: then it was never started.
     *
     * @param result how it ended
     * @param tolerated whether it failed and {@code continue-on-error} lets the run pass; {@code needs.<id>.result} is
     *     then {@code success}
     * @param failure of the job itself, such as a workspace that could not be made; null when a step says it
     */
    record JobFinished(
            Instant at,
            JobRef job,
            Result result,
            boolean tolerated,
            Duration duration,
            Map<String, String> outputs,
            @Nullable StepFailure failure)
            implements RunEvent {
        public JobFinished {
            outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        }
    }

    /** Somebody asked the run to stop; the second time, at once. */
    record CancelRequested(Instant at, boolean kill) implements RunEvent {}

    /** The last event. */
    record RunFinished(Instant at, RunResult result) implements RunEvent {}
}
