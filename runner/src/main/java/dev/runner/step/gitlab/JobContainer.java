package dev.runner.step.gitlab;

import dev.runner.build.BuildListener;
import dev.runner.build.ContainerRun;
import dev.runner.build.Containers;
import dev.runner.build.container.ContainerExec;
import dev.runner.build.container.ContainerMount;
import dev.runner.build.container.ContainerNetwork;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.ContainerState;
import dev.runner.build.container.JobContainers;
import dev.runner.build.container.RunningContainer;
import dev.runner.expression.Template;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.pipeline.Container;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Service;
import dev.runner.pipeline.TemplateList;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepOutput.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The container that a job's scripts run in, its services, and the network that they share. */
final class JobContainer implements AutoCloseable {
    /** How long a service may take to be well. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Stays until it is told to end, whatever the image's own program is. */
    private static final List<String> WAITING =
            List.of("sh", "-c", "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done");

    /** The shell that the image has, as GitLab's runner looks for it. */
    private static final String SHELL = "for s in /usr/local/bin/bash /usr/bin/bash /bin/bash; do"
            + " [ -x \"$s\" ] && exec \"$s\" \"$0\"; done; exec sh \"$0\"";

    private final JobContainers containers;
    private final String network;
    private final String directory;
    private final List<RunningContainer> started = new ArrayList<>();
    private @Nullable RunningContainer job;
    /** A folder that is first in the scripts' {@code PATH}. */
    private @Nullable String commands;

    private JobContainer(JobContainers containers, String directory) {
        this.containers = containers;
        this.network = "gitlab-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        this.directory = directory;
    }

    /**
     * Whether the job is about Docker and no more: it has an engine as its service, and its image is one that brings
     * Docker's command, such as {@code docker:27} or {@code someone/docker-buildx}.
     */
    static boolean isDockerOnly(Job.Place place) {
        Container container = place.container();
        return needsEngine(place)
                && (container == null || lastPart(container.image().source()).contains("docker"));
    }

    /** Whether an engine is the job's service, so that its {@code docker} is ours. */
    static boolean needsEngine(Job.Place place) {
        return place.services().stream().anyMatch(JobContainer::isEngine);
    }

    /** An engine in a container is not needed: the job's {@code docker} is ours. */
    private static boolean isEngine(Service service) {
        String image = lastPart(service.container().image().source());
        return image.startsWith("docker") && image.contains("dind");
    }

    private static String lastPart(String image) {
        return image.substring(image.lastIndexOf('/') + 1);
    }

    /**
     * Starts the services, then the job's own container.
     *
     * @param directory where the workspace is seen in it
     * @param mounted folders of this machine that are seen at their own paths
     */
    static JobContainer start(
            JobContainers containers,
            Job.Place place,
            RunnerVariables variables,
            Map<String, String> environment,
            String directory,
            Path workspace,
            Path mounted,
            StepContext context)
            throws InterruptedException {
        JobContainer all = new JobContainer(containers, directory);
        boolean complete = false;
        try {
            String note = containers.createNetwork(all.network);
            if (!note.isEmpty()) {
                context.output().line(Stream.INFO, note);
            }
            for (Service service : place.services()) {
                if (isEngine(service)) {
                    context.output()
                            .line(
                                    Stream.INFO,
                                    "No engine is started for "
                                            + service.container().image().source()
                                            + ": the job's docker is runner's own");
                } else {
                    all.service(service, variables, environment, context);
                }
            }
            Container image = place.container();
            if (image != null) {
                context.output().line(Stream.INFO, "Using image " + name(image, variables));
                ContainerSpec spec = all.spec(image, variables, environment)
                        .withEntrypoint(List.of())
                        .running(WAITING)
                        .with(new ContainerMount.Bind(workspace, directory, false))
                        .with(new ContainerMount.Bind(mounted, mounted.toString(), false))
                        .in(directory)
                        .on(new ContainerNetwork.Named(all.network), "build");
                all.job = all.begin(spec);
            }
            complete = true;
            return all;
        } finally {
            if (!complete) {
                all.close();
            }
        }
    }

    boolean hasJob() {
        return job != null;
    }

    private void service(
            Service service, RunnerVariables variables, Map<String, String> environment, StepContext context)
            throws InterruptedException {
        Container image = service.container();
        String name = name(image, variables);
        context.output().line(Stream.INFO, "Starting service " + name + " as " + String.join(", ", service.aliases()));
        Map<String, String> own = new LinkedHashMap<>(environment);
        image.env().entries().forEach((key, value) -> own.put(key, variables.expand(value.source())));
        ContainerSpec spec = spec(image, variables, own)
                .withEntrypoint(words(image.start().entrypoint(), variables))
                .on(
                        new ContainerNetwork.Named(network),
                        service.aliases().stream().map(variables::expand).toArray(String[]::new));
        List<String> command = words(image.start().command(), variables);
        RunningContainer running = begin(command == null ? spec : spec.running(command));
        ContainerState.Health health = running.awaitHealth(PATIENCE);
        if (health == ContainerState.Health.UNHEALTHY || !running.state().running()) {
            context.output()
                    .line(Stream.STDERR, "*** WARNING: Service " + name + " probably didn't start properly. ***");
        }
    }

    private static @Nullable List<String> words(@Nullable TemplateList list, RunnerVariables variables) {
        return list == null
                ? null
                : list.items().stream()
                        .map(Template::source)
                        .filter(word -> !word.isEmpty())
                        .map(variables::expand)
                        .toList();
    }

    private static String name(Container image, RunnerVariables variables) {
        return variables.expand(image.image().source());
    }

    private ContainerSpec spec(Container image, RunnerVariables variables, Map<String, String> environment) {
        Template platform = image.start().platform();
        Template user = image.start().user();
        Template pull = image.start().pull();
        return ContainerSpec.of(Reference.parse(name(image, variables)).withDefaultTag())
                .withEnvironment(environment)
                .onPlatform(platform == null ? null : Platform.parse(variables.expand(platform.source())))
                .as(user == null ? null : variables.expand(user.source()))
                .pulling(
                        switch (pull == null ? "missing" : pull.source()) {
                            case "always" -> ContainerRun.Pull.ALWAYS;
                            case "never" -> ContainerRun.Pull.NEVER;
                            default -> ContainerRun.Pull.MISSING;
                        });
    }

    private RunningContainer begin(ContainerSpec spec) throws InterruptedException {
        RunningContainer running = containers.start(spec, BuildListener.silent());
        started.add(running);
        return running;
    }

    /**
     * Gives the job's scripts a {@code docker} that is ours.
     *
     * @param shared a folder that the container sees at the same path, as it does the workspace
     * @param environment of commands on this machine
     */
    DockerCalls serveDocker(Path shared, Path workspace, ProcessRunner processes, Map<String, String> environment)
            throws IOException {
        long pid = job == null ? 0 : job.state().pid();
        Path folder = shared.resolve("docker");
        commands = DockerCalls.commands(folder).toString();
        return DockerCalls.open(folder, processes, environment, new ContainerPaths(List.of(workspace, shared), pid));
    }

    /** Lets the image's user write in the workspace if it is not root, as GitLab's runner does, which checks out for all. */
    void share(Path workspace) throws IOException {
        RunningContainer container = job;
        if (container == null || isRoot(container)) {
            return;
        }
        try (var all = Files.walk(workspace)) {
            for (Path path : all.filter(path -> !Files.isSymbolicLink(path)).toList()) {
                Set<PosixFilePermission> modes = Files.getPosixFilePermissions(path);
                modes.addAll(PosixFilePermissions.fromString(
                        modes.contains(PosixFilePermission.OWNER_EXECUTE) ? "rwxrwxrwx" : "rw-rw-rw-"));
                Files.setPosixFilePermissions(path, modes);
            }
        }
    }

    private static boolean isRoot(RunningContainer container) {
        String given = container.spec().program().user();
        String user = given == null ? container.details().config().config().user() : given;
        return user.isEmpty() || user.matches("(root|0)(:.*)?");
    }

    /** Runs a script's file, which the container sees at the same path, in the shell that the image has. */
    RunningProcess run(Path script, Map<String, String> environment, OutputStream out, OutputStream error)
            throws IOException {
        RunningContainer container = job;
        if (container == null) {
            throw new IOException("the job has no container");
        }
        String shell = commands == null ? SHELL : "PATH=" + ScriptText.quoted(commands) + ":$PATH; " + SHELL;
        ContainerExec command = ContainerExec.of("sh", "-c", shell, script.toString())
                .withEnvironment(environment)
                .in(directory);
        return container.exec(command, new Containers.Streams(InputStream.nullInputStream(), out, error));
    }

    /** Runs a program without a shell. */
    RunningProcess command(
            List<String> words, String folder, Map<String, String> environment, OutputStream out, OutputStream error)
            throws IOException {
        RunningContainer container = job;
        if (container == null) {
            throw new IOException("the job has no container");
        }
        ContainerExec command =
                ContainerExec.of(words).withEnvironment(environment).in(folder);
        return container.exec(command, new Containers.Streams(InputStream.nullInputStream(), out, error));
    }

    /** Ends all of them, the job's first. */
    @Override
    public void close() throws InterruptedException {
        for (RunningContainer container : started.reversed()) {
            container.stop(null, GRACE);
            container.remove();
        }
        started.clear();
        containers.removeNetwork(network);
    }
}
