package dev.runner.step.action.input;

import dev.runner.step.github.ActionContext;
import java.nio.file.Path;
import java.util.List;

/**
 * Paths in inputs, as this machine sees them: {@code ~} is the home folder of the job and not of this program, and a job in a
 * container has other names for its folders.
 */
public final class HomePaths {
    private HomePaths() {}

    /** The home folder of containers, as GitHub mounts it. */
    private static final Path CONTAINERS = Path.of("/github/home");

    /** The home folder of the job's processes, on this machine. */
    public static Path home(ActionContext context) {
        Path temporary = context.temporary();
        if (!context.inside(temporary).equals(temporary.toString())) {
            return context.outside(CONTAINERS);
        }
        String home = context.environment().getOrDefault("HOME", "");
        return Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
    }

    /** Patterns, one a line. */
    public static List<String> expanded(List<String> patterns, ActionContext context) {
        return patterns.stream().map(each -> expanded(each, context)).toList();
    }

    /** One path or pattern; a relative one stays. */
    public static String expanded(String path, ActionContext context) {
        boolean negated = path.startsWith("!");
        String bare = negated ? path.substring(1).strip() : path;
        String whole = bare;
        if (bare.equals("~") || bare.startsWith("~/")) {
            whole = home(context) + bare.substring(1);
        } else if (bare.startsWith("/")) {
            // A slash at the end means nothing to patterns, and paths have none.
            whole = context.outside(Path.of(bare)).toString();
        }
        return negated ? "!" + whole : whole;
    }
}
