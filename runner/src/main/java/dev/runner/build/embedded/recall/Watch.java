package dev.runner.build.embedded.recall;

import dev.runner.dockerfile.IgnoreFile;
import dev.runner.dockerfile.IgnorePatterns;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether files are as a memo has them. By plain Java calls: linking native ones, as the rest of the engine does, takes
 * longer than the few thousand looks of a usual context.
 */
final class Watch {
    private Watch() {}

    static boolean sameTexts(List<Memo.Text> texts) throws IOException {
        for (Memo.Text text : texts) {
            if (!same(text)) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(Memo.Text text) throws IOException {
        try {
            return Files.readString(text.path()).equals(text.content());
        } catch (NoSuchFileException e) {
            return text.content() == null;
        }
    }

    static boolean sameTrees(List<Memo.Tree> trees) throws IOException {
        for (Memo.Tree tree : trees) {
            IgnorePatterns ignored =
                    tree.ignore() == null ? IgnorePatterns.none() : IgnoreFile.parse(Source.read(tree.ignore()));
            for (Memo.Folder folder : tree.folders()) {
                byte[] now = listing(tree.root().resolve(folder.path()), walk(ignored, folder.path()));
                if (now == null || !Arrays.equals(now, folder.listing())) {
                    return false;
                }
            }
        }
        return true;
    }

    private static IgnorePatterns.Walk walk(IgnorePatterns ignored, String path) {
        IgnorePatterns.Walk walk = ignored.walk();
        for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
            walk = walk.child(name);
        }
        return walk;
    }

    private static byte @Nullable [] listing(Path folder, IgnorePatterns.Walk walk) throws IOException {
        FolderListing listing = new FolderListing();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                IgnorePatterns.Walk own = walk.child(name);
                if (!own.ignored() || own.mayReinclude()) {
                    listing.add(entry(name, file));
                }
            }
        } catch (NoSuchFileException e) {
            return null;
        }
        return listing.bytes();
    }

    private static FolderListing.Entry entry(String name, Path file) throws IOException {
        Map<String, Object> status =
                Files.readAttributes(file, "unix:mode,ino,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
        return new FolderListing.Entry(
                name,
                (Integer) Objects.requireNonNull(status.get("mode")),
                (Long) Objects.requireNonNull(status.get("ino")),
                (Long) Objects.requireNonNull(status.get("size")),
                nanoseconds(status.get("lastModifiedTime")),
                nanoseconds(status.get("ctime")));
    }

    private static long nanoseconds(@Nullable Object time) {
        return time instanceof FileTime fileTime ? fileTime.to(TimeUnit.NANOSECONDS) : 0;
    }
}
