package dev.runner.build.bake.hcl;

import dev.runner.build.bake.hcl.HclFunctions.Table;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Functions on times, which are texts as RFC 3339 has them. */
final class TimeFunctions {
    /** A run of one letter, a quoted text, or anything else. */
    private static final Pattern PART = Pattern.compile("'((?:[^']|'')*)'|([A-Za-z])\\2*|[^A-Za-z']+");

    /** As Go's time.ParseDuration: {@code 1h30m}, {@code -1.5s}. */
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");

    private TimeFunctions() {}

    static void add(Table table) {
        table.add(
                "timestamp",
                0,
                a -> HclValue.of(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
        table.add("timeadd", 2, a -> HclValue.of(written(time(a.text(0)).plus(duration(a.text(1))))));
        table.add("formatdate", 2, a -> HclValue.of(formatted(a.text(0), time(a.text(1)))));
    }

    private static OffsetDateTime time(String text) {
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeParseException e) {
            throw new HclFault("\"" + text + "\" is no time as 2026-01-31T12:00:00Z");
        }
    }

    private static String written(OffsetDateTime time) {
        return time.format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX", Locale.ROOT));
    }

    private static Duration duration(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        Matcher part = DURATION.matcher(rest);
        Duration sum = Duration.ZERO;
        int at = 0;
        while (part.find() && part.start() == at) {
            double count = Double.parseDouble(part.group(1));
            long unit = switch (part.group(2)) {
                case "ns" -> 1L;
                case "us", "µs" -> 1_000L;
                case "ms" -> 1_000_000L;
                case "s" -> 1_000_000_000L;
                case "m" -> 60_000_000_000L;
                default -> 3_600_000_000_000L;
            };
            sum = sum.plusNanos(Math.round(count * unit));
            at = part.end();
        }
        if (at < rest.length() || rest.isEmpty() || sum.isZero() && !rest.matches("[0.]+[a-zµ]*")) {
            throw new HclFault("\"" + text + "\" is no duration as 1h30m");
        }
        return negative ? sum.negated() : sum;
    }

    private static String formatted(String pattern, OffsetDateTime time) {
        StringBuilder out = new StringBuilder();
        Matcher part = PART.matcher(pattern);
        int at = 0;
        while (part.find() && part.start() == at) {
            at = part.end();
            if (part.group(1) != null) {
                out.append(part.group(1).replace("''", "'"));
            } else if (part.group(2) == null) {
                out.append(part.group());
            } else {
                out.append(field(part.group(), time));
            }
        }
        if (at < pattern.length()) {
            throw new HclFault("a quote in the format is not closed");
        }
        return out.toString();
    }

    private static String field(String letters, OffsetDateTime time) {
        int twelve = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
        return switch (letters) {
            case "YY" -> two(time.getYear() % 100);
            case "YYYY" -> String.format(Locale.ROOT, "%04d", time.getYear());
            case "M" -> Integer.toString(time.getMonthValue());
            case "MM" -> two(time.getMonthValue());
            case "MMM" -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "MMMM" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "D" -> Integer.toString(time.getDayOfMonth());
            case "DD" -> two(time.getDayOfMonth());
            case "EEE" -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "EEEE" -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "h" -> Integer.toString(time.getHour());
            case "hh" -> two(time.getHour());
            case "H" -> Integer.toString(twelve);
            case "HH" -> two(twelve);
            case "AA" -> time.getHour() < 12 ? "AM" : "PM";
            case "aa" -> time.getHour() < 12 ? "am" : "pm";
            case "m" -> Integer.toString(time.getMinute());
            case "mm" -> two(time.getMinute());
            case "s" -> Integer.toString(time.getSecond());
            case "ss" -> two(time.getSecond());
            case "Z" -> time.getOffset().equals(ZoneOffset.UTC) ? "Z" : offset(time, "xxx");
            case "ZZZ" -> time.getOffset().equals(ZoneOffset.UTC) ? "UTC" : offset(time, "xx");
            case "ZZZZ" -> offset(time, "xx");
            case "ZZZZZ" -> offset(time, "xxx");
            default -> throw new HclFault("\"" + letters + "\" is no part of a date; put a text into '…'");
        };
    }

    private static String two(int number) {
        return String.format(Locale.ROOT, "%02d", number);
    }

    private static String offset(OffsetDateTime time, String pattern) {
        return time.format(DateTimeFormatter.ofPattern(pattern, Locale.ROOT));
    }
}
