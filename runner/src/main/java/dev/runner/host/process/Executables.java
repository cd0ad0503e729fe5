package dev.runner.host.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds programs as a shell does. */
public final class Executables {
    /** Administrators' programs (runc, dnf) live in sbin, which users' PATH often lacks. */
    private static final String USUAL = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Executables() {}

    /** This program's PATH, with the usual places after it. */
    public static String systemPath() {
        String path = System.getenv("PATH");
        return path == null || path.isEmpty() ? USUAL : path + ":" + USUAL;
    }

    /** The program of that name in this program's PATH or the usual places; null when there is none. */
    public static @Nullable Path find(String name) {
        return find(name, systemPath());
    }

    static @Nullable Path find(String name, String path) {
        if (name.contains("/")) {
            Path file = Path.of(name);
            return Files.isExecutable(file) && !Files.isDirectory(file) ? file : null;
        }
        for (String folder : path.split(":", -1)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return file.toAbsolutePath();
            }
        }
        return null;
    }

    static String pathOf(Map<String, String> environment) {
        return environment.getOrDefault("PATH", USUAL);
    }
}
