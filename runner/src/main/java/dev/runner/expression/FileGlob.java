package dev.runner.expression;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds files as {@code @actions/glob} does: patterns are judged in order, {@code !} takes away what those before it
 * found, a pattern means what is below it, too, and folders are read depth first, entries in the order of their bytes.
 */
public final class FileGlob {
    private final List<FilePattern> patterns;
    private final Options options;

    private FileGlob(List<FilePattern> patterns, Options options) {
        this.patterns = patterns;
        this.options = options;
    }

    /**
     * How to search.
     *
     * @param followLinks whether links to folders are entered; broken ones then count as absent
     * @param below whether a pattern means what is below it, too
     * @param hidden whether names that begin with a dot count
     */
    public record Options(boolean followLinks, boolean below, boolean hidden) {}

    /**
     * A search.
     *
     * @param root what relative patterns are relative to, absolute
     * @param lines a pattern each; blank lines and lines that begin with # are skipped
     */
    static FileGlob of(Path root, List<String> lines, boolean followLinks) {
        return of(root, lines, new Options(followLinks, true, true));
    }

    /**
     * A search.
     *
     * @param root what relative patterns are relative to, absolute
     * @throws IllegalArgumentException when a pattern is not allowed, with the reason
     */
    public static FileGlob of(Path root, List<String> lines, Options options) {
        List<FilePattern> patterns = new ArrayList<>();
        for (String line : lines) {
            String pattern = line.strip();
            if (!pattern.isEmpty() && !pattern.startsWith("#")) {
                FilePattern parsed = FilePattern.parse(root, pattern);
                patterns.add(parsed);
                if (options.below() && !parsed.endsWithEverything()) {
                    patterns.add(parsed.below());
                }
            }
        }
        return new FileGlob(patterns, options);
    }

    private record Place(Path path, int level) {}

    /** The files that match, not the folders. */
    List<Path> find() throws IOException {
        return find(false);
    }

    /** The files that match, and the folders that do. */
    public List<Path> findAll() throws IOException {
        return find(true);
    }

    private List<Path> find(boolean folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path start : startingPoints()) {
            Deque<Place> open = new ArrayDeque<>(List.of(new Place(start, 1)));
            Deque<Path> chain = new ArrayDeque<>();
            while (!open.isEmpty()) {
                Place place = open.pop();
                if (!options.hidden() && isHidden(place.path())) {
                    continue;
                }
                boolean match = matches(place.path());
                if (!match && !mayContain(place.path()) || !exists(place.path())) {
                    continue;
                }
                if (!isFolder(place.path())) {
                    if (match) {
                        found.add(place.path());
                    }
                    continue;
                }
                if (match && folders) {
                    found.add(place.path());
                }
                if (mayContain(place.path()) && !isCycle(place, chain)) {
                    children(place.path()).reversed().forEach(child -> open.push(new Place(child, place.level() + 1)));
                }
            }
        }
        return found;
    }

    private static boolean isHidden(Path path) {
        Path name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    private boolean matches(Path path) {
        boolean match = false;
        for (FilePattern pattern : patterns) {
            if (pattern.negated() == match && pattern.matches(path)) {
                match = !match;
            }
        }
        return match;
    }

    private boolean mayContain(Path path) {
        return patterns.stream().anyMatch(pattern -> !pattern.negated() && pattern.mayContain(path));
    }

    /** Where the search begins: the fixed part of each pattern, without those that lie below another. */
    public List<Path> startingPoints() {
        Set<Path> all = new HashSet<>();
        patterns.stream().filter(pattern -> !pattern.negated()).forEach(pattern -> all.add(pattern.fixedPart()));
        List<Path> starts = new ArrayList<>();
        for (FilePattern pattern : patterns) {
            Path start = pattern.fixedPart();
            boolean covered = all.stream().anyMatch(other -> !other.equals(start) && start.startsWith(other));
            if (!pattern.negated() && !covered && !starts.contains(start)) {
                starts.add(start);
            }
        }
        return starts;
    }

    /** Broken links count as absent only when links are followed. */
    private boolean exists(Path path) {
        return options.followLinks() ? Files.exists(path) : Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isFolder(Path path) {
        return options.followLinks() ? Files.isDirectory(path) : Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Keeps the real paths of the folders above; a link to one of them would never end. */
    private boolean isCycle(Place place, Deque<Path> chain) throws IOException {
        if (!options.followLinks()) {
            return false;
        }
        Path real = place.path().toRealPath();
        while (chain.size() >= place.level()) {
            chain.removeLast();
        }
        if (chain.contains(real)) {
            return true;
        }
        chain.addLast(real);
        return false;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted(Comparator.comparing(FileGlob::bytes, Arrays::compareUnsigned))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static byte[] bytes(Path path) {
        return path.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    }
}
