package dev.runner.step.github;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.ContainerRun;
import dev.runner.build.ContainerRun.Volume;
import dev.runner.build.Containers.Streams;
import dev.runner.build.NetworkMode;
import dev.runner.build.container.ContainerMount;
import dev.runner.build.container.ContainerNetwork;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.RunningContainer;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.source.Source;
import dev.runner.step.BuildProgress;
import dev.runner.step.Steps;
import dev.runner.step.github.ActionManifest.Runs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An action that is a container: its image is pulled by our client or built by our engine, and it runs in our sandbox with
 * the workspace where GitHub puts it.
 */
final class ContainerAction {
    private static final String WORKSPACE = "/github/workspace";

    private final Frame frame;
    private final Layout layout;

    ContainerAction(Frame frame) {
        this.frame = frame;
        this.layout = frame.job().layout();
    }

    /** A step with {@code uses: docker://image}. */
    @Nullable
    StepFailure image(String name, Map<String, String> inputs) throws IOException, InterruptedException {
        return run(
                reference(name),
                inputs.getOrDefault("entryPoint", ""),
                ScriptShell.words(inputs.getOrDefault("args", "")),
                Inputs.variables(inputs),
                Map.of());
    }

    /**
     * A phase of an action with a manifest.
     *
     * @param entrypoint of the phase; empty for the image's own
     * @param main whether the step may choose another one
     */
    @Nullable
    StepFailure docker(Runs.Docker docker, Path folder, String entrypoint, Map<String, String> inputs, boolean main)
            throws IOException, InterruptedException {
        Reference image = docker.image().startsWith("docker://")
                ? reference(docker.image().substring("docker://".length()))
                : build(folder, docker.image());
        String program = main && entrypoint.isEmpty() ? inputs.getOrDefault("entryPoint", "") : entrypoint;
        Scope scope = Scopes.over(frame.scope(), Map.of("inputs", Value.of(inputs)));
        List<String> arguments = docker.arguments() == null
                ? ScriptShell.words(inputs.getOrDefault("args", ""))
                : docker.arguments().stream().map(one -> one.text(scope)).toList();
        return run(
                image,
                program,
                arguments,
                Inputs.variables(inputs),
                docker.environment().texts(scope));
    }

    private static Reference reference(String name) {
        try {
            return Reference.parse(name).withDefaultTag();
        } catch (IllegalArgumentException e) {
            throw ActionFailedException.badInput("'" + name + "' names no image: " + e.getMessage(), null);
        }
    }

    private Reference build(Path folder, String file) throws IOException, InterruptedException {
        Path dockerfile = folder.resolve(file).normalize();
        if (!Files.isRegularFile(dockerfile)) {
            throw ActionFailedException.badInput(
                    "'" + file + "' is neither docker://IMAGE nor a Dockerfile of the action", "mend 'runs.image'");
        }
        frame.step().output().line(Stream.INFO, "Building docker image");
        BuildRequest request = BuildRequest.builder(
                        new BuildContext.Directory(dockerfile.resolveSibling("")),
                        Source.of(file, Files.readString(dockerfile)))
                .file(dockerfile)
                .platforms(List.of(Platform.host()))
                .build();
        try {
            BuildResult result = frame.job()
                    .services()
                    .tools()
                    .building()
                    .engine()
                    .build(request, new BuildProgress(frame.step().output()));
            return Reference.parse("localhost/action@" + result.image().digest());
        } catch (BuildFailedException e) {
            throw new ActionFailedException(Steps.failure(e));
        }
    }

    private @Nullable StepFailure run(
            Reference image,
            String entrypoint,
            List<String> arguments,
            Map<String, String> inputs,
            Map<String, String> standard)
            throws IOException, InterruptedException {
        FileCommands files = FileCommands.create(frame);
        CommandHandler commands = new CommandHandler(frame);
        OutputLines out = new OutputLines(frame, commands, Stream.STDOUT);
        OutputLines error = new OutputLines(frame, commands, Stream.STDERR);
        try {
            Map<String, String> environment = new TreeMap<>(standard);
            environment.putAll(frame.settings(inputs));
            environment.put("HOME", layout.home().toString());
            environment.putIfAbsent("CI", "true");
            environment.putAll(files.variables(frame.job().host()));
            environment.replaceAll((_, value) -> inside(value));
            Program program = new Program(
                    image, entrypoint.isEmpty() ? null : ScriptShell.words(entrypoint), arguments, environment);
            int code =
                    run(program, new Streams(InputStream.nullInputStream(), SinkStream.of(out), SinkStream.of(error)));
            out.end();
            error.end();
            files.process();
            return code == 0
                    ? null
                    : new StepFailure(
                            StepFailure.Kind.FAILED,
                            "Docker run failed with exit code " + code,
                            null,
                            code,
                            false,
                            null);
        } finally {
            files.remove();
        }
    }

    /**
     * What a container runs.
     *
     * @param entrypoint null for the image's own
     */
    private record Program(
            Reference image,
            @Nullable List<String> entrypoint,
            List<String> arguments,
            Map<String, String> environment) {}

    private int run(Program program, Streams streams) throws InterruptedException {
        ContainerNetwork network = frame.job().network();
        BuildProgress progress = new BuildProgress(frame.step().output());
        return network == null ? runAlone(program, streams, progress) : runBeside(network, program, streams, progress);
    }

    /** On this machine's network. */
    private int runAlone(Program program, Streams streams, BuildProgress progress) throws InterruptedException {
        List<Volume> volumes = new ArrayList<>();
        mounts().forEach((folder, target) -> volumes.add(new Volume(folder, target, false)));
        ContainerRun container = new ContainerRun(
                program.image(),
                null,
                program.arguments(),
                new ContainerRun.Overrides(null, WORKSPACE, program.entrypoint(), program.environment()),
                volumes,
                NetworkMode.HOST,
                ContainerRun.Pull.MISSING);
        return frame.job().services().containers().get().run(container, streams, progress);
    }

    /** On the network of the job's container and services, which it reaches by name. */
    private int runBeside(ContainerNetwork network, Program program, Streams streams, BuildProgress progress)
            throws InterruptedException {
        ContainerSpec spec = ContainerSpec.of(program.image())
                .withEntrypoint(program.entrypoint())
                .running(program.arguments())
                .withEnvironment(program.environment())
                .in(WORKSPACE)
                .on(network);
        for (Map.Entry<Path, String> mount : mounts().entrySet()) {
            spec = spec.with(new ContainerMount.Bind(mount.getKey(), mount.getValue(), false));
        }
        RunningContainer container =
                frame.job().services().jobContainers().get().start(spec, streams, progress);
        try (var _ = frame.step().cancellation().onKill(() -> container.kill("SIGKILL"))) {
            return container.await();
        } finally {
            container.remove();
        }
    }

    /** Where GitHub puts folders of the job, by where they are here. */
    private Map<Path, String> mounts() {
        Map<Path, String> mounts = new LinkedHashMap<>();
        mounts.put(layout.home(), "/github/home");
        mounts.put(layout.workflow(), "/github/workflow");
        mounts.put(layout.commands(), "/github/file_commands");
        mounts.put(layout.temporary(), "/github/runner_temp");
        mounts.put(layout.workspace(), WORKSPACE);
        return mounts;
    }

    /** A value that is the path of something mounted, as the container sees it. */
    private String inside(String value) {
        for (Map.Entry<Path, String> mount : mounts().entrySet()) {
            String folder = mount.getKey().toString();
            for (String seen : List.of(folder, frame.job().place().inside(mount.getKey()))) {
                if (value.equals(seen) || value.startsWith(seen + "/")) {
                    return mount.getValue() + value.substring(seen.length());
                }
            }
        }
        return value;
    }
}
