package dev.runner.host.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Processes without a namespace that would end them: those left behind are known by their root. */
final class Processes {
    private static final int MOST_ROUNDS = 2000;

    private Processes() {}

    /** Kills all whose root or working folder is in a folder, until there is none; they can start no others elsewhere. */
    static void endAllIn(Path root) throws IOException {
        if (root.getNameCount() == 0) {
            throw new IllegalArgumentException("the machine's own root has everybody's processes");
        }
        boolean found = true;
        for (int round = 0; found && round < MOST_ROUNDS; round++) {
            found = false;
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : processes) {
                    if (isIn(process, root)) {
                        found = true;
                        ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                                .ifPresent(ProcessHandle::destroyForcibly);
                    }
                }
            }
            if (found) {
                // Whoever is its parent waits for it, we cannot.
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private static boolean isIn(Path process, Path root) {
        try {
            return Files.readSymbolicLink(process.resolve("root")).startsWith(root)
                    || Files.readSymbolicLink(process.resolve("cwd")).startsWith(root);
        } catch (IOException e) {
            // Another user's, or it has ended.
            return false;
        }
    }
}
