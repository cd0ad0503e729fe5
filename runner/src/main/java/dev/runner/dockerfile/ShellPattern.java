package dev.runner.dockerfile;

import java.util.Arrays;

/**
 * A pattern of {@code ${v#p}} and its kin: {@code *} is any text, {@code ?} any character, neither a line break; a
 * backslash makes either, and itself, ordinary.
 *
 * <p>A pattern of literals and stars needs no regular expression: the ends that a start can reach are found by moving a
 * set of states over the text, as an automaton does, and the nearest or farthest of them is the shortest or longest
 * match.
 */
final class ShellPattern {
    private static final int ANY = -1;
    private static final int STAR = -2;

    private final int[] tokens;

    private ShellPattern(int[] tokens) {
        this.tokens = tokens;
    }

    /** A backslash before a character that needs none. */
    static final class InvalidEscapeException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidEscapeException(String escaped) {
            super("invalid escape '\\" + escaped + "'");
        }
    }

    static ShellPattern parse(String pattern) throws InvalidEscapeException {
        int[] points = pattern.codePoints().toArray();
        int[] tokens = new int[points.length];
        int count = 0;
        for (int at = 0; at < points.length; at++) {
            int c = points[at];
            if (c != '\\') {
                tokens[count++] = c == '*' ? STAR : c == '?' ? ANY : c;
                continue;
            }
            int escaped = at + 1 < points.length ? points[at + 1] : -1;
            if (escaped == '}' || escaped == '/') {
                continue;
            }
            if (escaped != '*' && escaped != '?' && escaped != '\\') {
                throw new InvalidEscapeException(escaped < 0 ? "" : Character.toString(escaped));
            }
            tokens[count++] = escaped;
            at++;
        }
        return new ShellPattern(Arrays.copyOf(tokens, count));
    }

    String withoutPrefix(String value, boolean longest) {
        int[] text = value.codePoints().toArray();
        int end = matchEnd(text, 0, longest);
        return end < 0 ? value : new String(text, end, text.length - end);
    }

    String withoutSuffix(String value, boolean longest) {
        int[] text = reversed(value.codePoints().toArray());
        int end = new ShellPattern(reversed(tokens)).matchEnd(text, 0, longest);
        return end < 0 ? value : new String(reversed(text), 0, text.length - end);
    }

    /** Replaces the first match, or every one, each as long as can be. */
    String replace(String value, String replacement, boolean all) {
        int[] text = value.codePoints().toArray();
        StringBuilder result = new StringBuilder(value.length());
        int copied = 0;
        int lastEnd = -1;
        for (int start = 0; start <= text.length; ) {
            int end = matchEnd(text, start, true);
            if (end < 0 || (end == start && start == lastEnd)) {
                start++;
                continue;
            }
            result.append(new String(text, copied, start - copied)).append(replacement);
            copied = end;
            lastEnd = end;
            start = Math.max(end, start + (end == start ? 1 : 0));
            if (!all) {
                break;
            }
        }
        return result.append(new String(text, copied, text.length - copied)).toString();
    }

    /** Where a match that begins at {@code start} ends, or -1. */
    private int matchEnd(int[] text, int start, boolean longest) {
        boolean[] states = new boolean[tokens.length + 1];
        states[0] = true;
        passStars(states);
        int found = -1;
        for (int at = start; ; at++) {
            if (states[tokens.length]) {
                found = at;
                if (!longest) {
                    return found;
                }
            }
            if (at == text.length || !step(states, text[at])) {
                return found;
            }
        }
    }

    /** Moves all states over one character; false if none is left. */
    private boolean step(boolean[] states, int c) {
        boolean alive = false;
        states[tokens.length] = false;
        for (int i = tokens.length - 1; i >= 0; i--) {
            if (!states[i]) {
                continue;
            }
            int token = tokens[i];
            boolean stays = token == STAR && c != '\n';
            states[i] = stays;
            if (token == c || (token == ANY && c != '\n')) {
                states[i + 1] = true;
                alive = true;
            }
            alive |= stays;
        }
        passStars(states);
        return alive;
    }

    private void passStars(boolean[] states) {
        for (int i = 0; i < tokens.length; i++) {
            if (states[i] && tokens[i] == STAR) {
                states[i + 1] = true;
            }
        }
    }

    private static int[] reversed(int[] values) {
        int[] result = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[values.length - 1 - i];
        }
        return result;
    }
}
