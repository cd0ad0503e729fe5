package dev.runner.build.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which of a container's output is wanted.
 *
 * @param tail how many lines from the end; negative for all
 * @param follow whether to go on until the container has ended
 * @param timestamps whether each line begins with its time, in UTC to the nanosecond
 */
public record LogQuery(
        int tail, @Nullable Instant since, @Nullable Instant until, boolean follow, boolean timestamps) {
    /** All there is now. */
    public static final LogQuery ALL = new LogQuery(-1, null, null, false, false);

    /** All there is and will be. */
    public static final LogQuery FOLLOW = new LogQuery(-1, null, null, true, false);
}
