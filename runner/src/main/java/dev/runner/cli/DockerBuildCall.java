package dev.runner.cli;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildMetadata;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.Output;
import dev.runner.build.buildkit.BuilderLostException;
import dev.runner.build.buildkit.BuildxMissingException;
import dev.runner.build.buildkit.UnmappedOptionException;
import dev.runner.cli.docker.DockerBuild;
import dev.runner.oci.Reference;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One {@code docker build}: our build with Docker's manners. What is loaded goes to our own store. */
final class DockerBuildCall {
    private final DockerEntry entry;
    private final DockerBuild build;

    DockerBuildCall(DockerEntry entry, DockerBuild build) {
        this.entry = entry;
        this.build = build;
    }

    /** Docker's exit code: 0, or 1 for whatever goes wrong. */
    int run() throws InterruptedException {
        BuildCommand command = new BuildCommand(entry.root());
        try {
            List<String> words = new ArrayList<>(List.of("build"));
            words.addAll(build.words());
            List<String> arranged = BuildFlags.arrange(words);
            Flags.of(command).parseArgs(arranged.subList(1, arranged.size()).toArray(String[]::new));
            return run(command);
        } catch (BuildFailedException e) {
            throw new IllegalStateException("told below", e);
        } catch (picocli.CommandLine.ParameterException | UsageException | IllegalArgumentException e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return failed(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private int failed(String message) {
        entry.err().println("ERROR: failed to build: " + message);
        entry.err().flush();
        return 1;
    }

    private int run(BuildCommand command) throws IOException, InterruptedException, BuildFailedException {
        BuildFlags flags = command.flags;
        BuildProgress progress = BuildProgress.of(flags.progress, flags.quiet, entry.err(), entry.environment());
        Toolbox toolbox = entry.toolbox();
        EngineFlags engine = new EngineFlags();
        engine.builder = build.builder();
        try (progress;
                ChosenEngines engines = new ChosenEngines(toolbox, entry.environment(), engine, null)) {
            BuildRequest request = new BuildFlags.Reader(flags, entry.root(), toolbox).request();
            CallOption call = flags.called();
            if (call.method() != CallOption.Method.BUILD) {
                int code = CheckCommand.answer(call, request, toolbox, entry.out());
                return code == 0 ? 0 : 1;
            }
            BuildResult result = engines.engine().build(kept(request, flags), progress);
            progress.close();
            progress.finished(result);
            command.writeFiles(result, request, flags.makesImage());
            if (flags.quiet && flags.makesImage()) {
                entry.out().println(BuildMetadata.imageId(result));
                entry.out().flush();
            }
            return 0;
        } catch (BuildFailedException e) {
            progress.failed(e);
            entry.err().println("ERROR: failed to build: failed to solve: " + e.getMessage());
        } catch (BuilderLostException e) {
            entry.err().println("ERROR: failed to build: " + e.getMessage() + "\n" + e.remedy());
        } catch (UnmappedOptionException e) {
            entry.err().println("ERROR: failed to build: " + e.getMessage() + "\n" + e.remedy());
        } catch (BuildxMissingException e) {
            entry.err().println("ERROR: failed to build: " + e.getMessage() + "\n" + e.remedy());
        } catch (InvalidSourceException e) {
            e.diagnostics().forEach(diagnostic -> entry.err().println(diagnostic.render()));
            entry.err()
                    .println("ERROR: failed to build: failed to solve: "
                            + e.diagnostics().getFirst().message());
        }
        entry.err().flush();
        return 1;
    }

    /** The request with outputs that mean our store where Docker's mean its engine. */
    private BuildRequest kept(BuildRequest request, BuildFlags flags) {
        List<Output> outputs = new ArrayList<>();
        List<Reference> names = flags.tags.stream().map(Reference::parse).toList();
        for (Output output : request.outputs()) {
            switch (output) {
                case Output.Store store -> {}
                case Output.DockerLoad load -> outputs.add(new Output.Store(load.names()));
                default -> outputs.add(output);
            }
        }
        boolean one = request.platforms().size() == 1;
        if (build.keeps() && one && flags.makesImage() && !names.isEmpty()) {
            outputs.addFirst(new Output.Store(names));
        }
        return new BuildRequest(
                request.definition(),
                request.inputs(),
                request.platforms(),
                request.cache(),
                request.image(),
                request.run(),
                outputs);
    }
}
