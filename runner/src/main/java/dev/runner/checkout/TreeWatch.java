package dev.runner.checkout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * Waits for changes of a folder's files: those that git would see, where it is a repository, and all others else. The
 * kernel tells of changes; what is ignored wakes nobody. For one thread.
 */
public final class TreeWatch implements AutoCloseable {
    /** A change seldom comes alone: an editor writes several files, a branch switch many. */
    private static final int QUIET_MILLIS = 200;

    private final Path folder;
    private final @Nullable LocalSource source;
    private final WatchService service;
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private Map<Path, String> seen;

    private TreeWatch(Path folder, @Nullable LocalSource source) throws IOException {
        this.folder = folder;
        this.source = source;
        this.service = folder.getFileSystem().newWatchService();
        this.seen = look();
    }

    static TreeWatch of(Path folder) throws IOException {
        Path real = folder.toRealPath();
        return new TreeWatch(real, Files.exists(real.resolve(".git")) ? LocalSource.open(real) : null);
    }

    /**
     * Waits until files differ from what they were at the last call, or when this was made, and have come to rest.
     *
     * @throws InterruptedException when interrupted
     */
    public void awaitChange() throws InterruptedException {
        while (true) {
            Map<Path, String> now = look();
            if (!now.equals(seen)) {
                seen = now;
                return;
            }
            drop(service.take());
            WatchKey key;
            while ((key = service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS)) != null) {
                drop(key);
            }
        }
    }

    private static void drop(WatchKey key) {
        key.pollEvents();
        key.reset();
    }

    /** Files with their sizes and times; the folders they are in are watched from now on, and no others. */
    private Map<Path, String> look() {
        Map<Path, String> files = new TreeMap<>();
        Set<Path> folders = new HashSet<>(Set.of(folder));
        try {
            folders.forEach(this::watch);
            if (source == null) {
                walkAll(files, folders);
            } else {
                walkRepository(source.repository(), files, folders);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + folder, e);
        }
        watched.entrySet().removeIf(entry -> {
            boolean gone = !folders.contains(entry.getKey());
            if (gone) {
                entry.getValue().cancel();
            }
            return gone;
        });
        return files;
    }

    private void watch(Path path) {
        watched.computeIfAbsent(path, one -> {
            try {
                return one.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_DELETE,
                        StandardWatchEventKinds.ENTRY_MODIFY);
            } catch (NoSuchFileException | NotDirectoryException e) {
                return null; // Gone since: its own folder tells.
            } catch (IOException e) {
                throw new UncheckedIOException("cannot watch " + one, e);
            }
        });
    }

    private void walkAll(Map<Path, String> files, Set<Path> folders) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                folders.add(path);
                watch(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                files.put(path, shape(attributes));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void walkRepository(Repository repository, Map<Path, String> files, Set<Path> folders) throws IOException {
        try (TreeWalk walk = new TreeWalk(repository)) {
            walk.setOperationType(TreeWalk.OperationType.CHECKIN_OP);
            FileTreeIterator tree = new FileTreeIterator(repository);
            int work = walk.addTree(tree);
            int cached = walk.addTree(new DirCacheIterator(repository.readDirCache()));
            tree.setDirCacheIterator(walk, cached);
            while (walk.next()) {
                FileTreeIterator file = walk.getTree(work, FileTreeIterator.class);
                if (file == null || walk.getTree(cached, DirCacheIterator.class) == null && file.isEntryIgnored()) {
                    continue;
                }
                Path path = folder.resolve(walk.getPathString());
                if (file.getEntryFileMode() == FileMode.TREE) {
                    folders.add(path);
                    watch(path);
                    walk.enterSubtree();
                } else {
                    put(path, files);
                }
            }
        }
    }

    private static void put(Path path, Map<Path, String> files) throws IOException {
        try {
            files.put(path, shape(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException e) {
            // Gone since it was listed, so it is not there.
        }
    }

    private static String shape(BasicFileAttributes file) {
        return file.size() + " " + file.lastModifiedTime() + " " + file.fileKey();
    }

    @Override
    public void close() throws IOException {
        try (service) {
            if (source != null) {
                source.close();
            }
        }
    }
}
