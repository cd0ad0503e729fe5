package dev.runner.expression;

import dev.runner.source.Span;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Finds where decoded text stands in its source. YAML changes text on the way: it takes quotes and escapes off, and
 * indentation and folded line breaks out. The two texts are walked side by side; where they cannot be brought together,
 * every position is the span's start, which is at least the right line.
 */
final class Placement {
    private final Span span;
    /** The source's offset of each character and of the end; null when unknown. */
    private final int @Nullable [] offsets;

    private Placement(Span span, int @Nullable [] offsets) {
        this.span = span;
        this.offsets = offsets;
    }

    static Placement of(String text, Span span) {
        String raw = span.text();
        int at = text.isEmpty() ? -1 : raw.indexOf(text);
        if (at < 0) {
            return new Placement(span, new Alignment(text, raw).offsets(span.start()));
        }
        int[] offsets = new int[text.length() + 1];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = span.start() + at + i;
        }
        return new Placement(span, offsets);
    }

    /** The source's span of a range of the text; an empty range is a caret's place. */
    Span at(int from, int to) {
        if (offsets == null) {
            return span.part(0, 1);
        }
        int start = offsets[Math.min(from, offsets.length - 1)];
        int end = to > from ? offsets[Math.min(to, offsets.length - 1) - 1] + 1 : start;
        return span.source().span(start, end);
    }

    /** The span of all the text, or the span it was given with when its place is unknown. */
    Span all() {
        return offsets == null || offsets.length == 1 ? span : at(0, offsets.length - 1);
    }

    /** The same for a part of the text. */
    Placement part(int from, int to) {
        return new Placement(
                offsets == null ? span : at(from, to),
                offsets == null ? null : Arrays.copyOfRange(offsets, from, to + 1));
    }

    /** One walk along both texts. */
    private static final class Alignment {
        private final String text;
        private final String raw;
        private final char quote;
        private int at;

        Alignment(String text, String raw) {
            this.text = text;
            this.raw = raw;
            char first = raw.isEmpty() ? ' ' : raw.charAt(0);
            this.quote = first == '\'' || first == '"' ? first : ' ';
            this.at = switch (first) {
                case '\'', '"' -> 1;
                case '|', '>' -> raw.indexOf('\n') + 1;
                default -> 0;
            };
        }

        int @Nullable [] offsets(int base) {
            int[] offsets = new int[text.length() + 1];
            for (int i = 0; i < text.length(); i++) {
                if (!step(text.charAt(i))) {
                    return null;
                }
                offsets[i] = base + at;
                at += width();
            }
            offsets[text.length()] = base + Math.min(at, raw.length());
            return offsets;
        }

        /** Moves to the character in the raw text that became this one; false when there is none. */
        private boolean step(char wanted) {
            boolean space = wanted == ' ' || wanted == '\n';
            while (!space && at < raw.length() && current() != wanted && skippable() > 0) {
                at += skippable();
            }
            if (at >= raw.length()) {
                return space;
            }
            return space ? Numbers.isSpace(raw.charAt(at)) || isEscape() : current() == wanted;
        }

        /** How many characters at this place may have gone: white space, or a line break behind a backslash. */
        private int skippable() {
            if (Numbers.isSpace(raw.charAt(at))) {
                return 1;
            }
            return isEscape() && Numbers.isSpace(raw.charAt(at + 1)) ? 2 : 0;
        }

        private boolean isEscape() {
            return quote == '"' && raw.charAt(at) == '\\' && at + 1 < raw.length();
        }

        /** The character that the raw text at this place stands for. */
        private char current() {
            if (!isEscape()) {
                return raw.charAt(at);
            }
            char escaped = raw.charAt(at + 1);
            return switch (escaped) {
                case 't' -> '\t';
                case 'r' -> '\r';
                case 'u', 'x' -> hexadecimal();
                default -> escaped;
            };
        }

        /** The character a numeric escape stands for; a span that is not the text's own may hold anything. */
        private char hexadecimal() {
            int end = at + width();
            boolean valid =
                    end <= raw.length() && raw.substring(at + 2, end).chars().allMatch(HexFormat::isHexDigit);
            return valid ? (char) HexFormat.fromHexDigits(raw, at + 2, end) : raw.charAt(at);
        }

        /**
         * How much of the raw text the character took: more than one for an escape or a doubled quote, and nothing for the
         * line break that a chomp made up.
         */
        private int width() {
            if (at >= raw.length()) {
                return 0;
            }
            if (isEscape()) {
                return switch (raw.charAt(at + 1)) {
                    case 'u' -> 6;
                    case 'x' -> 4;
                    default -> 2;
                };
            }
            return quote == '\'' && raw.startsWith("''", at) ? 2 : 1;
        }
    }
}
