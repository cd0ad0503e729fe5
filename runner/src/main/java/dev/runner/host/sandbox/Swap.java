package dev.runner.host.sandbox;

import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.OpenedPath;
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
    private final OpenedPath parent;
    private final Path place;
    private final @Nullable Path aside;
    private final Instant time;

    private Swap(Path source, OpenedPath parent, Path place, @Nullable Path aside, Instant time) {
        this.source = source;
        this.parent = parent;
        this.place = place;
        this.aside = aside;
        this.time = time;
    }

    /**
     * Puts something into a place of a root. The folder that the place is in is held open: whatever the process makes of its
     * name, what comes out is what went in.
     *
     * @param place without symbolic links
     * @param run a folder on the same file system, for what was in the place
     */
    static Swap in(Path source, Path root, Path place, Path run) throws IOException {
        Path folder = Objects.requireNonNull(place.getParent());
        Files.createDirectories(folder);
        OpenedPath parent = OpenedPath.beneath(root, folder);
        try {
            return in(source, parent, parent.path().resolve(Objects.requireNonNull(place.getFileName())), run);
        } catch (IOException | RuntimeException e) {
            parent.close();
            throw e;
        }
    }

    private static Swap in(Path source, OpenedPath parent, Path place, Path run) throws IOException {
        Instant time = parent.status().times().modified();
        Path aside = null;
        if (PosixFiles.lstatIfPresent(place) != null) {
            aside = Files.createTempDirectory(run, "aside").resolve("x");
            Files.move(place, aside, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(source, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // A shared cache that another step has just now: this one has an empty one.
            Files.createDirectory(place);
        }
        return new Swap(source, parent, place, aside, time);
    }

    void out() throws IOException {
        try (parent) {
            FileStatus there = PosixFiles.lstatIfPresent(place);
            if (there != null && (PosixFiles.lstatIfPresent(source) != null || !moved(place, source))) {
                PosixFiles.deleteTree(place);
            }
            if (aside == null || moved(aside, place)) {
                parent.setModified(time);
            }
        }
    }

    /** False when it is gone, or the process has deleted the folder that it should go to. */
    private static boolean moved(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
