package dev.runner.checkout;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which submodules come along, and how they are fetched.
 *
 * @param paths git's pathspecs of those that do, {@code :(exclude)PATH} of those that do not; empty for all. For the
 *     repository's own submodules, not for theirs
 * @param depth commits of history; null for as many as of the repository, 0 for all
 * @param newest whether the newest commit of the branch that {@code .gitmodules} names is taken, not the recorded one
 * @param https whether addresses of SSH are replaced by those of HTTPS
 */
public record SubmoduleRules(List<String> paths, @Nullable Integer depth, boolean newest, boolean https) {
    /** All, as recorded. */
    public static final SubmoduleRules USUAL = new SubmoduleRules(List.of(), null, false, false);

    private static final Pattern EXCLUDED = Pattern.compile(":(?:\\((?:[a-z]+,)*exclude(?:,[a-z]+)*\\)|[!^])(.*)");
    private static final Pattern SSH =
            Pattern.compile("(?:ssh://(?:[^@/]+@)?([^/:]+)(?::\\d+)?/|(?!\\w+://)(?:[^@/]+@)([^/:]+):/*)(.+)");

    public SubmoduleRules {
        paths = List.copyOf(paths);
    }

    /** Whether a submodule of the repository itself comes along. */
    boolean takes(String path) {
        boolean any = false;
        boolean wanted = false;
        for (String spec : paths) {
            var excluded = EXCLUDED.matcher(spec);
            if (!excluded.matches()) {
                any = true;
                wanted |= matches(spec, path);
            } else if (matches(excluded.group(1), path)) {
                return false;
            }
        }
        return wanted || !any;
    }

    /** A folder and all below it, or a pattern whose {@code *} goes over slashes, as git's do. */
    private static boolean matches(String spec, String path) {
        String clean = spec.replaceFirst("^\\./", "").replaceFirst("/+$", "");
        if (clean.isEmpty() || clean.equals(".") || path.equals(clean) || path.startsWith(clean + "/")) {
            return true;
        }
        StringBuilder pattern = new StringBuilder();
        for (char c : clean.toCharArray()) {
            pattern.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        case '[', ']' -> String.valueOf(c);
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        try {
            return Pattern.matches(pattern.toString(), path);
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    /** The address to fetch from. */
    String address(String url) {
        var ssh = SSH.matcher(url);
        if (!https || !ssh.matches()) {
            return url;
        }
        return "https://" + (ssh.group(1) == null ? ssh.group(2) : ssh.group(1)) + "/" + ssh.group(3);
    }
}
