package dev.runner.cli.docker;

import dev.runner.build.BuildListener;
import dev.runner.build.ContainerFailedException;
import dev.runner.build.ContainerRun;
import dev.runner.build.Containers;
import dev.runner.build.NetworkMode;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code docker run}. */
final class RunCommands {
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

    private static int run(Call call) throws IOException, InterruptedException {
        String image = call.word(0);
        List<String> words = call.words().subList(1, call.words().size());
        if (BinfmtImages.isOne(image)) {
            return BinfmtImages.run(call, image, words);
        }
        Platform platform = platform(call);
        Descriptor root = ImageChoice.of(call, image, platform);
        ContainerRun run = new ContainerRun(
                Reference.parse(root.digest().toString()),
                platform,
                words,
                new ContainerRun.Overrides(
                        call.text("user"), call.text("workdir"), entrypoint(call), ContainerFlags.environment(call)),
                ContainerFlags.volumes(call),
                network(call),
                ContainerRun.Pull.NEVER);
        boolean attached = call.on("interactive");
        InputStream in = attached ? call.around().in() : new ByteArrayInputStream(new byte[0]);
        try {
            return call.around()
                    .containers()
                    .run(
                            run,
                            new Containers.Streams(
                                    in,
                                    call.around().outputBytes(),
                                    call.around().errorBytes()),
                            BuildListener.silent());
        } catch (ContainerFailedException e) {
            throw failure(String.valueOf(e.getMessage()));
        }
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

    private static @Nullable List<String> entrypoint(Call call) {
        String text = call.text("entrypoint");
        return text == null ? null : text.isEmpty() ? List.of() : List.of(text);
    }

    private static NetworkMode network(Call call) {
        return switch (call.text("network", call.text("net", "default"))) {
            case "none" -> NetworkMode.NONE;
            default -> NetworkMode.HOST;
        };
    }
}
