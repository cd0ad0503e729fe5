package dev.runner.report;

import dev.runner.source.Printable;
import java.time.Duration;
import java.util.Locale;

/** Colours, or none, and how times and widths look. */
record Style(boolean colours) {
    private static final String RESET = "\u001b[0m";

    String bold(String text) {
        return paint("1", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String green(String text) {
        return paint("32", text);
    }

    String yellow(String text) {
        return paint("33", text);
    }

    /** A colour for a job, the same in every line of a run. */
    String job(int index, String text) {
        return paint(String.valueOf(new int[] {36, 35, 34, 33, 32}[index % 5]), text);
    }

    private String paint(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + RESET : text;
    }

    /** {@code 0.4s}, {@code 12.3s}, {@code 2m05s}, {@code 1h02m}. */
    static String time(Duration duration) {
        long millis = Math.max(0, duration.toMillis());
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%d.%ds", millis / 1000, millis % 1000 / 100);
        }
        long seconds = millis / 1000;
        return seconds < 3600
                ? String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%dh%02dm", seconds / 3600, seconds % 3600 / 60);
    }

    static String withoutColours(String text) {
        return text.replaceAll("\u001b\\[[0-9;:]*m", "");
    }

    /** Columns that a text takes on a terminal, colours not counted. */
    static int width(String text) {
        return withoutColours(text).codePoints().map(Style::width).sum();
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = (c >= 0x1100 && c <= 0x115F)
                || (c >= 0x2E80 && c <= 0xA4CF)
                || (c >= 0xAC00 && c <= 0xD7A3)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0xFE30 && c <= 0xFE6F)
                || (c >= 0xFF00 && c <= 0xFF60)
                || (c >= 0x1F300 && c <= 0x1FAFF)
                || (c >= 0x20000 && c <= 0x3FFFD);
        return wide ? 2 : 1;
    }

    /** The beginning of a text that fits into so many columns; a cut is shown by an ellipsis. */
    static String fit(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder kept = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) == '\u001b') {
                int end = Math.min(Printable.sequenceEnd(text, i) + 1, text.length());
                kept.append(text, i, end);
                i = end;
                continue;
            }
            int c = text.codePointAt(i);
            if (used + width(c) > columns - 1) {
                break;
            }
            used += width(c);
            kept.appendCodePoint(c);
            i += Character.charCount(c);
        }
        kept.append('…');
        return text.indexOf('\u001b') >= 0 ? kept + RESET : kept.toString();
    }
}
