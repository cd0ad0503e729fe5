package dev.runner.step.action.storage;

import dev.runner.expression.FileGlob;
import dev.runner.step.action.input.HomePaths;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.keep.FileSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The paths of a cache. Their names in there say what they are relative to, as workspaces and homes lie in other places in
 * every run: {@code workspace}, {@code home} or {@code root}.
 */
final class CachedPaths {
    private final List<String> patterns;
    private final Map<String, Path> roots = new LinkedHashMap<>();
    private final ActionContext context;

    CachedPaths(ActionContext context, List<String> patterns) {
        this.context = context;
        this.patterns = patterns;
        roots.put("workspace", context.workspace());
        roots.put("home", HomePaths.home(context));
        roots.put("root", Path.of("/"));
    }

    Map<String, Path> roots() {
        return roots;
    }

    /** What, beside the key, must be equal for an entry to be found: the paths as they are written. */
    String version(boolean everySystem) {
        String version = String.join("|", patterns) + "|zstd";
        return everySystem ? version : version + "|" + System.getProperty("os.name");
    }

    /** The files and folders that are there now, folders with all they hold; links stay links. */
    FileSet files() throws IOException {
        List<String> lines = HomePaths.expanded(patterns, context);
        FileSet files = new FileSet();
        try {
            FileGlob glob = FileGlob.of(context.workspace(), lines, new FileGlob.Options(true, false, true));
            for (Path path : glob.findAll()) {
                files.addTree(name(path), path);
            }
            return files;
        } catch (IllegalArgumentException e) {
            throw ActionFailedException.badInput(String.valueOf(e.getMessage()), null);
        }
    }

    private String name(Path path) {
        for (Map.Entry<String, Path> root : roots.entrySet()) {
            if (path.startsWith(root.getValue())) {
                String rest = root.getValue().relativize(path).toString();
                return rest.isEmpty() ? root.getKey() : root.getKey() + "/" + rest;
            }
        }
        throw new IllegalStateException("every path begins with /: " + path);
    }

    /** Whose caches these are: the repository, by its name on a server or, without one, by its place here. */
    static String scope(ActionContext context) throws IOException {
        String name = context.github("repository");
        Path folder = context.tools().services().repository();
        return name.isEmpty() || name.startsWith("local/")
                ? (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) ? folder.toRealPath() : folder).toString()
                : name;
    }
}
