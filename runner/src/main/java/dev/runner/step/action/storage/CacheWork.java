package dev.runner.step.action.storage;

import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.keep.CacheEntry;
import dev.runner.step.keep.CacheStore;
import dev.runner.step.keep.FileSet;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finding and keeping caches, as the actions share it.
 *
 * @see <a href="https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching">GitHub's reference of
 *     dependency caching</a>
 */
public final class CacheWork {
    private static final int LONGEST_KEY = 512;
    private static final int MOST_KEYS = 10;

    private final CacheStore store;
    private final ActionContext context;
    private final CachedPaths paths;
    private final String version;

    public CacheWork(CacheStore store, ActionContext context, List<String> paths, boolean everySystem) {
        if (paths.isEmpty()) {
            throw ActionFailedException.badInput(
                    "Path Validation Error: At least one directory or file path is required", null);
        }
        this.store = store;
        this.context = context;
        this.paths = new CachedPaths(context, paths);
        this.version = this.paths.version(everySystem);
    }

    /**
     * Looks for a cache, and puts its files back.
     *
     * @param lookOnly whether the files stay where they are
     * @return the key of what was found; null for nothing
     */
    public @Nullable String restore(String key, List<String> restoreKeys, boolean lookOnly) throws IOException {
        List<String> keys = Stream.concat(Stream.of(key), restoreKeys.stream()).toList();
        if (keys.size() > MOST_KEYS) {
            throw ActionFailedException.badInput(
                    "Key Validation Error: Keys are limited to a maximum of " + MOST_KEYS + ".", null);
        }
        keys.forEach(CacheWork::check);
        CacheEntry found = store.find(new CacheEntry.About(CachedPaths.scope(context), version, key), restoreKeys);
        if (found == null || !lookOnly && !restore(found)) {
            return null;
        }
        return found.key();
    }

    private boolean restore(CacheEntry found) throws IOException {
        context.info("Cache Size: ~%d MB (%d B)".formatted(found.size() / (1 << 20), found.size()));
        return store.restoreParts(found, paths.roots());
    }

    /** Keeps what the paths name now; an entry that is there stays. What cannot be kept is a warning. */
    public void save(String key) throws IOException {
        check(key);
        FileSet files = paths.files();
        if (files.isEmpty()) {
            context.warning("Path Validation Error: Path(s) specified in the action for caching do(es) not exist,"
                    + " hence no cache is being saved.");
            return;
        }
        CacheEntry saved = store.save(new CacheEntry.About(CachedPaths.scope(context), version, key), files, false);
        if (saved == null) {
            context.info("Failed to save: Unable to reserve cache with key " + key
                    + ", another job may be creating this cache.");
        } else {
            context.info("Cache Size: ~%d MB (%d B)".formatted(saved.size() / (1 << 20), saved.size()));
            context.info("Cache saved with key: " + key);
            store.prune(CacheStore.Limits.DEFAULT, Instant.now());
        }
    }

    private static void check(String key) {
        if (key.length() > LONGEST_KEY) {
            throw ActionFailedException.badInput(
                    "Key Validation Error: " + key + " cannot be larger than " + LONGEST_KEY + " characters.", null);
        }
        if (key.indexOf(',') >= 0) {
            throw ActionFailedException.badInput("Key Validation Error: " + key + " cannot contain commas.", null);
        }
    }

    /** Keys are compared without case. */
    static boolean isExact(String key, @Nullable String found) {
        return found != null && found.toLowerCase(Locale.ROOT).equals(key.toLowerCase(Locale.ROOT));
    }
}
