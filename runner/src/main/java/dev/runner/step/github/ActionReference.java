package dev.runner.step.github;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code uses} names.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses">jobs.&lt;job_id&gt;.steps[*].uses</a>
 */
sealed interface ActionReference {
    /** A folder of the workspace. */
    record Local(String path) implements ActionReference {}

    /** An image. */
    record Image(String name) implements ActionReference {}

    /**
     * A folder of a repository.
     *
     * @param path empty for the repository's root
     * @param ref branch, tag or SHA
     */
    record Remote(String owner, String repository, String path, String ref) implements ActionReference {
        /** As built-in actions are named. */
        String name() {
            return (owner + "/" + repository + (path.isEmpty() ? "" : "/" + path)).toLowerCase(Locale.ROOT);
        }

        /** {@code owner/repository}. */
        String fullName() {
            return owner + "/" + repository;
        }

        /** The first number of a ref such as {@code v4.1.2}; 0 when it is no version. */
        int major() {
            Matcher version = VERSION.matcher(ref);
            return version.matches() ? Integer.parseInt(version.group(1)) : 0;
        }

        @Override
        public String toString() {
            return fullName() + (path.isEmpty() ? "" : "/" + path) + "@" + ref;
        }
    }

    Pattern VERSION = Pattern.compile("v?([0-9]{1,6})(?:\\.[0-9]+)*(?:[-+].*)?");
    Pattern REMOTE = Pattern.compile("([^/@\\s]+)/([^/@\\s]+)((?:/[^/@]+)*)/?@(.+)");

    /** @throws ActionFailedException when it is none of the three */
    static ActionReference parse(String uses) {
        if (uses.startsWith("docker://")) {
            return new Image(uses.substring("docker://".length()));
        }
        if (uses.startsWith("./") || uses.startsWith(".\\") || uses.equals(".")) {
            return new Local(uses.length() < 2 ? "" : uses.substring(2).replace('\\', '/'));
        }
        Matcher remote = REMOTE.matcher(uses);
        if (!remote.matches() || remote.group(3).contains("..")) {
            throw ActionFailedException.badInput(
                    "Expected format {org}/{repo}[/path]@ref. Actual '" + uses + "'",
                    "write owner/repository@ref, ./folder or docker://image");
        }
        String path = remote.group(3);
        return new Remote(remote.group(1), remote.group(2), path.isEmpty() ? "" : path.substring(1), remote.group(4));
    }
}
