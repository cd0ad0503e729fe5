package dev.runner.frontend.github;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A schedule's five fields, as POSIX's crontab has them, with names of months and days. */
final class Cron {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
    private static final int[][] RANGES = {{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}};
    private static final Pattern PART =
            Pattern.compile("(?:\\*|(?<from>\\w+)(?:-(?<to>\\w+))?)(?:/(?<step>\\d{1,2}))?");

    private Cron() {}

    static void check(Token schedule, Faults faults) {
        if (schedule instanceof Token.Fields fields && fields.get("cron") instanceof Token.Text cron) {
            if (!isValid(cron.value())) {
                faults.add(
                        cron, "Invalid cron expression. Expected format: '* * * * *' (minute hour day month weekday)");
            }
        }
    }

    static boolean isValid(String text) {
        String[] fields = text.strip().split("\\s+");
        if (fields.length != RANGES.length) {
            return false;
        }
        for (int i = 0; i < fields.length; i++) {
            for (String part : fields[i].split(",", -1)) {
                if (!isValid(part, i)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isValid(String part, int field) {
        Matcher matcher = PART.matcher(part);
        if (!matcher.matches()) {
            return false;
        }
        String step = matcher.group("step");
        if (step != null && Integer.parseInt(step) == 0) {
            return false;
        }
        String from = matcher.group("from");
        if (from == null) {
            return true;
        }
        int first = number(from, field);
        String to = matcher.group("to");
        int last = to == null ? first : number(to, field);
        return first >= RANGES[field][0] && last <= RANGES[field][1] && first <= last;
    }

    /** A number or a name; -1 for anything else. */
    private static int number(String text, int field) {
        if (text.matches("\\d{1,2}")) {
            return Integer.parseInt(text);
        }
        String name = text.toLowerCase(Locale.ROOT);
        return switch (field) {
            case 3 -> MONTHS.contains(name) ? MONTHS.indexOf(name) + 1 : -1;
            case 4 -> DAYS.indexOf(name);
            default -> -1;
        };
    }
}
