package dev.runner.build.embedded;

import dev.runner.oci.ImageConfig.Healthcheck;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Values as Go prints them: what BuildKit leaves in an image's history. */
final class GoText {
    private GoText() {}

    /** {@code %q} of a list: {@code ["a" "b c"]}. */
    static String quoted(List<String> words) {
        return words.stream().map(GoText::quote).collect(Collectors.joining(" ", "[", "]"));
    }

    /** {@code %v} of a list: {@code [a b c]}. */
    static String plain(List<String> words) {
        return "[" + String.join(" ", words) + "]";
    }

    /** {@code %q} of a health check's struct: {@code &{["CMD" "x"] "30s" "0s" "0s" "0s" '\x03'}}. */
    static String healthcheck(Healthcheck check) {
        List<String> times = Stream.of(check.interval(), check.timeout(), check.startPeriod(), check.startInterval())
                .map(nanos -> quote(duration(Duration.ofNanos(nanos))))
                .toList();
        return "&{" + quoted(check.test()) + " " + String.join(" ", times) + " " + rune(check.retries()) + "}";
    }

    /** {@code %q} of a number: the character it is. */
    private static String rune(int value) {
        String quoted = quote(Character.toString(value));
        String text = quoted.substring(1, quoted.length() - 1);
        return "'" + (value == '"' ? "\"" : value == '\'' ? "\\'" : text) + "'";
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 7 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case 11 -> quoted.append("\\v");
                default -> {
                    if (c < ' ' || c == 0x7F) {
                        quoted.append(String.format("\\x%02x", c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    /** A duration: {@code 1m30s}, {@code 1.5s}, {@code 500ms}, {@code 0s}. */
    static String duration(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        if (Math.abs(nanos) < 1_000) {
            return nanos + "ns";
        }
        if (Math.abs(nanos) < 1_000_000) {
            return decimal(nanos, 1_000) + "µs";
        }
        if (Math.abs(nanos) < 1_000_000_000) {
            return decimal(nanos, 1_000_000) + "ms";
        }
        long minutes = nanos / 60_000_000_000L;
        String seconds = decimal(nanos % 60_000_000_000L, 1_000_000_000) + "s";
        if (minutes == 0) {
            return seconds;
        }
        return (minutes >= 60 ? minutes / 60 + "h" : "") + minutes % 60 + "m" + seconds;
    }

    private static String decimal(long value, long unit) {
        return java.math.BigDecimal.valueOf(value)
                .divide(java.math.BigDecimal.valueOf(unit))
                .stripTrailingZeros()
                .toPlainString();
    }
}
