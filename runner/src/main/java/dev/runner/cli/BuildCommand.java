package dev.runner.cli;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code runner build}: a Dockerfile to an image, with the flags of {@code docker buildx build}. */
@Command(
        name = "build",
        description = "Build a Dockerfile for one or many platforms, with the flags of docker buildx build.",
        sortOptions = false)
final class BuildCommand implements Callable<Integer> {
    private final RunnerCommand parent;

    @Mixin
    BuildFlags flags = new BuildFlags();

    @Mixin
    RegistryOptions registry = new RegistryOptions();

    BuildCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        BuildProgress progress = BuildProgress.of(flags.progress, flags.quiet, parent.err(), parent.environment());
        try (Toolbox toolbox = parent.toolbox(registry)) {
            BuildFlags.Reader reader = new BuildFlags.Reader(flags, parent, toolbox);
            CheckReport.Format checks = flags.checks();
            if (checks != null) {
                return CheckCommand.check(toolbox, reader.request(), checks, parent.out());
            }
            BuildResult result = toolbox.engine().build(reader.request(), progress);
            progress.finished(result);
            writeFiles(result);
            if (flags.quiet) {
                parent.out().println(result.image().digest());
            } else {
                reader.sayWhereItWent(result);
            }
            parent.out().flush();
            return ExitCode.PASSED;
        } catch (BuildFailedException e) {
            progress.failed(e);
            return ExitCode.FAILED;
        }
    }

    private void writeFiles(BuildResult result) throws IOException {
        if (flags.imageIdFile != null) {
            write(flags.imageIdFile, BuildMetadata.imageId(result));
        }
        if (flags.metadataFile != null) {
            write(flags.metadataFile, BuildMetadata.json(result, flags.tags));
        }
    }

    private static void write(Path file, String text) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
