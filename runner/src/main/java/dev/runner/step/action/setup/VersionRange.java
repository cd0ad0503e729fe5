package dev.runner.step.action.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What versions will do, as npm writes it: {@code 18}, {@code 18.x}, {@code ^1.2}, {@code ~1.2.3}, {@code >=1 <2},
 * {@code 1.2 - 1.4}, {@code a || b}. A pre-release will do only where one of the same release is named.
 *
 * @see <a href="https://github.com/npm/node-semver#ranges">node-semver, ranges</a>
 */
final class VersionRange {
    private static final Pattern HYPHEN = Pattern.compile("(\\S+)\\s+-\\s+(\\S+)");
    private static final Pattern TERM = Pattern.compile(
            "(?<operator>\\^|~>?|>=|<=|>|<|=)?[v=]*(?<major>\\d+|[xX*])(?:\\.(?<minor>\\d+|[xX*]))?(?:\\.(?<patch>\\d+|[xX*]))?"
                    + "(?:-?(?<pre>[0-9A-Za-z][0-9A-Za-z.-]*))?(?:\\+[0-9A-Za-z.-]+)?");

    private final List<List<Bound>> alternatives;

    private VersionRange(List<List<Bound>> alternatives) {
        this.alternatives = alternatives;
    }

    /** One end. */
    private record Bound(Kind kind, ToolVersion version) {
        boolean holds(ToolVersion candidate) {
            int order = candidate.compareTo(version);
            return switch (kind) {
                case AT_LEAST -> order >= 0;
                case ABOVE -> order > 0;
                case AT_MOST -> order <= 0;
                case BELOW -> order < 0;
            };
        }
    }

    private enum Kind {
        AT_LEAST,
        ABOVE,
        AT_MOST,
        BELOW
    }

    /** Null for what is no range. */
    static @Nullable VersionRange parse(String text) {
        List<List<Bound>> alternatives = new ArrayList<>();
        for (String part : text.split("\\|\\|", -1)) {
            List<Bound> bounds = bounds(part.strip());
            if (bounds == null) {
                return null;
            }
            alternatives.add(bounds);
        }
        return new VersionRange(alternatives);
    }

    boolean contains(ToolVersion version) {
        return alternatives.stream()
                .anyMatch(bounds -> bounds.stream().allMatch(bound -> bound.holds(version))
                        && (!version.isPre() || named(bounds, version)));
    }

    private static boolean named(List<Bound> bounds, ToolVersion version) {
        return bounds.stream()
                .anyMatch(bound -> bound.version().isPre() && bound.version().sameRelease(version));
    }

    private static @Nullable List<Bound> bounds(String part) {
        List<Bound> bounds = new ArrayList<>();
        Matcher hyphen = HYPHEN.matcher(part);
        if (hyphen.matches()) {
            return add(">=" + hyphen.group(1), bounds) && add("<=" + hyphen.group(2), bounds) ? bounds : null;
        }
        String joined = part.replaceAll("(\\^|~>?|>=|<=|>|<|=)\\s+", "$1");
        for (String term : joined.split("\\s+")) {
            if (!term.isEmpty() && !term.equals("latest") && !add(term, bounds)) {
                return null;
            }
        }
        return bounds;
    }

    private static boolean add(String term, List<Bound> bounds) {
        Matcher match = TERM.matcher(term);
        if (!match.matches()) {
            return false;
        }
        String operator = match.group("operator") == null ? "" : match.group("operator");
        Long major = number(match.group("major"));
        Long minor = major == null ? null : number(match.group("minor"));
        Long patch = minor == null ? null : number(match.group("patch"));
        if (major == null) {
            return true; // Anything.
        }
        String pre = match.group("pre");
        ToolVersion low = version(
                major,
                minor == null ? 0 : minor,
                patch == null ? 0 : patch,
                pre == null ? List.of() : List.of(pre.split("\\.")));
        ToolVersion next =
                minor == null ? version(major + 1, 0, 0, List.of("0")) : version(major, minor + 1, 0, List.of("0"));
        boolean whole = patch != null;
        switch (operator) {
            case "^" -> range(low, caret(major, minor, patch), bounds);
            case "~", "~>" -> range(low, next, bounds);
            case ">=" -> bounds.add(new Bound(Kind.AT_LEAST, low));
            case "<" -> bounds.add(new Bound(Kind.BELOW, low));
            case ">" -> bounds.add(whole ? new Bound(Kind.ABOVE, low) : new Bound(Kind.AT_LEAST, next));
            case "<=" -> bounds.add(whole ? new Bound(Kind.AT_MOST, low) : new Bound(Kind.BELOW, next));
            default -> {
                bounds.add(new Bound(Kind.AT_LEAST, low));
                bounds.add(whole ? new Bound(Kind.AT_MOST, low) : new Bound(Kind.BELOW, next));
            }
        }
        return true;
    }

    private static void range(ToolVersion low, ToolVersion high, List<Bound> bounds) {
        bounds.add(new Bound(Kind.AT_LEAST, low));
        bounds.add(new Bound(Kind.BELOW, high));
    }

    /** Nothing that changes the first number that is not 0. */
    private static ToolVersion caret(long major, @Nullable Long minor, @Nullable Long patch) {
        List<String> first = List.of("0");
        if (major > 0 || minor == null) {
            return version(major + 1, 0, 0, first);
        }
        return minor > 0 || patch == null ? version(0, minor + 1, 0, first) : version(0, 0, patch + 1, first);
    }

    private static ToolVersion version(long major, long minor, long patch, List<String> pre) {
        return new ToolVersion(major, minor, patch, pre, "");
    }

    private static @Nullable Long number(@Nullable String text) {
        return text == null || !text.matches("\\d{1,15}") ? null : Long.valueOf(text);
    }
}
