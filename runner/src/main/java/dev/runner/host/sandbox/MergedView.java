package dev.runner.host.sandbox;

import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks up paths in stacked layers as overlayfs will show them, without mounting: the topmost entry counts, a whiteout
 * hides what is below it, an opaque folder hides what is below it, other folders merge.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay Filesystem</a>
 */
final class MergedView {
    private static final int MOST_LINKS = 40;

    private final List<Path> layers;

    /** @param layers topmost first */
    MergedView(List<Path> layers) {
        this.layers = List.copyOf(layers);
    }

    /**
     * Where a path leads.
     *
     * @param path without symbolic links, relative to the root
     * @param missingFrom how many parts of it exist
     * @param hidden whether something below the missing part would not be seen: a whiteout or opaque folder is above it
     */
    record Place(List<String> path, int missingFrom, boolean hidden) {
        boolean exists() {
            return missingFrom == path.size();
        }
    }

    /** The file that a path leads to, in the layer that has it; null when there is none. */
    @Nullable
    Path file(String target) throws IOException {
        Place place = resolve(target);
        if (!place.exists() || place.path().isEmpty()) {
            return null;
        }
        for (Path folder : reopen(place.path().subList(0, place.path().size() - 1))) {
            Path entry = folder.resolve(place.path().getLast());
            if (PosixFiles.lstatIfPresent(entry) != null) {
                return entry;
            }
        }
        return null;
    }

    Place resolve(String target) throws IOException {
        Deque<String> todo = new ArrayDeque<>();
        push(todo, target);
        List<String> done = new ArrayList<>();
        List<Path> folders = layers;
        boolean hidden = false;
        int links = 0;
        int missingFrom = -1;
        while (!todo.isEmpty()) {
            String part = todo.pop();
            if (part.equals("..")) {
                if (!done.isEmpty()) {
                    done.removeLast();
                }
                folders = missingFrom >= 0 ? folders : reopen(done);
                continue;
            }
            done.add(part);
            if (missingFrom >= 0) {
                continue;
            }
            Lookup found = lookup(folders, part);
            if (found.link == null) {
                hidden |= found.hidden;
            } else {
                if (++links > MOST_LINKS) {
                    throw new IOException(target + ": too many symbolic links");
                }
                done.removeLast();
                if (found.link.startsWith("/")) {
                    done.clear();
                    hidden = false;
                }
                push(todo, found.link);
                folders = reopen(done);
                continue;
            }
            if (!found.exists) {
                missingFrom = done.size() - 1;
            } else {
                folders = found.folders;
            }
        }
        return new Place(List.copyOf(done), missingFrom < 0 ? done.size() : Math.min(missingFrom, done.size()), hidden);
    }

    private record Lookup(
            boolean exists, boolean hidden, @Nullable String link, List<Path> folders) {}

    private static Lookup lookup(List<Path> folders, String name) throws IOException {
        List<Path> merged = new ArrayList<>();
        for (Path folder : folders) {
            Path entry = folder.resolve(name);
            FileStatus status = PosixFiles.lstatIfPresent(entry);
            if (status == null) {
                continue;
            }
            if (status.isOverlayWhiteout()) {
                return new Lookup(!merged.isEmpty(), true, null, merged);
            }
            if (!status.isDirectory()) {
                if (!merged.isEmpty()) {
                    return new Lookup(true, true, null, merged);
                }
                return new Lookup(true, true, status.isSymlink() ? PosixFiles.readlink(entry) : null, List.of());
            }
            merged.add(entry);
            if (isOpaque(entry)) {
                return new Lookup(true, true, null, merged);
            }
        }
        return new Lookup(!merged.isEmpty(), false, null, merged);
    }

    private static boolean isOpaque(Path folder) throws IOException {
        for (String name : List.of("trusted.overlay.opaque", "user.overlay.opaque")) {
            byte[] value = PosixFiles.getXattr(folder, name);
            if (value != null && value.length == 1 && value[0] == 'y') {
                return true;
            }
        }
        return false;
    }

    private List<Path> reopen(List<String> path) throws IOException {
        List<Path> folders = layers;
        for (String part : path) {
            folders = lookup(folders, part).folders;
        }
        return folders;
    }

    private static void push(Deque<String> todo, String path) {
        List<String> parts = new ArrayList<>(List.of(path.split("/")));
        Collections.reverse(parts);
        for (String part : parts) {
            if (!part.isEmpty() && !part.equals(".")) {
                todo.push(part);
            }
        }
    }
}
