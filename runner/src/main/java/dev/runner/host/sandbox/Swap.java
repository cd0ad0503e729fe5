package dev.runner.host.sandbox;

import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file or folder that stands in another's place for a while; both are renamed, and the folder's time is put back. */
final class Swap {
    private final Path source;
    private final Path place;
    private final @Nullable Path aside;
    private final Path parent;
    private final Instant time;

    private Swap(Path source, Path place, @Nullable Path aside, Path parent, Instant time) {
        this.source = source;
        this.place = place;
        this.aside = aside;
        this.parent = parent;
        this.time = time;
    }

    /** @param run a folder on the same file system, for what was in the place */
    static Swap in(Path source, Path place, Path run) throws IOException {
        Path parent = Objects.requireNonNull(place.getParent());
        Files.createDirectories(parent);
        Instant time = PosixFiles.lstat(parent).times().modified();
        Path aside = null;
        if (PosixFiles.lstatIfPresent(place) != null) {
            aside = Files.createTempDirectory(run, "aside").resolve("x");
            Files.move(place, aside, StandardCopyOption.ATOMIC_MOVE);
        }
        Swap swap = new Swap(source, place, aside, parent, time);
        try {
            Files.move(source, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // A shared cache that another step has just now: this one has an empty one.
            Files.createDirectory(place);
        }
        return swap;
    }

    void out() throws IOException {
        FileStatus there = PosixFiles.lstatIfPresent(place);
        if (there != null && (PosixFiles.lstatIfPresent(source) != null || !moved(place, source))) {
            PosixFiles.deleteTree(place);
        }
        if (aside != null) {
            Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
        }
        if (PosixFiles.lstatIfPresent(parent) != null) {
            PosixFiles.setModified(parent, time);
        }
    }

    private static boolean moved(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
