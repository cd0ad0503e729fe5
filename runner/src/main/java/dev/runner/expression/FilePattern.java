package dev.runner.expression;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * One pattern of {@code hashFiles}: {@code *} and {@code ?} within a name, {@code [a-z]} a set of characters, {@code **}
 * any number of folders, {@code ~} the home folder, {@code !} what to leave out. Names that begin with a dot are nothing
 * special, and braces neither.
 */
final class FilePattern {
    private final boolean negated;
    private final List<Segment> segments;

    private FilePattern(boolean negated, List<Segment> segments) {
        this.negated = negated;
        this.segments = List.copyOf(segments);
    }

    /**
     * One name of a path.
     *
     * @param literal the name when the segment has no wildcard, else null
     * @param pattern what a name must match, null for {@code **}
     */
    private record Segment(
            @Nullable String literal, @Nullable Pattern pattern) {
        static final Segment EVERYTHING = new Segment(null, null);

        static Segment literal(String name) {
            return new Segment(name, Pattern.compile(Pattern.quote(name)));
        }

        boolean isEverything() {
            return pattern == null;
        }

        boolean accepts(String name) {
            return pattern == null || pattern.matcher(name).matches();
        }
    }

    static FilePattern parse(Path root, String text) {
        boolean negated = false;
        String rest = text;
        while (rest.startsWith("!")) {
            negated = !negated;
            rest = rest.substring(1).strip();
        }
        if (rest.isEmpty()) {
            throw new IllegalArgumentException("the pattern '" + text + "' is empty");
        }
        List<Segment> segments = new ArrayList<>();
        if (rest.equals("~") || rest.startsWith("~/")) {
            Path.of(System.getProperty("user.home")).forEach(name -> segments.add(Segment.literal(name.toString())));
            rest = rest.substring(1);
        } else if (!rest.startsWith("/")) {
            root.forEach(name -> segments.add(Segment.literal(name.toString())));
        }
        if (rest.equals(".") || rest.startsWith("./")) {
            rest = rest.substring(1);
        }
        for (String name : rest.split("/+")) {
            if (!name.isEmpty()) {
                segments.add(segment(name, text));
            }
        }
        return new FilePattern(negated, segments);
    }

    private static Segment segment(String name, String whole) {
        if (name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    "the pattern '" + whole + "' is not allowed: '.' and '..' can only stand in front");
        }
        if (name.equals("**")) {
            return Segment.EVERYTHING;
        }
        String literal = literal(name);
        if (literal != null) {
            return Segment.literal(literal);
        }
        try {
            return new Segment(null, Pattern.compile(regex(name), Pattern.DOTALL));
        } catch (PatternSyntaxException _) {
            // A set that cannot be read, such as [z-a], matches nothing but its own text.
            return Segment.literal(name);
        }
    }

    /** The name without escapes when it has no wildcard, else null. */
    private static @Nullable String literal(String name) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '*' || c == '?' || c == '[' && setEnd(name, i) > 0) {
                return null;
            }
            if (c == '\\' && i + 1 < name.length()) {
                c = name.charAt(++i);
            }
            plain.append(c);
        }
        return plain.toString();
    }

    private static String regex(String name) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            int end = c == '[' ? setEnd(name, i) : -1;
            if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else if (end > 0) {
                regex.append(set(name.substring(i + 1, end)));
                i = end;
            } else {
                boolean escaped = c == '\\' && i + 1 < name.length();
                regex.append(Pattern.quote(String.valueOf(escaped ? name.charAt(++i) : c)));
            }
        }
        return regex.toString();
    }

    /** The index of the bracket that closes a set, or -1; a bracket that comes first belongs to the set. */
    private static int setEnd(String name, int open) {
        int first = open + 1;
        if (first < name.length() && (name.charAt(first) == '!' || name.charAt(first) == '^')) {
            first++;
        }
        return name.indexOf(']', first + 1);
    }

    private static String set(String content) {
        boolean not = content.startsWith("!") || content.startsWith("^");
        String members = (not ? content.substring(1) : content).replaceAll("[\\\\\\[\\]&^]", "\\\\$0");
        return (not ? "[^" : "[") + members + "]";
    }

    /** Whether what it matches is taken away. */
    boolean negated() {
        return negated;
    }

    boolean endsWithEverything() {
        return !segments.isEmpty() && segments.getLast().isEverything();
    }

    /** The same for all that lies below. */
    FilePattern below() {
        List<Segment> longer = new ArrayList<>(segments);
        longer.add(Segment.EVERYTHING);
        return new FilePattern(negated, longer);
    }

    /** The folder or file that everything it can match is or lies in. */
    Path fixedPart() {
        Path path = Path.of("/");
        for (Segment segment : segments) {
            if (segment.literal() == null) {
                return path;
            }
            path = path.resolve(segment.literal());
        }
        return path;
    }

    /** Whether an absolute path matches. */
    boolean matches(Path path) {
        return reach(path)[segments.size()];
    }

    /** Whether something below this absolute path could match. */
    boolean mayContain(Path path) {
        boolean[] reached = reach(path);
        for (boolean state : reached) {
            if (state) {
                return true;
            }
        }
        return false;
    }

    /**
     * How far the pattern can have come after reading the whole path: one state for each number of segments that are done.
     * Keeping all states at once takes time in the product of both lengths, however many {@code **} there are.
     */
    private boolean[] reach(Path path) {
        boolean[] states = new boolean[segments.size() + 1];
        states[0] = true;
        skipEverything(states);
        for (Path element : path) {
            String name = element.toString();
            boolean[] next = new boolean[states.length];
            for (int i = 0; i < segments.size(); i++) {
                if (states[i] && segments.get(i).isEverything()) {
                    next[i] = true;
                } else if (states[i] && segments.get(i).accepts(name)) {
                    next[i + 1] = true;
                }
            }
            states = next;
            skipEverything(states);
        }
        return states;
    }

    /** {@code **} may stand for nothing. */
    private void skipEverything(boolean[] states) {
        for (int i = 0; i < segments.size(); i++) {
            states[i + 1] |= states[i] && segments.get(i).isEverything();
        }
    }
}
