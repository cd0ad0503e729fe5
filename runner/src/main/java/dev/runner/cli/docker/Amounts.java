package dev.runner.cli.docker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Sizes and times in Docker's words. */
final class Amounts {
    private static final List<String> DECIMAL = List.of("B", "kB", "MB", "GB", "TB", "PB");
    private static final List<String> BINARY = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

    private Amounts() {}

    /** {@code 95.2MB}: three digits, powers of 1000. */
    static String size(long bytes) {
        return scaled(bytes, 1000, DECIMAL, 3);
    }

    /** {@code 18.63GiB}: four digits, powers of 1024. */
    static String binary(long bytes) {
        return scaled(bytes, 1024, BINARY, 4);
    }

    private static String scaled(double value, double step, List<String> units, int digits) {
        int unit = 0;
        while (value >= step && unit < units.size() - 1) {
            value /= step;
            unit++;
        }
        String text = new java.math.BigDecimal(value)
                .round(new java.math.MathContext(digits))
                .stripTrailingZeros()
                .toPlainString();
        return text + units.get(unit);
    }

    /** {@code 40 minutes ago}. */
    static String ago(Instant then, Instant now) {
        return words(Duration.between(then, now)) + " ago";
    }

    /** {@code About an hour}, {@code 3 weeks}. */
    static String words(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        long minutes = seconds / 60;
        long hours = Math.round(seconds / 3600.0);
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return String.format(Locale.ROOT, "%d years", hours / 24 / 365);
    }
}
