package dev.runner.host.sandbox;

import dev.runner.host.posix.ErrnoException;
import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.OpenedPath;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Mount points for what is mounted over the root, without a trace in it.
 *
 * <p>With an overlay they are made in a layer of their own, <em>below</em> all others: overlayfs then shows them where
 * the image has nothing, and its upper folder never hears of them. Only where a whiteout or an opaque folder of the
 * image hides that layer, or where the root is a plain folder, must they be made in the root itself; those are removed
 * at the end if they are still empty, and the times of the folders they were in are put back.
 */
final class Stubs {
    private final MergedView view;
    private final Path layer;
    private final Path writable;
    private final boolean overlay;
    private final List<Path> made = new ArrayList<>();
    private final Map<Path, Instant> times = new LinkedHashMap<>();
    private final List<Path> copiedUp = new ArrayList<>();

    private Stubs(MergedView view, Path layer, Path writable, boolean overlay) {
        this.view = view;
        this.layer = layer;
        this.writable = writable;
        this.overlay = overlay;
    }

    /** @param layer an existing empty folder, to be used as the lowest layer */
    static Stubs of(RootFilesystem root, Path layer) {
        return switch (root) {
            case RootFilesystem.Overlay o -> {
                List<Path> layers = new ArrayList<>(List.of(o.upper()));
                layers.addAll(o.lowers());
                yield new Stubs(new MergedView(layers), layer, o.upper(), true);
            }
            case RootFilesystem.Directory d -> new Stubs(new MergedView(List.of(d.path())), layer, d.path(), false);
        };
    }

    /**
     * Makes sure that a mount has something to be mounted on.
     *
     * @return the target without symbolic links
     */
    String prepare(String target, boolean folder) throws IOException {
        MergedView.Place place = view.resolve(target);
        String resolved = "/" + String.join("/", place.path());
        if (place.exists()) {
            return resolved;
        }
        if (overlay && !place.hidden()) {
            make(layer, place.path(), folder);
        } else {
            remember(place);
            if (!overlay) {
                make(writable, place.path(), folder);
            }
        }
        return resolved;
    }

    private static void make(Path base, List<String> path, boolean folder) throws IOException {
        Path current = base;
        for (int i = 0; i < path.size(); i++) {
            current = current.resolve(path.get(i));
            if (PosixFiles.lstatIfPresent(current) != null) {
                continue;
            }
            if (i < path.size() - 1 || folder) {
                PosixFiles.mkdir(current, 0755);
            } else {
                Files.createFile(current);
                PosixFiles.chmod(current, 0644);
            }
        }
    }

    private void remember(MergedView.Place place) throws IOException {
        Path current = writable;
        for (int i = 0; i < place.path().size(); i++) {
            FileStatus status = PosixFiles.lstatIfPresent(current);
            if (i == place.missingFrom() && status != null) {
                times.putIfAbsent(current, status.times().modified());
            }
            current = current.resolve(place.path().get(i));
            if (i >= place.missingFrom()) {
                made.add(current);
            } else if (PosixFiles.lstatIfPresent(current) == null) {
                copiedUp.add(current);
            }
        }
    }

    /** Removes what was made in the root and is still empty, and puts times back. */
    void clean() throws IOException {
        for (Path path : made.reversed()) {
            inFolderOf(path, Stubs::removeIfEmpty);
        }
        for (Path path : copiedUp.reversed()) {
            inFolderOf(path, place -> {
                FileStatus status = PosixFiles.lstatIfPresent(place);
                if (status != null && status.isDirectory()) {
                    removeIfEmpty(place);
                }
            });
        }
        for (Map.Entry<Path, Instant> entry : times.entrySet()) {
            inFolderOf(entry.getKey().resolve("."), place -> PosixFiles.setModified(place, entry.getValue()));
        }
    }

    /** Does something to a name in the root. */
    private interface Change {
        void to(Path place) throws IOException;
    }

    /**
     * Opens the folder that a path is in, and changes the name there. Where the process has put a symbolic link into the way,
     * which would lead out of the root, nothing is left to do.
     */
    private void inFolderOf(Path path, Change change) throws IOException {
        Path folder = Objects.requireNonNull(path.getParent());
        try (OpenedPath opened = OpenedPath.beneath(writable, folder)) {
            change.to(opened.path().resolve(Objects.requireNonNull(path.getFileName())));
        } catch (ErrnoException e) {
            if (!e.is("ELOOP", "ENOENT", "ENOTDIR")) {
                throw e;
            }
        }
    }

    private static void removeIfEmpty(Path path) throws IOException {
        FileStatus status = PosixFiles.lstatIfPresent(path);
        if (status == null || status.isSymlink()) {
            return;
        }
        try {
            if (status.isDirectory() || (status.isRegular() && status.size() == 0)) {
                Files.deleteIfExists(path);
            }
        } catch (java.nio.file.DirectoryNotEmptyException e) {
            // The command put something there: then it belongs to the image.
        }
    }
}
