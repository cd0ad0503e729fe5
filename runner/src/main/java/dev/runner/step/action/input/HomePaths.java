package dev.runner.step.action.input;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code ~} in paths of inputs: the home folder of the job, not of this program. */
public final class HomePaths {
    private HomePaths() {}

    public static Path home(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
    }

    /** Patterns, one a line, with {@code ~} replaced where it stands first. */
    public static List<String> expanded(List<String> patterns, Map<String, String> environment) {
        return patterns.stream().map(each -> expanded(each, environment)).toList();
    }

    public static String expanded(String path, Map<String, String> environment) {
        String bare = path.startsWith("!") ? path.substring(1).strip() : path;
        if (!bare.equals("~") && !bare.startsWith("~/")) {
            return path;
        }
        return (path.startsWith("!") ? "!" : "") + home(environment) + bare.substring(1);
    }
}
