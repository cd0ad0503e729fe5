package dev.runner.step;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.Checker;
import dev.runner.build.Contexts;
import dev.runner.build.Engine;
import dev.runner.build.GitAddress;
import dev.runner.build.Images;
import dev.runner.build.Output;
import dev.runner.checkout.Checkout;
import dev.runner.dockerfile.CheckContext;
import dev.runner.dockerfile.CheckFinding;
import dev.runner.dockerfile.Checks;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.Outline;
import dev.runner.frontend.nativeyaml.NativePipelines;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.PlanInputs;
import dev.runner.plan.Planner;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.schedule.Inputs;
import dev.runner.schedule.Run;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunResult;
import dev.runner.schedule.Scheduler;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.WorkspaceCopies;
import dev.runner.secret.Secret;
import dev.runner.secret.Secrets;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs pipelines as the program does: read, planned and scheduled for real, with an engine that only remembers. */
public final class PipelineFixture implements AutoCloseable {
    final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    final Remembering engine = new Remembering();
    final Map<String, String> environment = new LinkedHashMap<>(System.getenv());
    final List<Secret> secrets = new ArrayList<>();

    private final Path folder;
    private final ProcessRunner processes = new ProcessRunner();
    private final List<Consumer<Run>> onLine = new ArrayList<>();
    private String launcher = "/bin/echo";
    private boolean dirty;
    private @Nullable RunResult result;

    PipelineFixture(Path folder) {
        this.folder = folder;
        environment.keySet().removeIf(name -> name.startsWith("GITHUB_") || name.startsWith("CI"));
        environment.put("HOME", folder.toString());
        environment.remove("DOCKER_CONFIG");
    }

    PipelineFixture launcher(String command) {
        launcher = command;
        return this;
    }

    PipelineFixture dirty() {
        dirty = true;
        return this;
    }

    /** Called with the run at the first line of output. */
    PipelineFixture atFirstLine(Consumer<Run> action) {
        onLine.add(action);
        return this;
    }

    /** Runs one job with these steps, given as YAML without indentation. */
    PipelineFixture steps(String yaml) throws Exception {
        return pipeline("name: test\njobs:\n  job:\n    steps:\n" + yaml.indent(6));
    }

    PipelineFixture pipeline(String yaml) throws Exception {
        Pipeline pipeline = NativePipelines.read(Source.of("test.yml", yaml));
        RegistryConfiguration registries = RegistryConfiguration.DEFAULT;
        var options = new RunServices.Options(
                List.of(launcher), folder, dirty, folder.resolve("data"), null, registries, environment);
        try (RunServices services = RunServices.start(options, dev.runner.expression.Scope.empty());
                RegistryClient client =
                        RegistryClient.of(registries, services.credentials(), new TransferListener() {})) {
            Tools.Building building = new Tools.Building(engine, engine, engine);
            Tools tools =
                    new Tools(processes, new Checkout(), building, engine, client, emulation(processes), services);
            java.util.concurrent.CompletableFuture<Run> started = new java.util.concurrent.CompletableFuture<>();
            Scheduler scheduler = new Scheduler(
                    new Steps(tools),
                    new WorkspaceCopies(folder, folder.resolveSibling(folder.getFileName() + "-work")),
                    List.of(event -> hear(event, started)),
                    2);
            Inputs inputs = new Inputs(PlanInputs.none(), Secrets.of(secrets), environment);
            Run run = scheduler.start(Planner.plan(pipeline, inputs.plan()), inputs);
            started.complete(run);
            result = run.await();
        }
        return this;
    }

    private void hear(RunEvent event, java.util.concurrent.CompletableFuture<Run> started) {
        events.add(event);
        if (event instanceof RunEvent.OutputLine) {
            List<Consumer<Run>> actions = List.copyOf(onLine);
            onLine.clear();
            actions.forEach(action -> action.accept(started.join()));
        }
    }

    private static Tools.Emulation emulation(ProcessRunner processes) {
        Binfmt binfmt = new Binfmt(Binfmt.ROOT, processes);
        Path state = Path.of("target", "emulators").toAbsolutePath();
        return new Tools.Emulation(
                binfmt, install -> new EmulatorFinder(binfmt, processes, state, EmulatorFinder.Policy.OFFLINE));
    }

    String result() {
        return result == null ? "" : result.result().word();
    }

    /** Everything that steps said, a line each. */
    String output() {
        return events.stream()
                .filter(RunEvent.OutputLine.class::isInstance)
                .map(event -> ((RunEvent.OutputLine) event).text())
                .collect(Collectors.joining("\n"));
    }

    /** The outputs of the last step that ended. */
    Map<String, String> outputs() {
        return events.stream()
                .filter(RunEvent.StepFinished.class::isInstance)
                .map(event -> ((RunEvent.StepFinished) event).outputs())
                .reduce(Map.of(), (_, last) -> last);
    }

    /** The first failure of a step; an exception when there is none. */
    StepFailure failure() {
        return events.stream()
                .filter(RunEvent.StepFinished.class::isInstance)
                .map(event -> ((RunEvent.StepFinished) event).failure())
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no step failed: " + output()));
    }

    @Override
    public void close() {
        processes.close();
    }

    /** An engine and a store that build nothing and remember what they were asked. */
    public static final class Remembering implements Engine, Checker, Contexts, Images {
        public static final Descriptor IMAGE = Descriptor.of(MediaTypes.OCI_INDEX, "{}".getBytes());

        public final List<BuildRequest> requests = new ArrayList<>();
        public final Map<String, Digest> pushed = new LinkedHashMap<>();
        public final Map<GitAddress, String> git = new LinkedHashMap<>();
        public Path fetched = Path.of("");

        @Override
        public BuildResult build(BuildRequest request, BuildListener listener) {
            requests.add(request);
            listener.on(new dev.runner.build.BuildEvent.VertexStarted("1", "[linux/arm64 2/4] RUN uname -m"));
            listener.on(new dev.runner.build.BuildEvent.VertexOutput(
                    "1", dev.runner.build.BuildEvent.Stream.OUTPUT, "aarch64"));
            listener.on(new dev.runner.build.BuildEvent.VertexFinished("1", true, java.time.Duration.ZERO, null));
            Map<Platform, BuildResult.PlatformResult> platforms = new LinkedHashMap<>();
            request.platforms()
                    .forEach(platform ->
                            platforms.put(platform, new BuildResult.PlatformResult(IMAGE, IMAGE.digest(), 1, 2)));
            return new BuildResult(IMAGE, platforms, List.of());
        }

        @Override
        public List<CheckFinding> check(BuildRequest request, BuildListener listener) {
            requests.add(request);
            Diagnostics diagnostics = new Diagnostics();
            Dockerfile dockerfile = Dockerfile.parse(request.definition().dockerfile(), diagnostics);
            return Checks.run(dockerfile, CheckContext.bare()).findings();
        }

        @Override
        public Outline outline(BuildRequest request, BuildListener listener) {
            throw new UnsupportedOperationException("a step has no use for an outline");
        }

        @Override
        public BuildContext.Directory git(GitAddress address, @Nullable Secret token) {
            git.put(address, token == null ? "" : token.reveal());
            return new BuildContext.Directory(fetched, new BuildContext.Origin(address.shown(), Map.of()));
        }

        @Override
        public Content fetch(String address) {
            return new Content.Folder(new BuildContext.Directory(fetched, new BuildContext.Origin(address, Map.of())));
        }

        @Override
        public Content read(InputStream stream) {
            throw new UnsupportedOperationException("a step reads no context from a stream");
        }

        @Override
        public Descriptor push(Digest image, List<Reference> names, BuildListener listener) {
            names.forEach(name -> pushed.put(name.toString(), image));
            return IMAGE;
        }

        @Override
        public Descriptor refer(Reference name, BuildListener listener) {
            return pull(name, List.of(), listener);
        }

        @Override
        public Descriptor pull(Reference name, List<Platform> platforms, BuildListener listener) {
            throw new dev.runner.build.ImageNotFoundException(name.toString(), null);
        }

        @Override
        public @Nullable Descriptor find(Reference name) {
            return null;
        }

        @Override
        public @Nullable Descriptor find(Digest digest) {
            return IMAGE.digest().equals(digest) ? IMAGE : null;
        }

        @Override
        public List<PlatformImage> platforms(Digest image) {
            return List.of();
        }

        @Override
        public void tag(Digest image, Reference name) {}

        @Override
        public void export(Digest image, Output output, BuildListener listener) {}
    }
}
