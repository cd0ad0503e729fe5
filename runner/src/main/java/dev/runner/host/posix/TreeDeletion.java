package dev.runner.host.posix;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Deletes what a build may have made: folders without permissions (overlayfs leaves one in its work folder), and trees
 * deeper than a path may be long, whose lower parts are first moved up. The hoisting also bounds the recursion.
 */
final class TreeDeletion {
    private static final int LONGEST = 2000;

    private final Path root;
    private final Deque<Path> hoisted = new ArrayDeque<>();
    private int counter;

    private TreeDeletion(Path root) {
        this.root = root;
    }

    static void delete(Path root) throws IOException {
        if (unlinked(root)) {
            return;
        }
        TreeDeletion deletion = new TreeDeletion(root);
        deletion.empty(root);
        for (Path next = deletion.hoisted.poll(); next != null; next = deletion.hoisted.poll()) {
            deletion.empty(next);
            rmdir(next);
        }
        rmdir(root);
    }

    private void empty(Path folder) throws IOException {
        for (Path child : children(folder)) {
            if (unlinked(child)) {
                continue;
            }
            if (child.toString().length() > LONGEST) {
                hoist(child);
            } else {
                empty(child);
                rmdir(child);
            }
        }
    }

    private void hoist(Path folder) throws IOException {
        Path name = root.resolve(".deleting-" + ProcessHandle.current().pid() + "-" + counter++);
        if (!PosixFiles.renameNoReplace(folder, name)) {
            throw new IOException(name + ": exists");
        }
        hoisted.add(name);
    }

    private static List<Path> children(Path folder) throws IOException {
        try {
            return list(folder);
        } catch (AccessDeniedException e) {
            PosixFiles.chmod(folder, 0700);
            return list(folder);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }

    /** Whether the name is gone; false when it is a folder's. */
    private static boolean unlinked(Path path) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            if (Libc.unlink(scratch, scratch.path("unlink", path)) == 0) {
                return true;
            }
            ErrnoException failure = scratch.failure("unlink", path);
            if (failure.is("ENOENT")) {
                return true;
            }
            if (failure.is("EISDIR", "EPERM")) {
                return false;
            }
            if (failure.is("EACCES") && path.getParent() != null) {
                Libc.chmod(scratch, scratch.path("chmod", path.getParent()), 0700);
                if (Libc.unlink(scratch, scratch.path("unlink", path)) == 0) {
                    return true;
                }
                failure = scratch.failure("unlink", path);
                if (failure.is("EISDIR", "EPERM")) {
                    return false;
                }
            }
            throw failure;
        }
    }

    private static void rmdir(Path folder) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            if (Libc.rmdir(scratch, scratch.path("rmdir", folder)) < 0) {
                ErrnoException failure = scratch.failure("rmdir", folder);
                if (!failure.is("ENOENT")) {
                    throw failure;
                }
            }
        }
    }
}
