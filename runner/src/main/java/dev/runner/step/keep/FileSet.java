package dev.runner.step.keep;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files to keep, by the name they have in there: relative, {@code /} between the parts, never {@code ..}. Folders that hold
 * something need no entry of their own; one that has an entry keeps its mode. A link is kept as a link; who wants what it
 * leads to, names that. Ordered by name. For one thread.
 */
public final class FileSet {
    private final TreeMap<String, Path> files = new TreeMap<>();
    private boolean modes = true;

    /** A whole folder, the names being relative to it. */
    public static FileSet below(Path folder) throws IOException {
        FileSet set = new FileSet();
        set.addTree("", folder);
        return set;
    }

    /**
     * Adds one file, link or folder; not what a folder holds.
     *
     * @throws IllegalArgumentException when the name is absolute, empty or has a part that is {@code .} or {@code ..}
     */
    public FileSet add(String name, Path file) {
        files.put(EntryName.checked(name), file);
        return this;
    }

    /**
     * Adds a file or a folder with all it holds; links are not followed, sockets and pipes left out.
     *
     * @param name empty for what the folder holds, without the folder itself
     */
    public FileSet addTree(String name, Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                put(folder);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!attributes.isOther()) {
                    put(file);
                }
                return FileVisitResult.CONTINUE;
            }

            private void put(Path path) {
                String rest = EntryName.of(root.relativize(path));
                String full = name.isEmpty() || rest.isEmpty() ? name + rest : name + "/" + rest;
                if (!full.isEmpty()) {
                    add(full, path);
                }
            }
        });
        return this;
    }

    /** Kept with modes 644 and 755 instead of their own, as GitHub's artifacts are. */
    public FileSet withoutModes() {
        modes = false;
        return this;
    }

    boolean keepsModes() {
        return modes;
    }

    /** Paths by name, sorted. */
    public SortedMap<String, Path> entries() {
        return Collections.unmodifiableSortedMap(files);
    }

    public boolean isEmpty() {
        return files.isEmpty();
    }

    public int size() {
        return files.size();
    }
}
