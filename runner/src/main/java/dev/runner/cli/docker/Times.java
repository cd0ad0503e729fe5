package dev.runner.cli.docker;

import dev.runner.dockerfile.GoValues;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Times that filters give: a duration before now, a date, a time, seconds since 1970. */
final class Times {
    private Times() {}

    static Instant before(String text) {
        Duration duration = GoValues.parseDuration(text);
        if (duration != null) {
            return Instant.now().minus(duration);
        }
        try {
            if (text.matches("\\d+(\\.\\d+)?")) {
                return Instant.ofEpochSecond((long) Double.parseDouble(text));
            }
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw DockerFailure.ofDaemon("failed to parse value as time or duration: \"" + text + "\"");
        }
    }
}
