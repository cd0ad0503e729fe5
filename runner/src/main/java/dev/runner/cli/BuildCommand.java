package dev.runner.cli;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildMetadata;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.Engine;
import dev.runner.build.EngineKind;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import tools.jackson.databind.json.JsonMapper;

/** {@code runner build}: a Dockerfile to an image, with the flags of {@code docker buildx build}. */
final class BuildCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    BuildFlags flags = new BuildFlags();
    RegistryOptions registry = new RegistryOptions();
    EngineFlags engine = new EngineFlags();

    @Override
    public void declare(Flags all) {
        all.command("build", "Build a Dockerfile for one or many platforms, with the flags of docker buildx build.");
        flags.declare(all);
        registry.declare(all);
        engine.declare(all);
    }

    BuildCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        BuildProgress progress = BuildProgress.of(flags.progress, flags.quiet, parent.err(), parent.environment());
        progress = flags.explain ? progress.explaining() : progress;
        try (Toolbox toolbox = parent.toolbox(registry);
                ChosenEngines engines = new ChosenEngines(toolbox, parent.environment(), engine, null)) {
            BuildFlags.Reader reader = new BuildFlags.Reader(flags, parent, toolbox);
            CallOption call = flags.called();
            if (call.method() != CallOption.Method.BUILD) {
                return CheckCommand.answer(call, reader.request(), toolbox, parent.out());
            }
            boolean image = flags.makesImage();
            if (flags.imageIdFile != null && !image) {
                throw new UsageException("--iidfile is for images, and outputs of type local and tar are files");
            }
            BuildRequest request = reader.request();
            BuildResult result = engine(toolbox, engines).build(request, progress);
            progress.close();
            progress.finished(result);
            writeFiles(result, request, image);
            parent.out().println(result.image().digest());
            parent.out().flush();
            if (!flags.quiet && flags.outputs.isEmpty() && !flags.push && !flags.load) {
                sayItIsHere(flags.tags, parent.err());
            }
            return ExitCode.PASSED;
        } catch (BuildFailedException e) {
            progress.failed(e);
            return ExitCode.FAILED;
        } finally {
            progress.close();
        }
    }

    /** One that remembers the build for {@link UnchangedBuild}, when there is nothing else to do than to build. */
    private Engine engine(Toolbox toolbox, ChosenEngines engines) {
        if (engines.kind(null) == EngineKind.BUILDKIT) {
            if (flags.explain) {
                throw new UsageException(
                        "--explain is about the embedded engine's cache, and this build is BuildKit's");
            }
            return engines.engine();
        }
        BuildCall call = BuildCall.of(parent.arguments());
        boolean files = flags.imageIdFile != null || flags.metadataFile != null;
        if (call == null || files || flags.explain || !call.names().equals(flags.tags)) {
            return toolbox.engine();
        }
        return toolbox.builder().remembering(call.key(parent.environment()), UnchangedBuild.note(flags, registry));
    }

    /** Says that the image is nowhere else, as no output was asked for. */
    static void sayItIsHere(List<String> names, PrintWriter err) {
        err.println("The image is in the local store"
                + (names.isEmpty() ? "" : " as " + String.join(", ", names))
                + "; --push sends it to a registry, --load gives it to Docker, -o writes it to a file.");
        err.flush();
    }

    void writeFiles(BuildResult result, BuildRequest request, boolean image) throws IOException {
        if (flags.imageIdFile != null) {
            write(flags.imageIdFile, BuildMetadata.imageId(result));
        }
        if (flags.metadataFile != null) {
            List<Reference> names = request.outputs().stream()
                    .flatMap(output -> output.names().stream())
                    .toList();
            String json = BuildMetadata.json(result, names, image);
            write(flags.metadataFile, GoJson.text(JsonMapper.shared().readTree(json)) + "\n");
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
