package dev.runner.step.action.metadata;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.time.temporal.WeekFields;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates in the formats of Moment.js, in English.
 *
 * @see <a href="https://momentjs.com/docs/#/displaying/format/">Moment.js, format</a>
 */
final class MomentFormat {
    private static final String ISO = "YYYY-MM-DDTHH:mm:ssZ";
    private static final Pattern TOKENS = Pattern.compile(
            "\\[([^\\[]*)]|\\\\.|LTS|LT|L{1,4}|l{1,4}|Mo|MM?M?M?|Do|DDDo|DDD?D?|do|dd?d?d?|[eE]|Qo?|wo|ww?|Wo|WW?"
                    + "|YYYYYY|YYYYY|YYYY|YY|y{1,4}|Y|GGGG|GG|gggg|gg|[aA]|hmmss|hmm|Hmmss|Hmm|HH?|hh?|kk?|mm?|ss?"
                    + "|S{1,9}|x|X|zz?|ZZ?|.",
            Pattern.DOTALL);
    private static final Map<String, String> LONG = Map.of(
            "LT", "h:mm A",
            "LTS", "h:mm:ss A",
            "L", "MM/DD/YYYY",
            "LL", "MMMM D, YYYY",
            "LLL", "MMMM D, YYYY h:mm A",
            "LLLL", "dddd, MMMM D, YYYY h:mm A",
            "l", "M/D/YYYY",
            "ll", "MMM D, YYYY",
            "lll", "MMM D, YYYY h:mm A",
            "llll", "ddd, MMM D, YYYY h:mm A");

    private final ZonedDateTime time;

    private MomentFormat(ZonedDateTime time) {
        this.time = time;
    }

    /**
     * A date as text.
     *
     * @param format empty for ISO 8601
     * @param zone such as {@code Asia/Tokyo}
     */
    static String format(Instant instant, String format, String zone) {
        try {
            return new MomentFormat(instant.atZone(ZoneId.of(zone))).text(format.isEmpty() ? ISO : format);
        } catch (DateTimeException e) {
            throw new MetadataException("there is no time zone " + zone);
        }
    }

    private String text(String format) {
        StringBuilder text = new StringBuilder();
        Matcher token = TOKENS.matcher(format);
        while (token.find()) {
            String word = token.group();
            if (token.group(1) != null) {
                text.append(token.group(1));
            } else if (word.startsWith("\\")) {
                text.append(word, 1, word.length());
            } else {
                String longer = LONG.get(word);
                text.append(longer == null ? token(word) : text(longer));
            }
        }
        return text.toString();
    }

    private String token(String word) {
        return switch (word.charAt(0)) {
            case 'M', 'Q', 'D', 'd', 'e', 'E' -> day(word);
            case 'w', 'W', 'Y', 'y', 'g', 'G' -> year(word);
            case 'a', 'A', 'h', 'H', 'k', 'm', 's', 'S', 'x', 'X', 'z', 'Z' -> clock(word);
            default -> word;
        };
    }

    private String day(String word) {
        int month = time.getMonthValue();
        int weekday = time.getDayOfWeek().getValue() % 7;
        return switch (word) {
            case "M" -> String.valueOf(month);
            case "Mo" -> ordinal(month);
            case "MM" -> padded(month, 2);
            case "MMM" -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.US);
            case "MMMM" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.US);
            case "Q" -> String.valueOf((month + 2) / 3);
            case "Qo" -> ordinal((month + 2) / 3);
            case "D" -> String.valueOf(time.getDayOfMonth());
            case "Do" -> ordinal(time.getDayOfMonth());
            case "DD" -> padded(time.getDayOfMonth(), 2);
            case "DDD" -> String.valueOf(time.getDayOfYear());
            case "DDDo" -> ordinal(time.getDayOfYear());
            case "DDDD" -> padded(time.getDayOfYear(), 3);
            case "d", "e" -> String.valueOf(weekday);
            case "do" -> ordinal(weekday);
            case "dd" -> weekday().substring(0, 2);
            case "ddd" -> weekday().substring(0, 3);
            case "dddd" -> weekday();
            case "E" -> String.valueOf(time.getDayOfWeek().getValue());
            default -> word;
        };
    }

    private String weekday() {
        return time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.US);
    }

    private String year(String word) {
        int week = time.get(WeekFields.SUNDAY_START.weekOfWeekBasedYear());
        int isoWeek = time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
        return switch (word) {
            case "w" -> String.valueOf(week);
            case "wo" -> ordinal(week);
            case "ww" -> padded(week, 2);
            case "W" -> String.valueOf(isoWeek);
            case "Wo" -> ordinal(isoWeek);
            case "WW" -> padded(isoWeek, 2);
            case "YY" -> padded(time.getYear() % 100, 2);
            case "YYYY" -> padded(time.getYear(), 4);
            case "YYYYY" -> padded(time.getYear(), 5);
            case "YYYYYY" -> "+" + padded(time.getYear(), 6);
            case "Y", "y", "yy", "yyy", "yyyy" -> String.valueOf(time.getYear());
            case "gg" -> padded(time.get(WeekFields.SUNDAY_START.weekBasedYear()) % 100, 2);
            case "gggg" -> padded(time.get(WeekFields.SUNDAY_START.weekBasedYear()), 4);
            case "GG" -> padded(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2);
            case "GGGG" -> padded(time.get(IsoFields.WEEK_BASED_YEAR), 4);
            default -> word;
        };
    }

    private String clock(String word) {
        int hour = time.getHour();
        int half = hour % 12 == 0 ? 12 : hour % 12;
        String minutes = padded(time.getMinute(), 2);
        String seconds = padded(time.getSecond(), 2);
        return switch (word) {
            case "a" -> hour < 12 ? "am" : "pm";
            case "A" -> hour < 12 ? "AM" : "PM";
            case "H" -> String.valueOf(hour);
            case "HH" -> padded(hour, 2);
            case "h" -> String.valueOf(half);
            case "hh" -> padded(half, 2);
            case "k" -> String.valueOf(hour == 0 ? 24 : hour);
            case "kk" -> padded(hour == 0 ? 24 : hour, 2);
            case "hmm" -> half + minutes;
            case "hmmss" -> half + minutes + seconds;
            case "Hmm" -> hour + minutes;
            case "Hmmss" -> hour + minutes + seconds;
            case "m" -> String.valueOf(time.getMinute());
            case "mm" -> minutes;
            case "s" -> String.valueOf(time.getSecond());
            case "ss" -> seconds;
            case "x" -> String.valueOf(time.toInstant().toEpochMilli());
            case "X" -> String.valueOf(time.toEpochSecond());
            case "Z" -> offset(":");
            case "ZZ" -> offset("");
            case "z", "zz" -> zone();
            default ->
                // Moment knows milliseconds only; more digits are zeros.
                word.startsWith("S")
                        ? padded(time.getNano() / 1_000_000, 3).concat("000000").substring(0, word.length())
                        : word;
        };
    }

    private String offset(String between) {
        int minutes = Math.abs(time.getOffset().getTotalSeconds()) / 60;
        return (time.getOffset().getTotalSeconds() < 0 ? "-" : "+")
                + padded(minutes / 60, 2)
                + between
                + padded(minutes % 60, 2);
    }

    private String zone() {
        return DateTimeFormatter.ofPattern("zzz", Locale.US).format(time);
    }

    private static String padded(int number, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "d", number);
    }

    private static String ordinal(int number) {
        int ten = number % 100 / 10;
        String ending = ten == 1
                ? "th"
                : switch (number % 10) {
                    case 1 -> "st";
                    case 2 -> "nd";
                    case 3 -> "rd";
                    default -> "th";
                };
        return number + ending;
    }
}
