package dev.runner.step.github;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fetched actions on disk: {@code owner/name/SHA} holds the files, {@code SHA.digest} beside it their digest, and
 * {@code refs} what each ref meant when it was last asked for. Runs that share it do not hinder each other: everything is
 * written elsewhere and renamed.
 */
final class ActionCache {
    private final Path folder;

    ActionCache(Path folder) {
        this.folder = folder;
    }

    /** What is known of an action without asking anybody; null when there is nothing, or it has been tampered with. */
    ActionSource.@Nullable Fetched find(ActionReference.Remote action) throws IOException {
        Path place = folder.resolve(action.fullName());
        String sha = action.ref();
        if (!Files.isDirectory(place.resolve(sha)) || !sha.matches("[0-9a-f]{40}")) {
            Path ref = ref(place, action.ref());
            if (!Files.isRegularFile(ref)) {
                return null;
            }
            sha = Files.readString(ref).strip();
        }
        Path tree = place.resolve(sha);
        Path digest = place.resolve(sha + ".digest");
        if (!Files.isDirectory(tree) || !Files.isRegularFile(digest)) {
            return null;
        }
        if (!Files.readString(digest).strip().equals(digest(tree))) {
            delete(tree);
            return null;
        }
        return new ActionSource.Fetched(tree, sha);
    }

    private static Path ref(Path place, String ref) {
        String name = HexFormat.of().formatHex(sha256().digest(ref.getBytes(StandardCharsets.UTF_8)));
        return place.resolve("refs").resolve(name);
    }

    Path newFolder() throws IOException {
        Files.createDirectories(folder);
        return Files.createTempDirectory(folder, ".new-");
    }

    /** Takes over a tree that was checked out. */
    ActionSource.Fetched keep(ActionReference.Remote action, String sha, Path checkedOut) throws IOException {
        Path place = folder.resolve(action.fullName());
        delete(checkedOut.resolve(".git"));
        write(place.resolve(sha + ".digest"), digest(checkedOut));
        try {
            Files.move(checkedOut, place.resolve(sha), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            delete(checkedOut); // Another run, or another ref of this commit, has brought it.
        }
        write(ref(place, action.ref()), sha);
        return new ActionSource.Fetched(place.resolve(sha), sha);
    }

    private static void write(Path file, String text) throws IOException {
        Path folder = Files.createDirectories(file.resolveSibling(""));
        Path temporary = Files.createTempFile(folder, ".", ".new");
        Files.writeString(temporary, text + "\n");
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Of the files' names, contents, links and whether they can be executed. */
    private static String digest(Path tree) throws IOException {
        MessageDigest all = sha256();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(tree)) {
            files = walk.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            byte[] content = Files.isSymbolicLink(file)
                    ? Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8)
                    : Files.readAllBytes(file);
            String kind = Files.isSymbolicLink(file) ? "link" : Files.isExecutable(file) ? "program" : "file";
            all.update((kind + " " + tree.relativize(file) + " " + content.length + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            all.update(content);
        }
        return HexFormat.of().formatHex(all.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A copy that a job may write to, as GitHub gives each job its own. */
    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (directory.endsWith(".git")) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static void delete(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + root, e);
        }
    }
}
