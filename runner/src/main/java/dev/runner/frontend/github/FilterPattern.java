package dev.runner.frontend.github;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of branches, tags or paths, by GitHub's "Filter pattern cheat sheet": {@code *} is anything but {@code /},
 * {@code **} anything, {@code ?} and {@code +} repeat the character before them, {@code [ ]} is one of several characters,
 * and {@code !} in front takes away what matched before.
 */
final class FilterPattern {
    private final String text;
    private final boolean negated;
    private final Pattern pattern;

    private FilterPattern(String text, boolean negated, Pattern pattern) {
        this.text = text;
        this.negated = negated;
        this.pattern = pattern;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException when it is none; says why
     */
    static FilterPattern parse(String text) {
        boolean negated = text.startsWith("!");
        String rest = negated ? text.substring(1) : text;
        if (rest.isEmpty()) {
            throw new IllegalArgumentException("a pattern is empty");
        }
        try {
            return new FilterPattern(text, negated, Pattern.compile(regex(rest), Pattern.DOTALL));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is no pattern: " + e.getDescription(), e);
        }
    }

    private static String regex(String text) {
        StringBuilder regex = new StringBuilder();
        boolean repeatable = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*') {
                boolean all = text.startsWith("**", i);
                // What is in front of a folder may be nothing, slash and all.
                boolean folders = all && text.startsWith("**/", i) && (i == 0 || text.charAt(i - 1) == '/');
                regex.append(folders ? "(?:.*/)?" : all ? ".*" : "[^/]*");
                i += folders ? 2 : all ? 1 : 0;
                repeatable = false;
            } else if (c == '?' || c == '+') {
                if (!repeatable) {
                    throw new IllegalArgumentException("'" + text + "' is no pattern: '" + c
                            + "' repeats the character before it, and there is none");
                }
                regex.append(c);
                repeatable = false;
            } else if (c == '[') {
                int end = text.indexOf(']', i);
                if (end <= i + 1) {
                    throw new IllegalArgumentException("'" + text + "' is no pattern: '[' is not closed");
                }
                String members = text.substring(i + 1, end).replaceAll("[\\\\\\[^&]", "\\\\$0");
                regex.append('[').append(members).append(']');
                i = end;
                repeatable = true;
            } else {
                boolean escaped = c == '\\' && i + 1 < text.length();
                regex.append(Pattern.quote(String.valueOf(escaped ? text.charAt(++i) : c)));
                repeatable = true;
            }
        }
        return regex.toString();
    }

    boolean negated() {
        return negated;
    }

    boolean matches(String name) {
        return pattern.matcher(name).matches();
    }

    /** Whether a name is wanted: of all patterns that match it, the last one decides. */
    static boolean wants(List<FilterPattern> patterns, String name) {
        boolean wanted = false;
        for (FilterPattern pattern : patterns) {
            if (pattern.matches(name)) {
                wanted = !pattern.negated;
            }
        }
        return wanted;
    }

    /** What is wrong with a text as a pattern, or null. */
    static @Nullable String fault(String text) {
        try {
            parse(text);
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
