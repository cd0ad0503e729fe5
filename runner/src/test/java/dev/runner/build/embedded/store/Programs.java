package dev.runner.build.embedded.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Runs programs of the machine in tests. */
final class Programs {
    private Programs() {}

    static void assumeRoot() {
        Assumptions.assumeTrue(Sys.isRoot(), "needs root");
    }

    static void assumeLinux() {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs Linux");
    }

    static String run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + text);
            }
            return text;
        }
    }

    /** Every file of a tree with all that a layer carries, one a line, sorted. */
    static String describe(Path root) throws IOException, InterruptedException {
        String script = "cd \"$1\" && { find . -mindepth 1 ! -type d -printf '%p %y %m %U %G %s %T@ %l %n\\n';"
                + " find . -mindepth 1 -type d -printf '%p %y %m %U %G\\n';"
                + " find . -type f -exec sha256sum {} +; find . -type c -exec stat -c '%n %t:%T' {} +;"
                + " getfattr -R -h -d -m 'user\\.[^o]|security.capability' . 2>/dev/null; } | LC_ALL=C sort";
        return run("bash", "-c", script, "describe", root.toString());
    }
}
