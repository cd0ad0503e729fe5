package dev.runner.step.action.metadata;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version as semver.org has it; a {@code v} may stand before it.
 *
 * @param raw as written
 */
record Semver(String raw, String major, String minor, String patch, String prerelease, String build) {
    private static final String NUMBER = "(?:0|[1-9]\\d{0,15})";
    private static final String WORD = "[0-9A-Za-z-]+";
    private static final String PRE = "(?:" + NUMBER + "|\\d*[A-Za-z-][0-9A-Za-z-]*)";
    private static final Pattern VERSION = Pattern.compile("v?(?<major>" + NUMBER + ")\\.(?<minor>" + NUMBER
            + ")\\.(?<patch>" + NUMBER + ")(?:-(?<pre>" + PRE + "(?:\\." + PRE + ")*))?(?:\\+(?<build>" + WORD
            + "(?:\\." + WORD + ")*))?");
    private static final int LONGEST = 256;

    static @Nullable Semver parse(String text) {
        Matcher version = VERSION.matcher(text.strip());
        return text.length() > LONGEST || !version.matches()
                ? null
                : new Semver(
                        text,
                        version.group("major"),
                        version.group("minor"),
                        version.group("patch"),
                        orEmpty(version.group("pre")),
                        orEmpty(version.group("build")));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    boolean isPrerelease() {
        return !prerelease.isEmpty();
    }

    /** Without {@code v} and build metadata. */
    String version() {
        return major + "." + minor + "." + patch + (isPrerelease() ? "-" + prerelease : "");
    }

    /** What patterns may name. */
    Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("raw", raw);
        names.put("version", version());
        names.put("major", major);
        names.put("minor", minor);
        names.put("patch", patch);
        names.put("prerelease", prerelease.replace('.', ','));
        names.put("build", build.replace('.', ','));
        return names;
    }
}
