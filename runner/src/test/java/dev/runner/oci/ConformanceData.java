package dev.runner.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;

/** Cases that other projects published, in a folder beside the checkout. */
final class ConformanceData {
    private ConformanceData() {}

    /** A file's cases; skips the test when the data is absent. */
    static JsonNode read(String name) throws IOException {
        Path file = Path.of("..", "..", "shared", "conformance", name);
        if (!Files.exists(file)) {
            // A worktree lies one folder deeper than the main checkout.
            file = Path.of("..", "..", "..", "shared", "conformance", name);
        }
        Assumptions.assumeTrue(Files.exists(file), "the conformance data is not at " + file.toAbsolutePath());
        return JsonTree.read(Files.readAllBytes(file));
    }
}
