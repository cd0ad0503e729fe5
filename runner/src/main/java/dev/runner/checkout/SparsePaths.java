package dev.runner.checkout;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.ignore.FastIgnoreRule;

/**
 * Which files of a tree are wanted.
 *
 * @see <a href="https://git-scm.com/docs/git-sparse-checkout">git-sparse-checkout, the cone and pattern modes</a>
 */
final class SparsePaths {
    private final List<String> folders;
    private final List<FastIgnoreRule> rules;
    private final List<String> patterns;

    private SparsePaths(List<String> folders, List<String> patterns) {
        this.folders = folders;
        this.patterns = patterns;
        this.rules = patterns.stream().map(FastIgnoreRule::new).toList();
    }

    static SparsePaths of(List<String> entries) {
        List<String> wanted = entries.stream()
                .map(String::strip)
                .filter(entry -> !entry.isEmpty() && !entry.startsWith("#"))
                .toList();
        boolean patterns = wanted.stream().anyMatch(entry -> entry.startsWith("!") || entry.matches(".*[*?\\[\\\\].*"));
        if (patterns) {
            return new SparsePaths(List.of(), wanted);
        }
        return new SparsePaths(
                wanted.stream()
                        .map(SparsePaths::folder)
                        .filter(f -> !f.isEmpty())
                        .toList(),
                List.of());
    }

    private static String folder(String entry) {
        return entry.replaceAll("/+", "/").replaceAll("^\\./|^/|/$", "");
    }

    boolean all() {
        return folders.isEmpty() && patterns.isEmpty();
    }

    /** Whether the file of this path, with slashes and relative to the root, is wanted. */
    boolean includes(String path) {
        if (all()) {
            return true;
        }
        return patterns.isEmpty() ? inCone(path) : matches(path, false);
    }

    private boolean inCone(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return true;
        }
        String parent = path.substring(0, slash + 1);
        return folders.stream().anyMatch(f -> path.startsWith(f + "/") || (f + "/").startsWith(parent));
    }

    /** The last pattern that matches decides; where none does, the folder's fate is the file's. */
    private boolean matches(String path, boolean folder) {
        for (FastIgnoreRule rule : rules.reversed()) {
            if (rule.isMatch("/" + path, folder, true)) {
                return rule.getResult();
            }
        }
        int slash = path.lastIndexOf('/');
        return slash > 0 && matches(path.substring(0, slash), true);
    }

    boolean cone() {
        return patterns.isEmpty();
    }

    /** What git keeps in {@code .git/info/sparse-checkout}. */
    String fileText() {
        if (!patterns.isEmpty()) {
            return String.join("\n", patterns) + "\n";
        }
        Set<String> parents = new LinkedHashSet<>();
        for (String folder : folders) {
            for (int slash = folder.indexOf('/'); slash > 0; slash = folder.indexOf('/', slash + 1)) {
                parents.add(folder.substring(0, slash));
            }
        }
        parents.removeAll(folders);
        List<String> lines = new ArrayList<>(List.of("/*", "!/*/"));
        for (String parent : parents.stream().sorted().toList()) {
            lines.add("/" + parent + "/");
            lines.add("!/" + parent + "/*/");
        }
        folders.stream().sorted().forEach(folder -> lines.add("/" + folder + "/"));
        return String.join("\n", lines) + "\n";
    }
}
