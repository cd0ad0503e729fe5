package dev.runner.cli;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where things lie, by the XDG Base Directory Specification.
 *
 * @param cache what can be made again: blobs, snapshots, cache keys
 * @param data what a user would miss: the embedded registry's content, emulators
 * @param state what runs need while they run
 * @param config what a user writes
 * @see <a href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG Base Directory Specification</a>
 */
record Locations(Path cache, Path data, Path state, Path config) {
    static Locations of(Map<String, String> environment) {
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        return new Locations(
                folder(environment, "XDG_CACHE_HOME", home.resolve(".cache")),
                folder(environment, "XDG_DATA_HOME", home.resolve(".local/share")),
                folder(environment, "XDG_STATE_HOME", home.resolve(".local/state")),
                folder(environment, "XDG_CONFIG_HOME", home.resolve(".config")));
    }

    /** A relative path in a variable is to be ignored, says the specification. */
    private static Path folder(Map<String, String> environment, String variable, Path otherwise) {
        String value = environment.getOrDefault(variable, "");
        return (value.startsWith("/") ? Path.of(value) : otherwise).resolve("runner");
    }

    Path store() {
        return cache.resolve("store");
    }

    /** What jobs keep under keys for the jobs of other runs. */
    Path jobCaches() {
        return cache.resolve("jobs");
    }

    /** What runs hand on. */
    Path artifacts() {
        return data.resolve("artifacts");
    }

    Path sandboxes() {
        return state.resolve("sandboxes");
    }

    Path emulators() {
        return data.resolve("emulators");
    }

    Path registry() {
        return data.resolve("registry");
    }

    Path configFile() {
        return config.resolve("config.yml");
    }
}
