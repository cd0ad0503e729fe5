package dev.runner.build.embedded.store;

import java.util.regex.PatternSyntaxException;

/**
 * One part of a path against a pattern, as Go's {@code filepath.Match}: {@code *} any run, {@code ?} any one character,
 * {@code [a-z]} and {@code [^a-z]} a class, {@code \} takes the next character as it is.
 *
 * @see <a href="https://pkg.go.dev/path/filepath#Match">filepath.Match</a>
 */
final class GoMatch {
    private final int[] pattern;
    private final int[] name;

    private GoMatch(String pattern, String name) {
        this.pattern = pattern.codePoints().toArray();
        this.name = name.codePoints().toArray();
    }

    static boolean hasMeta(String pattern) {
        return pattern.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '\\');
    }

    static boolean matches(String pattern, String name) {
        return new GoMatch(pattern, name).matches();
    }

    /** @throws PatternSyntaxException when the pattern is malformed, whatever name it is put to */
    static void check(String pattern) {
        GoMatch match = new GoMatch(pattern, "");
        int at = 0;
        while (at < match.pattern.length) {
            at = match.pattern[at] == '*' ? at + 1 : match.next(at);
        }
    }

    /** The position after the element that begins there. */
    private int next(int at) {
        switch (pattern[at]) {
            case '\\' -> {
                require(at + 1 < pattern.length, at);
                return at + 2;
            }
            case '[' -> {
                return inClass(at, 0) >>> 1;
            }
            default -> {
                return at + 1;
            }
        }
    }

    /** On a mismatch only the last star is tried with more: it can take whatever an earlier one would. */
    private boolean matches() {
        int p = 0;
        int n = 0;
        int star = -1;
        int taken = 0;
        while (n < name.length || p < pattern.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                taken = n;
            } else if (p < pattern.length && n < name.length && one(p, name[n])) {
                p = next(p);
                n++;
            } else if (star >= 0 && taken < name.length) {
                p = star + 1;
                n = ++taken;
            } else {
                return false;
            }
        }
        return true;
    }

    private boolean one(int at, int c) {
        return switch (pattern[at]) {
            case '?' -> true;
            case '\\' -> pattern[at + 1] == c;
            case '[' -> (inClass(at, c) & 1) == 1;
            default -> pattern[at] == c;
        };
    }

    /** Twice the position after the class, plus one if the character is in it. */
    private int inClass(int start, int c) {
        int at = start + 1;
        boolean negated = at < pattern.length && pattern[at] == '^';
        if (negated) {
            at++;
        }
        boolean in = false;
        boolean any = false;
        while (!(any && at < pattern.length && pattern[at] == ']')) {
            at = bound(at, start);
            int low = pattern[at++];
            int high = low;
            if (at < pattern.length && pattern[at] == '-') {
                at = bound(at + 1, start);
                high = pattern[at++];
            }
            in |= low <= c && c <= high;
            any = true;
            require(at < pattern.length, start);
        }
        return (at + 1) * 2 + (in != negated ? 1 : 0);
    }

    private int bound(int from, int start) {
        require(from < pattern.length && pattern[from] != '-' && pattern[from] != ']', start);
        int at = pattern[from] == '\\' ? from + 1 : from;
        require(at < pattern.length, start);
        return at;
    }

    private void require(boolean good, int at) {
        if (!good) {
            throw new PatternSyntaxException("malformed pattern", new String(pattern, 0, pattern.length), at);
        }
    }
}
