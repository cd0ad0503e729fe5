package dev.runner.dockerfile;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Where other projects' published cases are, if they are. */
final class Conformance {
    private static final Path FOLDER = Path.of("../../shared/conformance");

    private Conformance() {}

    static Path folder(String name) {
        Path folder = FOLDER.resolve(name);
        if (!Files.exists(folder)) {
            folder = Path.of("../../../shared/conformance").resolve(name);
        }
        Assumptions.assumeTrue(Files.exists(folder), "conformance data is not here: " + folder);
        return folder;
    }
}
