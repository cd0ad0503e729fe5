package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.host.ForeignBusybox;
import dev.runner.host.posix.PosixFiles;
import dev.runner.oci.Platform;
import dev.runner.registry.DockerRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A machine without Docker: our {@code docker} first in the PATH, and a registry that stands in for Docker Hub, with images
 * made of busybox.
 */
final class DockerMachine implements AutoCloseable {
    private static final List<String> PLATFORMS = List.of("linux/amd64", "linux/arm64", "linux/arm/v7");

    private final Path folder;
    private final DockerRegistry hub;
    private final Map<String, String> environment = new LinkedHashMap<>();

    private DockerMachine(Path folder, DockerRegistry hub) {
        this.folder = folder;
        this.hub = hub;
    }

    /** What a script wrote, both streams, and how it ended. */
    record Ended(int code, String output) {
        Ended passed() {
            assertThat(code).as(output).isZero();
            return this;
        }
    }

    static DockerMachine start(Path folder) throws Exception {
        DockerMachine machine = new DockerMachine(folder, DockerRegistry.start(folder.resolve("hub")));
        machine.prepare();
        return machine;
    }

    private void prepare() throws Exception {
        environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("RUNNER_REGISTRY_REWRITE", "docker.io=http://" + hub.domain());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("RUNNER_LAUNCHER", ProgramProcess.launcher().toString());
        fresh("publisher");
        program()
                .run("docker", "install", "--to", folder.resolve("bin").toString())
                .passed();
    }

    /** Goes on as a user who has done nothing yet. */
    void fresh(String name) throws IOException {
        Path home = Files.createDirectories(folder.resolve("home-" + name));
        environment.put("HOME", home.toString());
        environment.put("XDG_CACHE_HOME", home.resolve("cache").toString());
        environment.put("XDG_CONFIG_HOME", home.resolve("config").toString());
        environment.put("XDG_DATA_HOME", home.resolve("data").toString());
        environment.put("XDG_STATE_HOME", home.resolve("state").toString());
        environment.put("DOCKER_CONFIG", home.resolve(".docker").toString());
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    String hub() {
        return hub.domain();
    }

    Map<String, String> environment() {
        return environment;
    }

    /** The program in this process, as the same user. */
    Program program() {
        Program program = Program.at(Path.of(environment.get("HOME")));
        environment.forEach(program::with);
        return program;
    }

    /** Puts an image of busybox into the hub; {@code files} are executable scripts in it. */
    void publish(String name, List<String> platforms, Map<String, String> files) throws Exception {
        Path context = Files.createDirectories(folder.resolve("image-" + name.replaceAll("[/:]", "-")));
        for (String text : platforms) {
            Path root = context.resolve("root-" + text.replace('/', '-'));
            ForeignBusybox.install(Platform.parse(text), root);
            Files.createDirectories(root.resolve("etc"));
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path target = root.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Files.deleteIfExists(target);
                Files.writeString(target, "#!/bin/sh\n" + file.getValue() + "\n");
                PosixFiles.chmod(target, 0755);
            }
        }
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                ARG TARGETOS TARGETARCH TARGETVARIANT
                COPY root-$TARGETOS-$TARGETARCH${TARGETVARIANT:+-$TARGETVARIANT} /
                ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
                CMD ["sh"]
                """);
        program()
                .run(
                        "build",
                        "--quiet",
                        "--platform=" + String.join(",", platforms),
                        "--push",
                        "-t",
                        name,
                        context.toString())
                .passed();
    }

    void publish(String name) throws Exception {
        publish(name, PLATFORMS, Map.of());
    }

    /** Runs a script as a person would type it; a fault in it ends it. */
    Ended sh(Path where, String script) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RUNNER_") || name.startsWith("DOCKER"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws InterruptedException {
        hub.close();
    }
}
