package dev.runner.build.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a container is.
 *
 * @param pid its first process as this machine counts; 0 when none lives
 * @param exitCode of the first process, 128 and the signal's number when a signal ended it; 0 until it has ended
 * @param error why it could not be started, or what limit it ran into; null for nothing
 * @param started null when it never was
 * @param finished null while it runs, or never did
 */
public record ContainerState(
        Status status,
        long pid,
        int exitCode,
        @Nullable String error,
        @Nullable Instant started,
        @Nullable Instant finished,
        Health health) {
    /** As {@code docker inspect} has it in lower case. */
    public enum Status {
        CREATED,
        RUNNING,
        /** It ended, and will begin again by its {@link RestartPolicy}. */
        RESTARTING,
        EXITED,
        /** Its owner died with it: what the exit code was is not known. */
        DEAD
    }

    /** What came of asking whether it is well. */
    public enum Health {
        /** Nobody asks. */
        NONE,
        STARTING,
        HEALTHY,
        UNHEALTHY
    }

    public boolean running() {
        return status == Status.RUNNING;
    }

    /** Whether it runs, or will by itself. */
    public boolean lasting() {
        return running() || status == Status.RESTARTING;
    }
}
