package dev.runner.source;

/**
 * Text of others as it may be shown. File names, messages and Dockerfiles can hold what moves a terminal's cursor, starts a
 * line of its own that some other program takes for a command, or reverses what is read.
 */
public final class Printable {
    private static final char ESCAPE = '\u001b';

    private Printable() {}

    /** On one line, without any control character: they are shown as Java and C would write them. */
    public static String line(String text) {
        return escaped(text, false);
    }

    /** The same, but lines stay lines and tabs tabs. */
    public static String lines(String text) {
        return escaped(text, true);
    }

    /** Of as many characters as the text, so that a caret beneath stands where it should. */
    static String aligned(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(c != '\t' && isUnseen(c) ? '\uFFFD' : c));
        return clean.toString();
    }

    private static String escaped(String text, boolean breaks) {
        if (text.codePoints().noneMatch(Printable::isUnseen)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (!isUnseen(c) || breaks && (c == '\n' || c == '\t')) {
                clean.appendCodePoint(c);
            } else {
                clean.append(escape(c));
            }
        });
        return clean.toString();
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            // A byte of a name that is no UTF-8: see EntryNames.
            default ->
                c >= 0xDC80 && c <= 0xDCFF
                        ? String.format("\\x%02x", c & 0xFF)
                        : c < 0x100 ? String.format("\\x%02x", c) : String.format("\\u{%x}", c);
        };
    }

    private static boolean isUnseen(int c) {
        boolean direction = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0x200E || c == 0x200F;
        boolean lineBreak = c == 0x2028 || c == 0x2029;
        return Character.isISOControl(c) || c >= 0xD800 && c <= 0xDFFF || direction || lineBreak;
    }

    /** A program's output that stays on its line: only colours, and the last part of what it overwrote with CR. */
    public static String output(String text) {
        int cr = text.endsWith("\r") ? text.lastIndexOf('\r', text.length() - 2) : text.lastIndexOf('\r');
        String visible = cr >= 0 ? text.substring(cr + 1) : text;
        StringBuilder clean = new StringBuilder(visible.length());
        for (int i = 0; i < visible.length(); i++) {
            char c = visible.charAt(i);
            if (c == ESCAPE) {
                int end = sequenceEnd(visible, i);
                if (end < visible.length() && visible.charAt(end) == 'm') {
                    clean.append(visible, i, end + 1);
                }
                i = end;
            } else if (c == '\t') {
                clean.append("    ");
            } else if (c >= ' ' && (c < 0x7F || c > 0x9F)) {
                clean.append(c);
            }
        }
        return clean.toString();
    }

    /** Where the escape sequence ends that begins there; the text's length when it does not. */
    public static int sequenceEnd(String text, int escape) {
        int i = escape + 1;
        if (i >= text.length() || text.charAt(i) != '[') {
            return i;
        }
        i++;
        while (i < text.length() && (text.charAt(i) < '@' || text.charAt(i) > '~')) {
            i++;
        }
        return i;
    }
}
