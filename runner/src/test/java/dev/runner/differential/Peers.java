package dev.runner.differential;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real parts that the suite talks to: a Docker Engine that runs already, and a registry of our own on loopback that
 * holds the bases for three platforms.
 */
final class Peers implements AutoCloseable {
    private static final String PLATFORMS = "linux/amd64,linux/arm64,linux/arm/v7";
    private static final List<String> BASES = List.of("busybox", "traits", "onbuild", "symlinks", "special");

    private final Path engine;
    private final Process registryProcess;
    private final String registry;

    private Peers(Path engine, Process registryProcess, String registry) {
        this.engine = engine;
        this.registryProcess = registryProcess;
        this.registry = registry;
    }

    /**
     * The folder of a Docker Engine that {@code docker-engine start DIR} started and that answers, or null. The variable
     * {@code RUNNER_DOCKER_ENGINE} names it; else the usual places are tried.
     */
    static @Nullable Path runningEngine() {
        String named = System.getenv("RUNNER_DOCKER_ENGINE");
        Stream<Path> places = named != null
                ? Stream.of(Path.of(named))
                : Stream.of(Path.of("/var/tmp/docker-engine"), Path.of("/var/tmp/docker-engine-diff"));
        return places.filter(Peers::answers).findFirst().orElse(null);
    }

    private static boolean answers(Path engine) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(engine.resolve("docker.sock")));
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts the registry, and makes and pushes the bases. */
    static Peers start(Path engine, Path project, Path work) throws IOException, InterruptedException {
        String registry = "127.0.0.1:" + freePort();
        Path config = work.resolve("registry.yml");
        Files.writeString(config, """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: "%s"}}
                http: {addr: "%s"}
                """.formatted(work.resolve("registry"), registry));
        Process process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("registry.log").toFile())
                .start();
        Peers peers = new Peers(engine, process, registry);
        try {
            peers.awaitRegistry();
            peers.pushBases(project, work);
            return peers;
        } catch (IOException | InterruptedException e) {
            peers.close();
            throw e;
        }
    }

    String registry() {
        return registry;
    }

    /** Environment of the {@code docker} command. */
    List<String> environment() {
        return List.of(
                "DOCKER_HOST=unix://" + engine.resolve("docker.sock"),
                "DOCKER_CONFIG=" + engine.resolve("config"),
                "PATH=" + engine.resolve("root/usr/bin") + ":" + System.getenv("PATH"));
    }

    /** The versions of engine and Buildx. */
    String version() throws IOException, InterruptedException {
        return Commands.run(engine, environment(), List.of(docker(), "version", "--format={{.Server.Version}}"))
                + Commands.run(engine, environment(), List.of(docker(), "buildx", "version"));
    }

    String docker() {
        return engine.resolve("root/usr/bin/docker").toString();
    }

    /** Whether the kernel runs arm64 and arm binaries by itself, as BuildKit needs for foreign RUN steps. */
    static boolean emulates() {
        Path folder = Path.of("/proc/sys/fs/binfmt_misc");
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> names = entries.map(
                            each -> each.getFileName().toString().toLowerCase(Locale.ROOT))
                    .toList();
            return names.stream().anyMatch(name -> name.contains("aarch64") || name.contains("arm64"))
                    && names.stream().anyMatch(name -> name.endsWith("arm") || name.endsWith("armv7"));
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitRegistry() throws IOException, InterruptedException {
        IOException last = new IOException("the registry ended at once");
        for (int attempt = 0; attempt < 200 && registryProcess.isAlive(); attempt++) {
            try {
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create("http://" + registry + "/v2/").toURL().openConnection();
                connection.getResponseCode();
                connection.disconnect();
                return;
            } catch (IOException e) {
                last = e;
                registryProcess.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
        throw last;
    }

    private void pushBases(Path project, Path work) throws IOException, InterruptedException {
        Path sources = project.resolve("runner/src/test/resources/differential-bases");
        Path busybox = work.resolve("bases/busybox/context");
        Commands.run(
                project,
                List.of(),
                List.of("pipelines/quickstart/fetch-busybox", busybox.toString(), "amd64", "arm64", "armv7"));
        for (String base : BASES) {
            // The others have RUN steps, which only the machine's own platform is sure to run.
            String platforms = base.equals("symlinks") || base.equals("onbuild") ? "linux/amd64" : PLATFORMS;
            Path folder = Files.createDirectories(work.resolve("bases").resolve(base));
            PreparedCase prepared =
                    PreparedCase.prepare(DifferentialCase.read(sources.resolve(base)), registry, folder);
            Commands.run(
                    prepared.context(),
                    environment(),
                    List.of(
                            docker(),
                            "buildx",
                            "build",
                            "--provenance=false",
                            "--platform=" + platforms,
                            "--output=type=image,push=true,name=" + registry + "/" + base,
                            "."));
        }
    }

    @Override
    public void close() throws InterruptedException {
        registryProcess.destroy();
        if (!registryProcess.waitFor(10, TimeUnit.SECONDS)) {
            registryProcess.destroyForcibly().waitFor();
        }
    }
}
