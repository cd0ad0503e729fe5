package dev.runner.host.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes that PRoot traces. Releases without {@code --kill-on-exit} end with the last of them and with its exit
 * code, so a command that fails and leaves something in the background would seem to run on, and to pass. Only the
 * command itself is PRoot's own child: when it is gone, the others are killed, which leaves its exit code the last.
 */
final class Tracees {
    private static final long SHORTEST_PAUSE = 2_000_000;
    private static final long LONGEST_PAUSE = 50_000_000;

    private Tracees() {}

    /** Returns when PRoot has ended. */
    static void endOrphans(long proot) {
        ProcessHandle tracer = ProcessHandle.of(proot).orElse(null);
        long pause = SHORTEST_PAUSE;
        while (tracer != null && tracer.isAlive()) {
            if (tracer.children().findAny().isEmpty()) {
                orphans(proot).forEach(orphan -> ProcessHandle.of(orphan).ifPresent(ProcessHandle::destroyForcibly));
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(LONGEST_PAUSE, pause * 2);
        }
    }

    /** Those without the command; none before that has started, and none while it runs. */
    private static List<Long> orphans(long proot) {
        List<Long> tracees = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                List<String> status = status(process);
                if (status.contains("TracerPid:\t" + proot)) {
                    if (status.contains("PPid:\t" + proot)) {
                        return List.of();
                    }
                    tracees.add(Long.parseLong(process.getFileName().toString()));
                }
            }
            return tracees;
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<String> status(Path process) {
        try {
            return Files.readAllLines(process.resolve("status"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // It has ended.
            return List.of();
        }
    }
}
