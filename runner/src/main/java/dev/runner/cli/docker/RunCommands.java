package dev.runner.cli.docker;

import dev.runner.build.BuildListener;
import dev.runner.build.ContainerFailedException;
import dev.runner.build.ContainerRun;
import dev.runner.build.Containers;
import dev.runner.build.NetworkMode;
import dev.runner.build.container.ContainerMount;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.JobContainers;
import dev.runner.build.container.RunningContainer;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code docker run} and {@code docker create}. */
final class RunCommands {
    private static final int CANNOT_EXECUTE = 126;
    private static final int NOT_FOUND = 127;

    /** Flags that a container that is thrown away at its end, and that nobody else looks at, needs nothing more for. */
    private static final List<String> PLAIN = List.of(
            "rm",
            "tty",
            "interactive",
            "volume",
            "mount",
            "env",
            "env-file",
            "workdir",
            "user",
            "entrypoint",
            "platform",
            "pull",
            "quiet",
            "network",
            "net",
            "sig-proxy",
            "attach",
            "disable-content-trust");

    private RunCommands() {}

    static Command run(String path) {
        return ContainerFlags.declare(Command.of(
                        path,
                        "[OPTIONS] IMAGE [COMMAND] [ARG...]",
                        "Create and run a new container from an image",
                        RunCommands::run))
                .atLeast(1)
                .flagsFirst()
                .flag('d', "detach", "Run container in background and print container ID")
                .flag("sig-proxy", "Proxy received signals to the process (default true)")
                .value("detach-keys", "string", "");
    }

    static Command create(String path) {
        return ContainerFlags.declare(Command.of(
                        path, "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new container", RunCommands::create))
                .atLeast(1)
                .flagsFirst();
    }

    private static int create(Call call) throws IOException, InterruptedException {
        RunningContainer made = made(call);
        writeId(call, made);
        call.say(made.id());
        return 0;
    }

    private static RunningContainer made(Call call) throws IOException, InterruptedException {
        String file = call.text("cidfile", "");
        if (!file.isEmpty() && Files.exists(Path.of(file))) {
            throw failure("container ID file found, make sure the other container isn't running or delete " + file);
        }
        Platform platform = platform(call);
        Descriptor root = ImageChoice.of(call, call.word(0), platform);
        try {
            ContainerSpec spec = ContainerSpecs.of(call, image(call, root), platform);
            return call.around().jobContainers().create(spec, BuildListener.silent());
        } catch (ContainerFailedException e) {
            throw failed(e);
        }
    }

    /** The user's own name for it where that means the same, so that lists of containers show it. */
    private static Reference image(Call call, Descriptor root) throws IOException {
        Reference name = Names.tryParse(call.word(0));
        Descriptor meant = name == null ? null : call.around().images().find(name);
        boolean same = meant != null && meant.digest().equals(root.digest());
        return same && name != null ? name : Reference.parse(root.digest().toString());
    }

    private static int run(Call call) throws IOException, InterruptedException {
        String image = call.word(0);
        List<String> words = call.words().subList(1, call.words().size());
        if (BinfmtImages.isOne(image)) {
            return BinfmtImages.run(call, image, words);
        }
        boolean terminal = call.around().isTerminal();
        if (call.on("interactive") && call.on("tty") && !terminal) {
            throw DockerFailure.of("the input device is not a TTY");
        }
        if (call.on("detach")) {
            return detached(call);
        }
        if (call.on("rm") && isPlain(call) && !(call.on("tty") && terminal)) {
            return plain(call, words);
        }
        return call.on("rm") || call.on("interactive") ? attached(call) : kept(call);
    }

    private static boolean isPlain(Call call) throws IOException {
        String network = call.text("network", call.text("net", "default"));
        return List.of("default", "bridge", "host", "none").contains(network)
                && call.command().flags().stream()
                        .map(Flag::name)
                        .filter(call::given)
                        .allMatch(PLAIN::contains)
                && ContainerFlags.mounts(call).stream().allMatch(ContainerMount.Bind.class::isInstance);
    }

    private static Containers.Streams streams(Call call) {
        boolean reads = call.on("interactive");
        InputStream in = reads ? call.around().in() : new ByteArrayInputStream(new byte[0]);
        return new Containers.Streams(
                in, call.around().outputBytes(), call.around().errorBytes());
    }

    private static int plain(Call call, List<String> words) throws IOException, InterruptedException {
        Platform platform = platform(call);
        Descriptor root = ImageChoice.of(call, call.word(0), platform);
        String network = call.text("network", call.text("net", "default"));
        ContainerRun run = new ContainerRun(
                Reference.parse(root.digest().toString()),
                platform,
                words,
                new ContainerRun.Overrides(
                        call.text("user"),
                        call.text("workdir"),
                        ContainerSpecs.entrypoint(call),
                        ContainerFlags.environment(call)),
                folders(call),
                network.equals("none") ? NetworkMode.NONE : NetworkMode.HOST,
                ContainerRun.Pull.NEVER);
        try {
            return call.around().containers().run(run, streams(call), BuildListener.silent());
        } catch (ContainerFailedException e) {
            throw failed(e);
        }
    }

    private static List<ContainerRun.Volume> folders(Call call) throws IOException {
        List<ContainerRun.Volume> folders = new ArrayList<>();
        for (ContainerMount mount : ContainerFlags.mounts(call)) {
            if (mount instanceof ContainerMount.Bind bind) {
                if (!Files.exists(bind.source())) {
                    Files.createDirectories(bind.source()); // As Docker's engine does for -v.
                }
                folders.add(new ContainerRun.Volume(bind.source(), bind.target(), bind.readOnly()));
            }
        }
        return folders;
    }

    /** In the foreground, with what is typed; it goes with its end. */
    private static int attached(Call call) throws IOException, InterruptedException {
        Platform platform = platform(call);
        Descriptor root = ImageChoice.of(call, call.word(0), platform);
        JobContainers containers = call.around().jobContainers();
        try {
            ContainerSpec spec = ContainerSpecs.of(call, image(call, root), platform);
            RunningContainer container = containers.start(spec, streams(call), BuildListener.silent());
            try {
                writeId(call, container);
                return container.await();
            } finally {
                container.remove();
            }
        } catch (ContainerFailedException e) {
            throw failed(e);
        }
    }

    /** In the foreground; it stays when it has ended, for {@code docker cp} and {@code docker logs}. */
    private static int kept(Call call) throws IOException, InterruptedException {
        RunningContainer container = made(call);
        writeId(call, container);
        boolean began = false;
        try {
            int code = Attachment.run(call, container);
            began = true;
            return code;
        } finally {
            if (!began && container.state().started() == null) {
                container.remove();
            }
        }
    }

    private static int detached(Call call) throws IOException, InterruptedException {
        RunningContainer container = made(call);
        try {
            call.around().jobContainers().detach(container, ContainerCommands.supervisor(call));
        } catch (ContainerFailedException e) {
            container.remove();
            throw failed(e);
        }
        writeId(call, container);
        container.details().notes().forEach(note -> call.tell("WARNING: " + note));
        call.say(container.id());
        return 0;
    }

    private static void writeId(Call call, RunningContainer container) throws IOException {
        String file = call.text("cidfile", "");
        if (file.isEmpty()) {
            return;
        }
        Files.writeString(Path.of(file), container.id());
    }

    static @Nullable Platform platform(Call call) {
        String text = call.text("platform", call.around().environment().getOrDefault("DOCKER_DEFAULT_PLATFORM", ""));
        try {
            return TransferCommands.platform(text);
        } catch (DockerFailure e) {
            throw failure(e.text());
        }
    }

    /** An engine's refusal: exit code 125. */
    static DockerFailure failure(String message) {
        return new DockerFailure(
                "docker: " + message + "\n\nRun 'docker run --help' for more information", DockerFailure.DAEMON);
    }

    /** A container that did not start: 127 when there is no such program, 126 when it cannot be executed. */
    static DockerFailure failed(ContainerFailedException e) {
        String message = String.valueOf(e.getMessage());
        String lower = message.toLowerCase(Locale.ROOT);
        int code = lower.contains("not found in") || lower.contains("no such file or directory")
                ? NOT_FOUND
                : lower.contains("permission denied") ? CANNOT_EXECUTE : DockerFailure.DAEMON;
        return new DockerFailure(
                "docker: Error response from daemon: " + message + "\n\nRun 'docker run --help' for more information",
                code);
    }
}
