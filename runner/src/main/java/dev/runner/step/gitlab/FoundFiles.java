package dev.runner.step.gitlab;

import dev.runner.step.keep.FileSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a workspace that patterns name, by their paths from it. */
final class FoundFiles {
    private final Path root;
    private final FileSet files = new FileSet();
    private @Nullable List<Path> all;

    FoundFiles(Path root) {
        this.root = root;
    }

    FileSet files() {
        return files;
    }

    /**
     * Adds what a path or pattern names; a folder with all it holds.
     *
     * @return how many were found, folders among them
     * @throws IOException when it leads out of the workspace, or cannot be read
     */
    int add(String written, List<String> excluded) throws IOException {
        String path = relative(written);
        List<Pattern> out = excluded.stream().map(Doublestar::pattern).toList();
        int before = files.size();
        if (!Doublestar.isPattern(path)) {
            Path file = root.resolve(path).normalize();
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                addTree(file, out);
            }
            return files.size() - before;
        }
        Pattern pattern = Doublestar.pattern(path);
        for (Path file : all()) {
            if (pattern.matcher(name(file)).matches()) {
                addTree(file, out);
            }
        }
        return files.size() - before;
    }

    /** The same for a report, which may be absent. */
    void tryAdd(String pattern) {
        try {
            add(pattern, List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String relative(String written) throws IOException {
        Path path = Path.of(written.endsWith("/") ? written.substring(0, written.length() - 1) : written);
        Path inside = path.isAbsolute() ? path.normalize() : root.resolve(path).normalize();
        if (!inside.startsWith(root)) {
            throw new IOException(written + " is outside of the project's folder");
        }
        return root.relativize(inside).toString();
    }

    private String name(Path file) {
        return root.relativize(file).toString();
    }

    private List<Path> all() throws IOException {
        if (all == null) {
            try (Stream<Path> walk = Files.walk(root)) {
                all = new ArrayList<>(
                        walk.filter(file -> !file.equals(root) && !name(file).startsWith(".git/"))
                                .toList());
            }
        }
        return all;
    }

    private void addTree(Path file, List<Pattern> excluded) throws IOException {
        try (Stream<Path> walk = Files.walk(file)) {
            for (Path one : walk.sorted().toList()) {
                String name = name(one);
                if (!name.isEmpty()
                        && excluded.stream().noneMatch(out -> out.matcher(name).matches())) {
                    files.add(name, one);
                }
            }
        }
    }

    /** Everything that git does not know; without a repository, everything. */
    void addUntracked(List<String> excluded) throws IOException {
        List<Pattern> out = excluded.stream().map(Doublestar::pattern).toList();
        for (Path file : dev.runner.checkout.Untracked.files(root)) {
            addTree(file, out);
        }
    }
}
