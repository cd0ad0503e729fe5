package dev.runner.step.github;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Finds problems in lines of output, by one pattern or by several that match one line after the other.
 *
 * @param owner names it; another one of that owner replaces it
 * @param severity of problems whose pattern gives none: {@code error} unless written
 * @see <a href="https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md">Problem matchers</a>
 */
record ProblemMatcher(String owner, String severity, List<LinePattern> patterns) {
    private static final List<String> FIELDS =
            List.of("file", "line", "column", "severity", "code", "message", "fromPath");
    private static final Set<String> SEVERITIES = Set.of("", "error", "warning", "notice");

    ProblemMatcher {
        patterns = List.copyOf(patterns);
    }

    /**
     * One line's pattern.
     *
     * @param groups the number of the group by field
     * @param loop whether the last pattern goes on matching lines with what the ones before have found
     */
    record LinePattern(Pattern regexp, Map<String, Integer> groups, boolean loop) {}

    /**
     * Reads a file with the key {@code problemMatcher}.
     *
     * @throws IOException in GitHub's words when it is not one
     */
    static List<ProblemMatcher> read(Path file) throws IOException {
        try {
            JsonNode root = new ObjectMapper().readTree(Files.readString(file));
            List<ProblemMatcher> matchers = new ArrayList<>();
            Set<String> owners = new HashSet<>();
            for (JsonNode node : root.path("problemMatcher")) {
                ProblemMatcher matcher = of(node);
                if (!owners.add(matcher.owner.toLowerCase(Locale.ROOT))) {
                    throw new IOException("Duplicate owner name '" + matcher.owner + "'");
                }
                matchers.add(matcher);
            }
            return matchers;
        } catch (JacksonException e) {
            throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static ProblemMatcher of(JsonNode node) throws IOException {
        String owner = node.path("owner").asString("");
        if (owner.isEmpty()) {
            throw new IOException("Owner must not be empty");
        }
        String severity = node.path("severity").asString("");
        if (!SEVERITIES.contains(severity.toLowerCase(Locale.ROOT))) {
            throw new IOException("Matcher '" + owner + "' contains unexpected default severity '" + severity + "'");
        }
        Map<String, Integer> seen = new TreeMap<>();
        List<LinePattern> patterns = new ArrayList<>();
        int count = node.path("pattern").size();
        for (JsonNode pattern : node.path("pattern")) {
            patterns.add(pattern(pattern, patterns.size(), count, seen));
        }
        if (patterns.isEmpty()) {
            throw new IOException("Matcher '" + owner + "' does not contain any patterns");
        }
        if (!seen.containsKey("message")) {
            throw new IOException("At least one pattern must set 'message'");
        }
        return new ProblemMatcher(owner, severity, patterns);
    }

    private static LinePattern pattern(JsonNode node, int index, int count, Map<String, Integer> seen)
            throws IOException {
        boolean loop = node.path("loop").asBoolean(false);
        if (loop && (index == 0 || index < count - 1)) {
            throw new IOException("Only the last pattern in a multiline matcher may set 'loop'");
        }
        if (loop && !node.has("message")) {
            throw new IOException("The loop pattern must set 'message'");
        }
        try {
            Pattern regexp = Pattern.compile(node.path("regexp").asString(""));
            Map<String, Integer> groups = new TreeMap<>();
            int most = regexp.matcher("").groupCount();
            for (String field : FIELDS) {
                if (node.has(field) && !node.get(field).isNull()) {
                    int group = node.get(field).asInt();
                    if (seen.put(field, group) != null) {
                        throw new IOException("The property '" + field + "' is set twice");
                    }
                    if (group < 0 || group > most) {
                        throw new IOException(
                                "The property '" + field + "' is set to " + group + " which is out of range");
                    }
                    groups.put(field, group);
                }
            }
            return new LinePattern(regexp, groups, loop);
        } catch (PatternSyntaxException e) {
            throw new IOException(
                    "the pattern '" + node.path("regexp").asString("") + "' is no regular expression: "
                            + e.getDescription(),
                    e);
        }
    }

    /** A problem that was found; fields as in the pattern, without those that it does not have. */
    record Problem(Map<String, String> fields) {
        String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    /** Matching in progress: what lines before this one have given. */
    static final class Running {
        private final ProblemMatcher matcher;
        private final @Nullable Map<String, String>[] found;

        @SuppressWarnings("unchecked")
        Running(ProblemMatcher matcher) {
            this.matcher = matcher;
            this.found = new Map[matcher.patterns.size()];
        }

        String owner() {
            return matcher.owner;
        }

        boolean runs(ProblemMatcher other) {
            return matcher.equals(other);
        }

        void reset() {
            java.util.Arrays.fill(found, null);
        }

        /**
         * The problem that this line completes, or null.
         *
         * @throws SlowPatternException when a pattern takes too long
         */
        @Nullable
        Problem match(String line) {
            int last = found.length - 1;
            for (int i = last; i >= 0; i--) {
                Map<String, String> before = i == 0 ? Map.of() : found[i - 1];
                if (before == null) {
                    continue;
                }
                LinePattern pattern = matcher.patterns.get(i);
                Matcher match = pattern.regexp.matcher(new TimedText(line));
                if (!match.find()) {
                    found[i == last && i > 0 ? i - 1 : i] = null;
                } else if (i < last) {
                    found[i] = merged(before, pattern, match);
                } else {
                    reset();
                    if (pattern.loop) {
                        found[i - 1] = before;
                    }
                    Map<String, String> all = merged(before, pattern, match);
                    if (all.getOrDefault("severity", "").isEmpty()) {
                        all.put("severity", matcher.severity);
                    }
                    return new Problem(all);
                }
            }
            return null;
        }

        private static Map<String, String> merged(Map<String, String> before, LinePattern pattern, Matcher match) {
            Map<String, String> all = new TreeMap<>(before);
            pattern.groups.forEach((field, group) -> {
                String text = match.group(group);
                all.putIfAbsent(field, text == null ? "" : text);
            });
            return all;
        }
    }

    /** A pattern that backtracks for too long. */
    static final class SlowPatternException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A line that refuses to be read for more than a second, which ends a pattern that would never end. */
    private static final class TimedText implements CharSequence {
        private static final long LIMIT = 1_000_000_000L;

        private final String text;
        private final long start = System.nanoTime();
        private int reads;

        TimedText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if ((++reads & 0xFFFF) == 0 && System.nanoTime() - start > LIMIT) {
                throw new SlowPatternException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return text.substring(from, to);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
