package dev.runner.dockerfile;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values as Go's library reads them, since flags of a Dockerfile have its spellings; null for what it refuses. */
public final class GoValues {
    private static final String UNITS = "bkmgtp";

    private GoValues() {}

    /** As {@code strconv.ParseBool}. */
    static @Nullable Boolean parseBoolean(String text) {
        return switch (text) {
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default -> null;
        };
    }

    /** As {@code units.RAMInBytes}: {@code 64}, {@code 64m}, {@code 1.5 GiB}; units are powers of 1024. */
    public static @Nullable Long parseBytes(String text) {
        int digits = 0;
        while (digits < text.length() && (text.charAt(digits) == '.' || Character.isDigit(text.charAt(digits)))) {
            digits++;
        }
        String unit = text.substring(digits).strip().toLowerCase(Locale.ROOT);
        String letter = unit.endsWith("ib") && unit.length() == 3
                ? unit.substring(0, 1)
                : unit.endsWith("b") && unit.length() == 2 ? unit.substring(0, 1) : unit;
        int power = letter.isEmpty() ? 0 : UNITS.indexOf(letter);
        if (power < 0 || letter.length() > 1 || digits > 18) {
            return null;
        }
        try {
            return new BigDecimal(text.substring(0, digits))
                    .multiply(BigDecimal.valueOf(1L << (10 * power)))
                    .longValue();
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** As {@code time.ParseDuration}: {@code 1h15m30.5s}, {@code -1.5h}, {@code 0}. */
    public static @Nullable Duration parseDuration(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < rest.length()) {
            int number = at;
            while (at < rest.length() && (rest.charAt(at) == '.' || isDigit(rest.charAt(at)))) {
                at++;
            }
            int unit = at;
            while (at < rest.length() && rest.charAt(at) != '.' && !isDigit(rest.charAt(at))) {
                at++;
            }
            long scale = nanosIn(rest.substring(unit, at));
            String digits = rest.substring(number, unit);
            if (scale == 0 || digits.length() > 18 || digits.isEmpty() || digits.equals(".")) {
                return null;
            }
            if (digits.indexOf('.') != digits.lastIndexOf('.')) {
                return null;
            }
            nanos = nanos.add(new BigDecimal(digits).multiply(BigDecimal.valueOf(scale)));
        }
        if (rest.isEmpty() || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return null;
        }
        return Duration.ofNanos(negative ? -nanos.longValue() : nanos.longValue());
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static long nanosIn(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 0;
        };
    }
}
