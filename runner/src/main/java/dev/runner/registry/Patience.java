package dev.runner.registry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How often to try again and how long to wait before: twice as long each time, any part of it so that many clients do
 * not come back at once, and what the registry asks for where it asks.
 *
 * @param attempts in all, for broken connections and 5xx
 * @param rateLimited in all, for 429, which is not a failure but a slower pace
 * @param first the longest first wait
 * @param longest the longest wait, also when the registry asks for more
 */
record Patience(int attempts, int rateLimited, Duration first, Duration longest, Pause pause) {
    static final Patience NORMAL = new Patience(5, 12, Duration.ofMillis(300), Duration.ofSeconds(60), Thread::sleep);

    /** Waits; tests do not. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration duration) throws InterruptedException;
    }

    /**
     * The wait before an attempt.
     *
     * @param attempt the number of the attempt that failed, from 1
     * @param retryAfter the header's value: seconds or an HTTP date; null when there was none
     */
    Duration waitAfter(int attempt, @Nullable String retryAfter) {
        Duration asked = asked(retryAfter);
        if (asked != null) {
            return asked.compareTo(longest) > 0 ? longest : asked;
        }
        long most = Math.min(longest.toMillis(), first.toMillis() << Math.min(attempt - 1, 16));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }

    private static @Nullable Duration asked(@Nullable String header) {
        if (header == null) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(header.strip())));
        } catch (NumberFormatException notSeconds) {
            try {
                ZonedDateTime date = ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
                Duration wait = Duration.between(ZonedDateTime.now(date.getZone()), date);
                return wait.isNegative() ? Duration.ZERO : wait;
            } catch (DateTimeException e) {
                return null;
            }
        }
    }
}
