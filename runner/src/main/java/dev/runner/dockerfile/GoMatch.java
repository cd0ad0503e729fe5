package dev.runner.dockerfile;

/**
 * Wildcards as Go's {@code filepath.Match} knows them, which COPY and ADD use: {@code *} and {@code ?} stand for
 * anything but a slash, {@code [a-z]} and {@code [^a-z]} for one character, a backslash makes the next one ordinary. The
 * pattern must match the whole name.
 *
 * @see <a href="https://pkg.go.dev/path/filepath#Match">filepath.Match</a>
 */
public final class GoMatch {
    private GoMatch() {}

    /** A pattern that is malformed: an open bracket, an empty class or a backslash at its end. */
    public static final class BadPatternException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String pattern;

        BadPatternException(String pattern) {
            super("syntax error in pattern: " + pattern);
            this.pattern = pattern;
        }

        public String pattern() {
            return pattern;
        }
    }

    /** Whether a path has a character that makes it a pattern. */
    public static boolean hasWildcard(String path) {
        for (int at = 0; at < path.length(); at++) {
            char c = path.charAt(at);
            if (c == '*' || c == '?' || c == '[' || c == '\\') {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the name matches.
     *
     * @throws BadPatternException if the pattern is malformed, whatever the name
     */
    public static boolean match(String pattern, String name) {
        check(pattern);
        return new Matcher(pattern, name).match();
    }

    /** @throws BadPatternException if the pattern is malformed */
    public static void check(String pattern) {
        for (int at = 0; at < pattern.length(); at++) {
            char c = pattern.charAt(at);
            if (c == '[') {
                at = new ClassReader(pattern, at).end();
            } else if (c == '\\' && ++at == pattern.length()) {
                throw new BadPatternException(pattern);
            }
        }
    }

    /** Remembers the last star only: a later star makes an earlier one's choice final, since neither passes a slash. */
    private static final class Matcher {
        private final String pattern;
        private final String name;
        private int p;
        private int n;

        Matcher(String pattern, String name) {
            this.pattern = pattern;
            this.name = name;
        }

        boolean match() {
            int starPattern = -1;
            int starName = 0;
            while (true) {
                if (p < pattern.length() && pattern.charAt(p) == '*') {
                    starPattern = ++p;
                    starName = n;
                } else if (p == pattern.length() && n == name.length()) {
                    return true;
                } else if (!(p < pattern.length() && n < name.length() && one())) {
                    if (starPattern < 0 || starName >= name.length() || name.charAt(starName) == '/') {
                        return false;
                    }
                    starName += Character.charCount(name.codePointAt(starName));
                    p = starPattern;
                    n = starName;
                }
            }
        }

        /** Matches one character of the name and moves both ends past it. */
        private boolean one() {
            int c = name.codePointAt(n);
            int token = pattern.codePointAt(p);
            boolean matches;
            if (token == '[') {
                ClassReader reader = new ClassReader(pattern, p);
                matches = c != '/' && reader.contains(c);
                p = reader.end() + 1;
            } else if (token == '?') {
                matches = c != '/';
                p++;
            } else {
                p += token == '\\' ? 1 : 0;
                int literal = pattern.codePointAt(p);
                matches = literal == c;
                p += Character.charCount(literal);
            }
            n += Character.charCount(c);
            return matches;
        }
    }

    /** Reads {@code [^a-z\]]}. */
    private static final class ClassReader {
        private final String pattern;
        private final int open;
        private int at;

        ClassReader(String pattern, int open) {
            this.pattern = pattern;
            this.open = open;
        }

        /** The offset of the closing bracket. */
        int end() {
            scan(-1);
            return at;
        }

        boolean contains(int c) {
            return scan(c);
        }

        private boolean scan(int c) {
            at = open + 1;
            boolean negated = at < pattern.length() && pattern.charAt(at) == '^';
            if (negated) {
                at++;
            }
            boolean found = false;
            for (int ranges = 0; ranges == 0 || !isAt(']'); ranges++) {
                int low = character();
                int high = low;
                if (isAt('-')) {
                    at++;
                    high = character();
                }
                found |= low <= c && c <= high;
            }
            return found != negated;
        }

        private boolean isAt(char c) {
            return at < pattern.length() && pattern.charAt(at) == c;
        }

        private int character() {
            if (at == pattern.length() || isAt('-') || isAt(']')) {
                throw new BadPatternException(pattern);
            }
            if (isAt('\\')) {
                at++;
                if (at == pattern.length()) {
                    throw new BadPatternException(pattern);
                }
            }
            int c = pattern.codePointAt(at);
            at += Character.charCount(c);
            if (at == pattern.length()) {
                throw new BadPatternException(pattern);
            }
            return c;
        }
    }
}
