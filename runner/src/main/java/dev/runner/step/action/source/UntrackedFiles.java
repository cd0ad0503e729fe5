package dev.runner.step.action.source;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** What lay in a workspace beside the repository's own files, and shall stay when that is checked out anew. */
final class UntrackedFiles {
    private UntrackedFiles() {}

    /** Moves every file of the former folder that the new one does not have. */
    static void bringBack(Path former, Path into) throws IOException {
        Files.walkFileTree(former, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (folder.equals(former.resolve(".git"))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Path target = into.resolve(former.relativize(folder));
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    return Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
                            ? FileVisitResult.CONTINUE
                            : FileVisitResult.SKIP_SUBTREE;
                }
                Files.move(folder, target);
                return FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = into.resolve(former.relativize(file));
                if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    Files.move(file, target);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
