package dev.runner.step.gitlab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a job's container are on this machine: some folders at the same path, all else under the root of its
 * first process, where that has one of its own.
 */
final class ContainerPaths {
    /** Flags of Docker's commands whose values are, or name, files of the one who calls. */
    private static final Set<String> FLAGS = Set.of(
            "-f",
            "--file",
            "--iidfile",
            "--cidfile",
            "--metadata-file",
            "-o",
            "--output",
            "-i",
            "--input",
            "--secret",
            "--ssh",
            "--cache-from",
            "--cache-to",
            "--build-context",
            "--config",
            "-v",
            "--volume",
            "--mount",
            "--env-file",
            "--label-file");

    /** Commands whose other words belong to the program in a container. */
    private static final Set<String> INSIDE = Set.of("run", "create", "exec");

    /** A path at the beginning of a value, or behind a key in it. */
    private static final Pattern PATH = Pattern.compile("(?<=^|[=,])(/[^,:]+)");

    private final List<Path> shared;
    private final Path root;

    /**
     * What is where.
     *
     * @param shared folders that are at the same path in both
     * @param pid the container's first process
     */
    ContainerPaths(List<Path> shared, long pid) {
        this.shared = List.copyOf(shared);
        this.root = Path.of("/proc", Long.toString(pid), "root");
    }

    /** An absolute path of the container; null when it cannot be reached. */
    @Nullable
    Path onMachine(String path) {
        Path place = Path.of(path.isEmpty() ? "/" : path);
        if (!place.isAbsolute()) {
            return null;
        }
        Path clean = place.normalize();
        if (shared.stream().anyMatch(clean::startsWith)) {
            return clean;
        }
        return hasOwnRoot() ? root.resolve(Path.of("/").relativize(clean).toString()) : null;
    }

    private boolean hasOwnRoot() {
        try {
            return Files.isReadable(root) && !Files.isSameFile(root, Path.of("/"));
        } catch (IOException e) {
            return false;
        }
    }

    /** The words of a call of {@code docker}, with the paths of this machine in place of the container's. */
    List<String> words(List<String> words) {
        List<String> all = new ArrayList<>();
        String command = "";
        String before = "";
        for (String word : words) {
            if (command.isEmpty() && !word.startsWith("-") && !word.equals("container") && !FLAGS.contains(before)) {
                command = word;
            }
            int equals = word.indexOf('=');
            boolean joined = word.startsWith("-") && equals > 0 && FLAGS.contains(word.substring(0, equals));
            if (FLAGS.contains(before)) {
                all.add(replaced(word));
            } else if (joined) {
                all.add(word.substring(0, equals + 1) + replaced(word.substring(equals + 1)));
            } else {
                all.add(word.startsWith("/") && !INSIDE.contains(command) ? replaced(word) : word);
            }
            before = word;
        }
        return all;
    }

    private String replaced(String value) {
        return PATH.matcher(value).replaceAll(found -> Matcher.quoteReplacement(replaced(found.group(1), value)));
    }

    private String replaced(String path, String value) {
        Path place = onMachine(path);
        Path above = place == null ? null : place.getParent();
        boolean there = place != null && (Files.exists(place) || above != null && Files.exists(above));
        // Of "target=/app" the path is one of the other container.
        boolean other = value.matches(".*\\b(target|dst|destination|id|env)=" + Pattern.quote(path) + ".*");
        return there && !other ? String.valueOf(place) : path;
    }
}
