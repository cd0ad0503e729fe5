package dev.runner.cli;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildResult;
import dev.runner.build.Engine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            CallOption call = flags.called();
            if (call.method() != CallOption.Method.BUILD) {
                return CheckCommand.answer(call, reader.request(), toolbox, parent.out());
            }
            BuildResult result = engine(toolbox).build(reader.request(), progress);
            progress.finished(result);
            writeFiles(result);
            parent.out().println(result.image().digest());
            parent.out().flush();
            if (!flags.quiet && flags.outputs.isEmpty() && !flags.push && !flags.load) {
                sayItIsHere(flags.tags, parent.err());
            }
            return ExitCode.PASSED;
        } catch (BuildFailedException e) {
            progress.failed(e);
            return ExitCode.FAILED;
        }
    }

    /** One that remembers the build for {@link UnchangedBuild}, when there is nothing else to do than to build. */
    private Engine engine(Toolbox toolbox) {
        BuildCall call = BuildCall.of(parent.arguments());
        boolean again = call != null
                && call.names().equals(flags.tags)
                && flags.imageIdFile == null
                && flags.metadataFile == null;
        return again
                ? toolbox.builder().remembering(call.key(parent.environment()), UnchangedBuild.note(flags, registry))
                : toolbox.engine();
    }

    /** Says that the image is nowhere else, as no output was asked for. */
    static void sayItIsHere(List<String> names, PrintWriter err) {
        err.println("The image is in the local store"
                + (names.isEmpty() ? "" : " as " + String.join(", ", names))
                + "; --push sends it to a registry, --load gives it to Docker, -o writes it to a file.");
        err.flush();
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
