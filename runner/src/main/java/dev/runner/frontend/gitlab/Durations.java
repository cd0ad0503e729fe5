package dev.runner.frontend.gitlab;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them for GitLab: {@code 1h 30m}, {@code 3 hours and 30 minutes}, {@code 2 weeks}. */
final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-z]*)");
    private static final Map<String, Long> SECONDS = units();

    private Durations() {}

    private static Map<String, Long> units() {
        Map<String, Long> units = new HashMap<>();
        put(units, 1, "", "s", "sec", "secs", "second", "seconds");
        put(units, 60, "m", "min", "mins", "minute", "minutes");
        put(units, 3600, "h", "hr", "hrs", "hour", "hours");
        put(units, 86_400, "d", "day", "days");
        put(units, 604_800, "w", "wk", "wks", "week", "weeks");
        put(units, 2_592_000, "mo", "mos", "month", "months");
        put(units, 31_557_600, "y", "yr", "yrs", "year", "years");
        return units;
    }

    private static void put(Map<String, Long> units, long seconds, String... names) {
        for (String name : names) {
            units.put(name, seconds);
        }
    }

    /** Null when the text is no duration; words such as {@code and} and commas are skipped. */
    static @Nullable Duration parse(String text) {
        String plain = text.toLowerCase(Locale.ROOT)
                .replace(",", " ")
                .replaceAll("\\band\\b", " ")
                .strip();
        if (plain.matches("\\d+:\\d{1,2}(:\\d{1,2})?")) {
            return clock(plain.split(":"));
        }
        Matcher part = PART.matcher(plain);
        BigDecimal sum = BigDecimal.ZERO;
        int end = 0;
        boolean any = false;
        while (part.find()) {
            Long unit = SECONDS.get(part.group(2));
            if (unit == null || !plain.substring(end, part.start()).isBlank()) {
                return null;
            }
            sum = sum.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
            end = part.end();
            any = true;
        }
        return any && plain.substring(end).isBlank() && sum.signum() > 0
                ? Duration.ofMillis(sum.movePointRight(3).longValue())
                : null;
    }

    private static Duration clock(String[] parts) {
        long seconds = 0;
        for (String part : parts) {
            seconds = seconds * 60 + Long.parseLong(part);
        }
        return Duration.ofSeconds(seconds);
    }
}
