package dev.runner.build.embedded;

import dev.runner.oci.JsonTree;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;

/**
 * A Docker Engine with its BuildKit. One that {@code docker-engine start DIR} has started is used as it is: {@code
 * RUNNER_DOCKER_ENGINE} names its folder. Else, for root, that program is looked for beside the project and starts one, which
 * ends with the test. One test has it at a time, whatever process it runs in: they forget each other's caches, and end it.
 */
public final class DockerEngine implements AutoCloseable {
    private static final Path FOLDER = Path.of("/var/tmp/docker-engine-interop");
    private static final Pattern STEP = Pattern.compile("\\[.*\\d+/\\d+\\] (?!FROM |LINK ).*");

    private final Path folder;
    private final List<String> stop;
    private final FileChannel turn;

    private DockerEngine(Path folder, List<String> stop, FileChannel turn) {
        this.folder = folder;
        this.stop = stop;
        this.turn = turn;
    }

    /** Skips the test where there can be none. */
    public static DockerEngine start() throws Exception {
        String named = System.getenv("RUNNER_DOCKER_ENGINE");
        Path running = named == null ? FOLDER : Path.of(named);
        if (!answers(running)) {
            program();
        }
        FileChannel turn = FileChannel.open(
                running.resolveSibling(running.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            turn.lock();
            return answers(running) ? new DockerEngine(running, List.of(), turn) : start(program(), turn);
        } catch (Throwable e) {
            turn.close();
            throw e;
        }
    }

    private static String program() {
        Path program = Stream.of("../shared", "../../shared")
                .map(shared ->
                        Path.of(shared, "peers/docker-engine").toAbsolutePath().normalize())
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(
                program != null
                        && ProcessHandle.current().info().user().orElse("").equals("root"),
                "no Docker Engine: start one with docker-engine and name its folder in RUNNER_DOCKER_ENGINE");
        return String.valueOf(program);
    }

    private static DockerEngine start(String program, FileChannel turn) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(program, "start", FOLDER.toString());
        builder.environment().put("PATH", init() + ":" + System.getenv("PATH"));
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assumptions.assumeTrue(process.waitFor() == 0, "the Docker Engine does not start: " + said);
        return new DockerEngine(FOLDER, List.of(program, "stop", FOLDER.toString()), turn);
    }

    /** A folder with the {@code docker-init} that the unpacked packages lack: containers of builders are started by it. */
    private static Path init() throws IOException {
        Path folder = FOLDER.resolve("init");
        Path file = folder.resolve("docker-init");
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            Files.writeString(file, "#!/bin/sh\nshift\nexec \"$@\"\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return folder;
    }

    private static boolean answers(Path folder) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(folder.resolve("docker.sock")));
        } catch (IOException e) {
            return false;
        }
    }

    /** Builds; gives the names of the steps that were not taken from a cache. */
    public List<String> build(Path context, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(folder.resolve("root/usr/bin/docker").toString(), "buildx", "build", "--progress=rawjson"));
        command.addAll(List.of(options));
        command.add("--provenance=false");
        command.add(context.toString());
        return made(run(command));
    }

    /** Runs the {@code docker} command; gives both of its streams. */
    public String docker(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(folder.resolve("root/usr/bin/docker").toString()));
        command.addAll(List.of(words));
        return run(command);
    }

    /** What the {@code docker} command needs to find this engine, and a shell to find the command. */
    public Map<String, String> environment() {
        return Map.of(
                "DOCKER_HOST",
                "unix://" + folder.resolve("docker.sock"),
                "DOCKER_CONFIG",
                folder.resolve("config").toString(),
                "PATH",
                folder.resolve("root/usr/bin") + ":" + System.getenv("PATH"));
    }

    /** The folder that {@code docker-engine} was given. */
    public Path folder() {
        return folder;
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ":\n" + output);
        }
        return output;
    }

    /** A step from a cache whose layer has yet to be unpacked is told again, as one that is not cached. */
    private static List<String> made(String output) {
        Map<String, String> steps = new LinkedHashMap<>();
        Set<String> cached = new HashSet<>();
        for (String line : output.lines().filter(text -> text.startsWith("{")).toList()) {
            for (JsonNode vertex : JsonTree.read(line).path("vertexes")) {
                String digest = vertex.path("digest").asString("");
                String name = vertex.path("name").asString("");
                if (vertex.has("started") && STEP.matcher(name).matches()) {
                    steps.put(digest, name);
                }
                if (vertex.path("cached").asBoolean(false)) {
                    cached.add(digest);
                }
            }
        }
        steps.keySet().removeAll(cached);
        return List.copyOf(steps.values());
    }

    @Override
    public void close() throws Exception {
        try (turn) {
            if (!stop.isEmpty()) {
                new ProcessBuilder(stop).inheritIO().start().waitFor();
            }
        }
    }
}
