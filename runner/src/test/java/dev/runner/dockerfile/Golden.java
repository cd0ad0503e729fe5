package dev.runner.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** A folder of cases, each with a Dockerfile and what is expected of it; {@code -Dgolden.update=true} writes the latter. */
final class Golden {
    private static final Path ROOT = Path.of("src/test/resources/dev/runner/dockerfile");

    private Golden() {}

    static Stream<DynamicTest> cases(String kind, Function<Path, String> actual) throws IOException {
        try (Stream<Path> listed = Files.list(ROOT.resolve(kind))) {
            List<Path> folders = listed.sorted().toList();
            assertThat(folders).isNotEmpty();
            return folders.stream()
                    .map(folder -> DynamicTest.dynamicTest(
                            String.valueOf(folder.getFileName()), () -> compare(folder, actual.apply(folder))));
        }
    }

    private static void compare(Path folder, String actual) throws IOException {
        Path expected = folder.resolve("expected");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(expected, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expected));
    }
}
