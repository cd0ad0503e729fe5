package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder in which paths are made one folder at a time, so that no symbolic link leads out of it. A link that was there
 * before makes way; one that this checkout has written and that would have to be a folder, too, is an attack.
 */
final class SafeFolder {
    private final Path root;
    private final Set<String> folders = new HashSet<>();
    private final Set<String> files = new HashSet<>();

    SafeFolder(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /** The path, where nothing is any more, in a folder that is one. */
    Path free(String path) throws IOException {
        Path file = parent(path).resolve(name(path));
        if (!files.add(path) || folders.contains(path)) {
            throw unsafe(path);
        }
        delete(file);
        return file;
    }

    /** The path as a folder, made when it is not there. */
    Path folder(String path) throws IOException {
        Path folder = parent(path).resolve(name(path));
        return ensure(path, folder);
    }

    private Path parent(String path) throws IOException {
        Path folder = root;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String prefix = path.substring(0, slash);
            folder = ensure(prefix, root.resolve(prefix));
        }
        return folder;
    }

    private Path ensure(String path, Path folder) throws IOException {
        if (folders.contains(path)) {
            return folder;
        }
        if (files.contains(path)) {
            throw unsafe(path);
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(folder);
            Files.createDirectory(folder);
        }
        folders.add(path);
        return folder;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private CheckoutException unsafe(String path) {
        return new CheckoutException(
                Reason.UNSAFE, root.toString(), "the tree has '" + path + "' as a file and as a folder", null);
    }

    /** Removes a file, a link (not what it names) or a folder with all that is in it; nothing there is fine. */
    static void delete(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(path);
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException fault) throws IOException {
                if (fault instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // Gone already, which is what was wanted.
                }
                throw fault;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException fault) throws IOException {
                if (fault != null) {
                    throw fault;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
