package dev.runner.frontend.nativeyaml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folders of {@code src/test/resources/nativeyaml}: good pipelines and bad ones, by name. */
final class Cases {
    static final Path FOLDER = Path.of("src/test/resources/nativeyaml");

    private Cases() {}

    static List<Path> all() {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isGood(Path folder) {
        return folder.getFileName().toString().startsWith("good-");
    }

    static String pipeline(Path folder) throws IOException {
        return Files.readString(folder.resolve("pipeline.yml"));
    }
}
