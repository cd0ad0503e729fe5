package dev.runner.registry.server;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a registry has, as files:
 *
 * <pre>
 * blobs/ALGORITHM/AB/ABCD…                            content, of all repositories, by digest
 * repositories/NAME/_blobs/ALGORITHM/ABCD…            empty: the repository has that blob
 * repositories/NAME/_manifests/ALGORITHM/ABCD…        the repository has that manifest; holds its media type
 * repositories/NAME/_tags/TAG                         holds a digest
 * repositories/NAME/_referrers/ALGORITHM/ABCD…/DIGEST empty: that manifest names this one as its subject
 * repositories/NAME/_lock                             empty: held while a tag is moved on a condition
 * repositories/NAME/_uploads/ID                       an upload's bytes so far
 * </pre>
 *
 * <p>A repository's name has no component that begins with an underscore, so names and folders do not meet. Content is
 * written elsewhere, synced and renamed, and only then marked as a repository's: who dies between leaves content that
 * nobody sees. All changes are single renames or creations, so that several processes may share a folder. What nobody
 * has any more, and uploads that nobody continues, go when a server starts, if they have been left alone for long.
 */
final class Store {
    /** How long an upload may rest. */
    static final Duration STALE_UPLOAD = Duration.ofHours(6);

    /** How long content may lie without a repository: far longer than it takes to mark it. */
    static final Duration STALE_CONTENT = Duration.ofHours(24);

    private final Path root;
    private final ReentrantLock exchanges = new ReentrantLock();

    private Store(Path root) {
        this.root = root;
    }

    static Store open(Path root) throws IOException {
        Files.createDirectories(root.resolve("blobs"));
        Files.createDirectories(root.resolve("repositories"));
        return new Store(root);
    }

    Path content(Digest digest) {
        return root.resolve("blobs")
                .resolve(digest.algorithm())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }

    Path uploads(String repository) {
        return repository(repository).resolve("_uploads");
    }

    boolean exists(String repository) {
        return Files.isDirectory(repository(repository));
    }

    boolean hasBlob(String repository, Digest digest) {
        return Files.exists(mark(repository, "_blobs", digest)) && Files.exists(content(digest));
    }

    /** Makes a file the content of a digest, and the repository's. The file is synced and right already. */
    void addBlob(String repository, Digest digest, Path file) throws IOException {
        addContent(digest, file);
        markBlob(repository, digest);
    }

    void markBlob(String repository, Digest digest) throws IOException {
        create(mark(repository, "_blobs", digest));
    }

    boolean removeBlob(String repository, Digest digest) throws IOException {
        return Files.deleteIfExists(mark(repository, "_blobs", digest));
    }

    void addManifest(String repository, Digest digest, String mediaType, byte[] json) throws IOException {
        Path temporary = root.resolve("blobs").resolve(".manifest-" + UUID.randomUUID());
        write(temporary, json);
        addContent(digest, temporary);
        replace(mark(repository, "_manifests", digest), mediaType);
    }

    /** A manifest's media type; null when the repository does not have it. */
    @Nullable
    String manifestType(String repository, Digest digest) throws IOException {
        return text(mark(repository, "_manifests", digest));
    }

    byte[] manifest(Digest digest) throws IOException {
        return Files.readAllBytes(content(digest));
    }

    /** Forgets a manifest with its tags. */
    boolean removeManifest(String repository, Digest digest) throws IOException {
        boolean had = Files.deleteIfExists(mark(repository, "_manifests", digest));
        for (String tag : tags(repository)) {
            if (digest.equals(tag(repository, tag))) {
                removeTag(repository, tag);
            }
        }
        return had;
    }

    @Nullable
    Digest tag(String repository, String tag) throws IOException {
        String text = text(repository(repository).resolve("_tags").resolve(tag));
        return text == null ? null : Digest.parse(text);
    }

    void setTag(String repository, String tag, Digest digest) throws IOException {
        replace(repository(repository).resolve("_tags").resolve(tag), digest.toString());
    }

    /** Moves a tag if it means what is expected; one at a time, of all processes that keep to this. */
    boolean exchangeTag(String repository, String tag, Predicate<@Nullable Digest> expected, Digest digest)
            throws IOException {
        exchanges.lock();
        try (FileChannel channel = FileChannel.open(
                        repository(repository).resolve("_lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            boolean agreed = lock.isValid() && expected.test(tag(repository, tag));
            if (agreed) {
                setTag(repository, tag, digest);
            }
            return agreed;
        } finally {
            exchanges.unlock();
        }
    }

    boolean removeTag(String repository, String tag) throws IOException {
        return Files.deleteIfExists(repository(repository).resolve("_tags").resolve(tag));
    }

    /** A repository's tags, sorted. */
    List<String> tags(String repository) throws IOException {
        return names(repository(repository).resolve("_tags"));
    }

    void addReferrer(String repository, Digest subject, Digest referrer) throws IOException {
        create(mark(repository, "_referrers", subject).resolve(referrer.toString()));
    }

    void removeReferrer(String repository, Digest subject, Digest referrer) throws IOException {
        Files.deleteIfExists(mark(repository, "_referrers", subject).resolve(referrer.toString()));
    }

    List<Digest> referrers(String repository, Digest subject) throws IOException {
        return names(mark(repository, "_referrers", subject)).stream()
                .map(Digest::parse)
                .toList();
    }

    /** The repositories that hold a manifest, or did, sorted. */
    List<String> repositories() throws IOException {
        List<String> names = new ArrayList<>();
        Path top = root.resolve("repositories");
        walk(top, folder -> {
            if (folder.getFileName().toString().equals("_manifests")) {
                names.add(top.relativize(folder.getParent()).toString());
            }
        });
        names.sort(null);
        return names;
    }

    /** Frees what nobody has and nobody continues. */
    void sweep(Instant now) throws IOException {
        Set<String> used = new HashSet<>();
        walk(root.resolve("repositories"), folder -> {
            String name = folder.getFileName().toString();
            if (name.equals("_uploads")) {
                removeOlder(folder, now.minus(STALE_UPLOAD));
            } else if (name.equals("_blobs") || name.equals("_manifests")) {
                for (String algorithm : names(folder)) {
                    names(folder.resolve(algorithm)).forEach(hex -> used.add(algorithm + ":" + hex));
                }
            }
        });
        Instant limit = now.minus(STALE_CONTENT);
        Path blobs = root.resolve("blobs");
        removeOlder(blobs, limit);
        for (String algorithm : names(blobs)) {
            for (String start : names(blobs.resolve(algorithm))) {
                Path folder = blobs.resolve(algorithm).resolve(start);
                for (String hex : names(folder)) {
                    if (!used.contains(algorithm + ":" + hex)) {
                        removeIfOlder(folder.resolve(hex), limit);
                    }
                }
            }
        }
    }

    private void addContent(Digest digest, Path file) throws IOException {
        Path target = content(digest);
        Files.createDirectories(target.getParent());
        // Also where the content is there already: a sweep then sees that it is young.
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path repository(String name) {
        return root.resolve("repositories").resolve(name);
    }

    private Path mark(String repository, String kind, Digest digest) {
        return repository(repository).resolve(kind).resolve(digest.algorithm()).resolve(digest.hex());
    }

    private static void create(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();
    }

    private void replace(Path target, String text) throws IOException {
        Files.createDirectories(target.getParent());
        Path temporary = root.resolve("blobs").resolve(".text-" + UUID.randomUUID());
        write(temporary, text.getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Channels.newOutputStream(channel).write(content);
            channel.force(true);
        }
    }

    private static @Nullable String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static List<String> names(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.startsWith(".")) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        names.sort(null);
        return names;
    }

    @FunctionalInterface
    private interface FolderVisitor {
        void visit(Path folder) throws IOException;
    }

    /** Visits the folders below repositories whose names begin with an underscore, and does not go into them. */
    private static void walk(Path top, FolderVisitor visitor) throws IOException {
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (folder.getFileName().toString().startsWith("_")) {
                    visitor.visit(folder);
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                // Another process may be at work here too.
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes a folder's own files, not its folders, that nobody has touched since a moment. */
    private static void removeOlder(Path folder, Instant limit) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            for (Path file : files) {
                removeIfOlder(file, limit);
            }
        }
    }

    private static void removeIfOlder(Path file, Instant limit) throws IOException {
        try {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Another process was faster.
        }
    }
}
