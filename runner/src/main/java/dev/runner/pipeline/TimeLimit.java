package dev.runner.pipeline;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long something may take.
 *
 * @param written such as {@code 30m}, {@code 1h30m} or {@code 90s}
 * @param unit what a bare number counts, as GitHub's {@code timeout-minutes} does; null when a unit must be written
 */
public record TimeLimit(Template written, @Nullable Duration unit) {
    public static final String EXPECTED = "a duration such as 90s, 30m or 1h30m";

    private static final Map<String, Duration> UNITS = Map.of(
            "d", Duration.ofDays(1),
            "h", Duration.ofHours(1),
            "m", Duration.ofMinutes(1),
            "s", Duration.ofSeconds(1),
            "ms", Duration.ofMillis(1));
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|[dhms])");
    private static final Pattern WHOLE =
            Pattern.compile("(?:\\d{1,9}d)?(?:\\d{1,9}h)?(?:\\d{1,9}m)?(?:\\d{1,9}s)?(?:\\d{1,9}ms)?");
    private static final Pattern BARE = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

    /**
     * The limit.
     *
     * @return null when the template gives the empty string, which is no limit
     * @throws InvalidSourceException when it gives anything else that is not a positive duration
     */
    public @Nullable Duration value(Scope scope) {
        String text = written.text(scope);
        if (text.isEmpty()) {
            return null;
        }
        Duration limit = parse(text, unit);
        if (limit == null) {
            throw new InvalidSourceException(
                    Diagnostic.error(written.span(), "expected " + EXPECTED + ", but this gives '" + text + "'", null));
        }
        return limit;
    }

    /** A positive duration of at most a year, its units in falling order; null when the text is none. */
    public static @Nullable Duration parse(String text, @Nullable Duration unit) {
        Duration sum = Duration.ZERO;
        if (BARE.matcher(text).matches()) {
            if (unit == null) {
                return null;
            }
            BigDecimal millis = new BigDecimal(text).multiply(BigDecimal.valueOf(unit.toMillis()));
            sum = Duration.ofMillis(millis.longValue());
        } else if (!text.isEmpty() && WHOLE.matcher(text).matches()) {
            Matcher part = PART.matcher(text);
            while (part.find()) {
                Duration one = UNITS.get(part.group(2));
                sum = one == null ? sum : sum.plus(one.multipliedBy(Long.parseLong(part.group(1))));
            }
        }
        return sum.isPositive() && sum.compareTo(LONGEST) <= 0 ? sum : null;
    }
}
