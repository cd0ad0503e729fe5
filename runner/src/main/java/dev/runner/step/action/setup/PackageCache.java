package dev.runner.step.action.setup;

import dev.runner.expression.FileHashes;
import dev.runner.step.action.input.HomePaths;
import dev.runner.step.action.storage.CacheWork;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What the input {@code cache} of the setup actions asks for: the downloads of a package manager, by the hash of the files
 * that name its packages. Where they lie in the home of this machine's user, they outlive the run by themselves: nothing is
 * packed, and the output says that they are there.
 */
final class PackageCache {
    private static final String KEY = "cache-primary-key";
    private static final String FOUND = "cache-matched-key";
    private static final String PATHS = "cache-paths";

    private final CacheStore store;
    private final ActionContext context;

    PackageCache(CacheStore store, ActionContext context) {
        this.store = store;
        this.context = context;
    }

    /**
     * Which downloads.
     *
     * @param prefix of the key, up to the hash
     * @param paths where they lie, {@code ~} meaning the home
     * @param lockFiles patterns of the files that name packages
     */
    record Downloads(String prefix, List<String> paths, List<String> lockFiles) {
        Downloads {
            paths = List.copyOf(paths);
            lockFiles = List.copyOf(lockFiles);
        }
    }

    /** {@code Linux-x64}, as keys have it. */
    static String platform() {
        String arch = System.getProperty("os.arch");
        return "Linux-"
                + (arch.equals("amd64") ? "x64" : arch.equals("aarch64") ? "arm64" : arch.toLowerCase(Locale.ROOT));
    }

    /** Puts them back, if they were kept, and sets {@code cache-hit}. */
    void restore(Downloads downloads) throws IOException {
        String hash = FileHashes.hash(context.workspace(), downloads.lockFiles());
        if (hash.isEmpty()) {
            throw ActionFailedException.failed(
                    "Dependencies lock file is not found in " + context.workspace() + ". Supported file patterns: "
                            + String.join(",", downloads.lockFiles()),
                    "put actions/checkout before this step, or name the file with 'cache-dependency-path'");
        }
        if (isKeptByMachine(downloads.paths())) {
            context.info(
                    "the downloads lie in this machine's home and stay there: " + String.join(", ", downloads.paths()));
            context.setOutput("cache-hit", "true");
            return;
        }
        String key = downloads.prefix() + hash;
        context.saveState(KEY, key);
        context.saveState(PATHS, String.join("\n", downloads.paths()));
        String found = new CacheWork(store, context, downloads.paths(), false).restore(key, List.of(), false);
        context.setOutput("cache-hit", String.valueOf(key.equals(found)));
        if (found == null) {
            context.info("cache is not found for key " + key);
        } else {
            context.saveState(FOUND, found);
            context.info("Cache restored from key: " + found);
        }
    }

    private boolean isKeptByMachine(List<String> paths) {
        Path home = HomePaths.home(context);
        return home.equals(Path.of(System.getProperty("user.home")))
                && paths.stream()
                        .map(path -> Path.of(HomePaths.expanded(path, context)))
                        .allMatch(path -> path.startsWith(home) && !path.startsWith(context.workspace()));
    }

    /** Keeps them, unless they were found under their own key. */
    void save() throws IOException {
        String key = context.state(KEY);
        if (key.isEmpty() || key.equals(context.state(FOUND))) {
            return;
        }
        new CacheWork(store, context, context.state(PATHS).lines().toList(), false).save(key);
    }
}
