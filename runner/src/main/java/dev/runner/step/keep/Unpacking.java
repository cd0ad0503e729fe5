package dev.runner.step.keep;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts entries of an archive into folders. The first part of a name may choose the folder; no entry leaves it, whatever
 * names and links the archive has. Modes and times of folders are set at the end, as a folder may forbid what comes into it.
 */
final class Unpacking {
    private final Map<String, Path> roots;
    private final Map<Path, Path> realRoots = new HashMap<>();
    private final Set<Path> good = new HashSet<>();
    private final List<Ending> last = new ArrayList<>();

    /** @param roots folders by the first part of a name; or one under the empty name, for all */
    Unpacking(Map<String, Path> roots) {
        this.roots = Map.copyOf(roots);
    }

    /** What is done at the end. */
    @FunctionalInterface
    private interface Ending {
        void run() throws IOException;
    }

    /** Where an entry belongs; its parent is there then, and what stood in its place is not, unless it is a folder. */
    Path place(String written) throws IOException {
        String name = EntryName.checked(written);
        Path root = roots.get("");
        if (root == null) {
            int slash = name.indexOf('/');
            String first = slash < 0 ? name : name.substring(0, slash);
            root = roots.get(first);
            if (root == null) {
                throw new IOException("the archive has '" + name + "', which belongs nowhere");
            }
            name = slash < 0 ? "" : name.substring(slash + 1);
        }
        Path path = name.isEmpty() ? root : root.resolve(name);
        if (!name.isEmpty()) {
            makeParent(root, path);
        }
        return path;
    }

    private void makeParent(Path root, Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null || !good.add(parent)) {
            return;
        }
        Files.createDirectories(root);
        Path real = realRoots.get(root);
        if (real == null) {
            real = root.toRealPath();
            realRoots.put(root, real);
        }
        Path at = root;
        for (Path part : root.relativize(parent)) {
            at = at.resolve(part);
            if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(at);
            } else if (!Files.isDirectory(at)) {
                throw new IOException("'" + at + "' is no folder, and the archive has files in it");
            }
        }
        if (!parent.toRealPath().startsWith(real)) {
            throw new IOException("'" + parent + "' leads out of " + root + ", and the archive has files in it");
        }
    }

    /** Makes room for what is no folder. */
    Path fresh(String name) throws IOException {
        Path path = place(name);
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            throw new IOException("'" + path + "' is a folder here and none in the archive", e);
        }
        return path;
    }

    void folder(String name, int mode, long mtimeMillis) throws IOException {
        Path path = place(name);
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path);
        }
        last.add(() -> attributes(path, mode, mtimeMillis));
    }

    void link(String name, String target) throws IOException {
        Path path = fresh(name);
        Files.createSymbolicLink(path, Path.of(target));
        // A folder checked before may be this link now.
        good.clear();
    }

    static void attributes(Path path, int mode, long mtimeMillis) throws IOException {
        Files.setPosixFilePermissions(path, permissions(mode));
        Files.setLastModifiedTime(path, FileTime.fromMillis(mtimeMillis));
    }

    void finish() throws IOException {
        for (Ending each : last.reversed()) {
            each.run();
        }
    }

    static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }

    static int mode(Set<PosixFilePermission> permissions) {
        int mode = 0;
        for (PosixFilePermission each : permissions) {
            mode |= 0400 >> each.ordinal();
        }
        return mode;
    }
}
