package dev.runner.host.sandbox;

import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessResult;
import dev.runner.host.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Why fuse-overlayfs makes no root for steps.
 *
 * <p>It knows a file by its inode alone. When a step changes a file of a lower layer that has several names there, the
 * change comes into the upper folder under the name that was looked up first, whichever was asked for, and under no other;
 * deleting that name loses the change of the rest. A layer made of that folder would be wrong, and nothing in the folder
 * tells. Seen in 1.10 and in 1.14, which was the newest; a test of this package shows it. So where the kernel mounts no
 * overlay, steps run in plain copies.
 */
public final class FuseOverlay {
    private static final String PROGRAM = "fuse-overlayfs";

    private FuseOverlay() {}

    /** What to tell of the one that is installed; null when none is. */
    public static @Nullable String refusal(ProcessRunner processes) throws IOException {
        Path program = Executables.find(PROGRAM);
        return program == null
                ? null
                : version(processes, program)
                        + " is not used: it brings changes of files with several names under another name, so that layers"
                        + " would be wrong";
    }

    private static String version(ProcessRunner processes, Path program) throws IOException {
        try {
            ProcessResult result = processes.run(Command.of(program.toString(), "--version"));
            return result.stdoutText()
                    .lines()
                    .filter(line -> line.startsWith(PROGRAM + ":"))
                    .findFirst()
                    .map(line -> line.replaceFirst(".*?([0-9][^ ]*)$", PROGRAM + " $1"))
                    .orElse(PROGRAM);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return PROGRAM;
        }
    }
}
