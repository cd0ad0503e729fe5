package dev.runner.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which one run keeps its workspaces. A lock on a file beside it says that the run lives; the next run
 * removes the folders of those that died, kill -9 included.
 */
final class RunFolder implements AutoCloseable {
    private final Path folder;
    private final Path marker;
    private final FileChannel channel;

    private RunFolder(Path folder, Path marker, FileChannel channel) {
        this.folder = folder;
        this.marker = marker;
        this.channel = channel;
    }

    /** What a run that died left elsewhere is known by its folder, and goes before it does. */
    interface Remains {
        void clear(Path folder) throws IOException;
    }

    static RunFolder open(Path parent) throws IOException {
        return open(parent, _ -> {});
    }

    static RunFolder open(Path parent, Remains remains) throws IOException {
        Files.createDirectories(parent);
        sweep(parent, remains);
        Path folder = Files.createTempDirectory(parent, ours());
        Path marker = markerOf(folder);
        FileChannel channel = FileChannel.open(marker, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.lock();
        return new RunFolder(folder, marker, channel);
    }

    Path path() {
        return folder;
    }

    private static Path markerOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".lock");
    }

    /** Names this process: to look at a lock that it holds itself, and to close the file again, gives the lock back. */
    private static String ours() {
        ProcessHandle self = ProcessHandle.current();
        long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return "run-" + self.pid() + "-" + started + "-";
    }

    private static void sweep(Path parent, Remains remains) throws IOException {
        List<Path> markers;
        try (Stream<Path> entries = Files.list(parent)) {
            markers = entries.filter(path -> path.toString().endsWith(".lock"))
                    .filter(path -> !path.getFileName().toString().startsWith(ours()))
                    .toList();
        }
        for (Path marker : markers) {
            try (FileChannel channel = FileChannel.open(marker, StandardOpenOption.WRITE)) {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    String name = marker.getFileName().toString();
                    Path folder = marker.resolveSibling(name.substring(0, name.length() - ".lock".length()));
                    if (Files.exists(folder)) {
                        remains.clear(folder);
                    }
                    remove(folder);
                    Files.deleteIfExists(marker);
                }
            } catch (NoSuchFileException e) {
                // Another run is sweeping, too, and was faster.
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            remove(folder);
            Files.deleteIfExists(marker);
        }
    }

    private static void remove(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
