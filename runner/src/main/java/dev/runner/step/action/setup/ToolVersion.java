package dev.runner.step.action.setup;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version in the order of semver.org.
 *
 * @param pre identifiers of a pre-release; empty for a release
 * @param build what follows a plus; it has no part in the order
 */
record ToolVersion(long major, long minor, long patch, List<String> pre, String build)
        implements Comparable<ToolVersion> {
    private static final Pattern TEXT = Pattern.compile(
            "[v=\\s]*(\\d{1,15})(?:\\.(\\d{1,15}))?(?:\\.(\\d{1,15}))?(?:-?([0-9A-Za-z][0-9A-Za-z.-]*))?(?:\\+([0-9A-Za-z.-]+))?\\s*");

    ToolVersion {
        pre = List.copyOf(pre);
    }

    /** Lenient: missing parts are 0. Null for what is no version. */
    static @Nullable ToolVersion parse(String text) {
        Matcher match = TEXT.matcher(text);
        if (!match.matches()) {
            return null;
        }
        String pre = match.group(4);
        String build = match.group(5);
        return new ToolVersion(
                Long.parseLong(match.group(1)),
                number(match.group(2)),
                number(match.group(3)),
                pre == null ? List.of() : List.of(pre.split("\\.")),
                build == null ? "" : build);
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    boolean isPre() {
        return !pre.isEmpty();
    }

    boolean sameRelease(ToolVersion other) {
        return major == other.major && minor == other.minor && patch == other.patch;
    }

    @Override
    public int compareTo(ToolVersion other) {
        int order = Long.compare(major, other.major);
        order = order == 0 ? Long.compare(minor, other.minor) : order;
        order = order == 0 ? Long.compare(patch, other.patch) : order;
        if (order != 0 || pre.equals(other.pre)) {
            return order;
        }
        if (pre.isEmpty() || other.pre.isEmpty()) {
            return pre.isEmpty() ? 1 : -1;
        }
        for (int i = 0; i < Math.min(pre.size(), other.pre.size()); i++) {
            int part = compare(pre.get(i), other.pre.get(i));
            if (part != 0) {
                return part;
            }
        }
        return Integer.compare(pre.size(), other.pre.size());
    }

    /** Numbers come before words. */
    private static int compare(String one, String other) {
        boolean number = one.matches("\\d{1,15}");
        boolean otherNumber = other.matches("\\d{1,15}");
        if (number && otherNumber) {
            return Long.compare(Long.parseLong(one), Long.parseLong(other));
        }
        return number == otherNumber ? one.compareTo(other) : number ? -1 : 1;
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + (pre.isEmpty() ? "" : "-" + String.join(".", pre))
                + (build.isEmpty() ? "" : "+" + build);
    }
}
