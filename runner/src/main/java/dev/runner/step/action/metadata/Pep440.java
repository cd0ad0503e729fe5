package dev.runner.step.action.metadata;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A version of a Python package.
 *
 * @param raw as written
 * @param release numbers with dots between
 * @param rest normalised: pre-, post- and development release, local version
 * @param special whether it is anything but a final release
 * @see <a href="https://packaging.python.org/en/latest/specifications/version-specifiers/">Version specifiers</a>
 */
record Pep440(String raw, String epoch, String release, String rest, boolean special) {
    private static final Pattern VERSION = Pattern.compile(
            "v?(?:(?<epoch>\\d+)!)?(?<release>\\d+(?:\\.\\d+)*)"
                    + "(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<pren>\\d+)?)?"
                    + "(?<post>-(?<postn>\\d+)|[-_.]?(?:post|rev|r)[-_.]?(?<postm>\\d+)?)?"
                    + "(?<dev>[-_.]?dev[-_.]?(?<devn>\\d+)?)?"
                    + "(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
            Pattern.CASE_INSENSITIVE);

    static @Nullable Pep440 parse(String text) {
        Matcher version = VERSION.matcher(text.strip());
        if (!version.matches()) {
            return null;
        }
        StringBuilder rest = new StringBuilder();
        String pre = version.group("pre");
        if (pre != null) {
            rest.append(letters(pre)).append(number(version.group("pren")));
        }
        if (version.group("post") != null) {
            String implied = version.group("postn");
            rest.append(".post").append(number(implied == null ? version.group("postm") : implied));
        }
        if (version.group("dev") != null) {
            rest.append(".dev").append(number(version.group("devn")));
        }
        boolean special = !rest.isEmpty();
        String local = version.group("local");
        if (local != null) {
            rest.append('+').append(parts(local.toLowerCase(Locale.ROOT), "[-_.]"));
        }
        String epoch = number(version.group("epoch"));
        return new Pep440(text, epoch, parts(version.group("release"), "\\."), rest.toString(), special);
    }

    private static String letters(String pre) {
        return switch (pre.toLowerCase(Locale.ROOT)) {
            case "a", "alpha" -> "a";
            case "b", "beta" -> "b";
            default -> "rc";
        };
    }

    private static String number(@Nullable String digits) {
        return digits == null ? "0" : new BigInteger(digits).toString();
    }

    private static String parts(String text, String separator) {
        return Stream.of(text.split(separator))
                .map(part -> part.matches("\\d+") ? number(part) : part)
                .collect(Collectors.joining("."));
    }

    /** The normal form. */
    String version() {
        return (epoch.equals("0") ? "" : epoch + "!") + release + rest;
    }

    private String part(int index) {
        String[] parts = release.split("\\.");
        return index < parts.length ? parts[index] : "0";
    }

    Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("raw", raw);
        names.put("version", version());
        names.put("major", part(0));
        names.put("minor", part(1));
        names.put("patch", part(2));
        return names;
    }
}
