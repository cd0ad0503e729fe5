package dev.runner.build.buildkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The builders that a run makes and is to remove: a file each, which holds where Buildx keeps its builders. It is written
 * before the builder is made, so that none is forgotten when the run is killed.
 */
record MadeBuilders(Path folder) {
    private static final Duration SHORT = Duration.ofMinutes(1);

    static MadeBuilders in(Path work) {
        return new MadeBuilders(work.resolve("builders"));
    }

    void add(String name, Buildx buildx) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve(name), buildx.builders().toAbsolutePath().toString());
    }

    /** One that is to be kept. */
    void release(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    /** Removes them all, wherever Buildx was told to keep them. One that is gone by itself is no fault. */
    void clear(Buildx buildx) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> made;
        try (Stream<Path> files = Files.list(folder)) {
            made = files.toList();
        }
        try {
            for (Path file : made) {
                remove(file.getFileName().toString(), buildx);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void remove(String name, Buildx buildx) throws IOException, InterruptedException {
        Path file = folder.resolve(name);
        Path builders = Path.of(Files.readString(file).strip());
        buildx.withBuilders(builders).run(List.of("rm", "--force", name), SHORT);
        Files.deleteIfExists(file);
    }
}
