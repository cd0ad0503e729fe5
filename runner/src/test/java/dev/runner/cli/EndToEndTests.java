package dev.runner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.host.ForeignBusybox;
import dev.runner.oci.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, as a person starts it. */
class EndToEndTests {
    private static final String CANARY = "c4nary/+&=s3cret\u00fc";

    @TempDir
    Path folder;

    private int port;

    @BeforeEach
    void freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
    }

    /** What a run said and how it ended. */
    private record Ended(int code, String output) {}

    private Process start(Map<String, String> extra, String... arguments) throws IOException {
        List<String> command = ProgramProcess.command();
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RUNNER_") || name.startsWith("XDG_"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        for (String place : List.of("CACHE", "DATA", "STATE", "CONFIG")) {
            builder.environment()
                    .put(
                            "XDG_" + place + "_HOME",
                            folder.resolve("xdg-" + place).toString());
        }
        builder.environment().putAll(extra);
        builder.redirectErrorStream(true);
        builder.redirectOutput(folder.resolve("output.txt").toFile());
        return builder.start();
    }

    private Ended run(Map<String, String> extra, String... arguments) throws Exception {
        Process process = start(extra, arguments);
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(folder.resolve("output.txt")));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void bad_input_is_told_all_at_once_and_exits_with_2() throws Exception {
        write(
                "pipeline.yml",
                "name: x\njobs:\n  a:\n    steps:\n      - biuld: {context: .}\n      - run: ${{ nope.x }}\n");
        Ended ended = run(Map.of(), "exec", "pipeline.yml");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.output())
                .contains("pipeline.yml:5:9: error: ")
                .contains("did you mean 'build'?")
                .contains("pipeline.yml:6:")
                .contains("nope");
    }

    @Test
    void a_failed_step_is_named_with_the_end_of_its_output_and_exits_with_1() throws Exception {
        write(
                "pipeline.yml",
                "name: x\njobs:\n  a:\n    steps:\n      - name: Break\n        run: echo before; exit 7\n");
        Ended ended = run(Map.of(), "exec", "pipeline.yml");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output())
                .contains("a › Break failed")
                .contains("  | before")
                .contains("exit code 7");
    }

    @Test
    void a_missing_secret_is_told_before_anything_runs() throws Exception {
        write("pipeline.yml", "name: x\nsecrets: [TOKEN]\njobs:\n  a:\n    steps:\n      - run: touch ran\n");
        Ended ended = run(Map.of(), "exec", "pipeline.yml");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.output()).contains("pipeline.yml:2:11: error: the secret 'TOKEN' is missing");
        assertThat(folder.resolve("ran")).doesNotExist();
    }

    @Test
    void a_signal_cancels_cleans_up_and_exits_with_130() throws Exception {
        write(
                "pipeline.yml",
                "name: x\njobs:\n  a:\n    steps:\n      - run: echo $$ > " + folder
                        + "/pid; sleep 600\n      - if: ${{ cancelled() }}\n        run: echo cleaned > " + folder
                        + "/cleaned\n");
        Process process = start(Map.of(), "exec", "pipeline.yml");
        Path pid = folder.resolve("pid");
        while (process.isAlive() && (!Files.exists(pid) || Files.size(pid) == 0)) {
            Thread.onSpinWait();
        }
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(folder.resolve("cleaned")).exists();
        long shell = Long.parseLong(Files.readString(pid).strip());
        // Killed, it has an entry until init takes note; had it been left, it would sleep for ten minutes.
        ProcessHandle.of(shell)
                .ifPresent(left -> left.onExit().orTimeout(10, TimeUnit.SECONDS).join());
        try (Stream<Path> left = Files.list(folder.resolve("xdg-STATE/runner/runs"))) {
            assertThat(left).isEmpty();
        }
    }

    /** Secrets reach the registry, the build and the scripts, and nothing that is kept, shown or listed. */
    @Test
    void a_secret_is_nowhere_but_where_it_must_be() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "RUN steps of this test need root");
        write("context/Dockerfile", """
                FROM scratch
                COPY --chmod=755 busybox /bin/busybox
                RUN --mount=type=secret,id=token ["/bin/busybox", "sh", "-c", "/bin/busybox wc -c < /run/secrets/token"]
                RUN --mount=type=secret,id=token,env=TOKEN ["/bin/busybox", "sh", "-c", "echo build says $TOKEN"]
                """);
        Files.copy(ForeignBusybox.binary(Platform.parse("linux/amd64")), folder.resolve("context/busybox"));
        write("pipeline.yml", pipelineWithSecret());
        Set<String> arguments = ConcurrentHashMap.newKeySet();
        Process process = start(Map.of("TOKEN", CANARY), "exec", "--report", "junit=report.xml", "pipeline.yml");
        while (process.isAlive()) {
            collectArguments(arguments);
        }
        Files.copy(folder.resolve("output.txt"), folder.resolve("plain.txt"));
        assertThat(process.exitValue())
                .describedAs(Files.readString(folder.resolve("plain.txt")))
                .isZero();
        assertThat(Files.readString(folder.resolve("plain.txt")))
                .contains("build says ***")
                .contains("script says ***")
                .contains("base64 ***");
        assertThat(run(Map.of("TOKEN", CANARY), "exec", "--output", "json", "pipeline.yml")
                        .code())
                .isZero();
        assertThat(arguments).isNotEmpty().noneMatch(line -> line.contains("c4nary"));
        for (String form : forms()) {
            assertThat(filesWith(form))
                    .describedAs("files with the form " + form)
                    .isEmpty();
        }
    }

    private String pipelineWithSecret() {
        return """
                name: canary
                registry: {port: PORT, username: ci, password: "${{ secrets.TOKEN }}"}
                secrets: [TOKEN]
                jobs:
                  image:
                    env: {TOKEN: "${{ secrets.TOKEN }}"}
                    steps:
                      - run: |
                          echo "script says $TOKEN"
                          echo "base64 $(printf %s "$TOKEN" | base64)"
                      - login: {registry: "localhost:PORT", username: ci, password: "${{ secrets.TOKEN }}"}
                      - id: app
                        build:
                          context: context
                          platforms: [linux/amd64]
                          secrets: {token: "${{ secrets.TOKEN }}"}
                          cache-to: [type=inline]
                      - publish: {image: "${{ steps.app.outputs.digest }}", to: "localhost:PORT/acme/canary", tags: [latest]}
                """.replace("PORT", Integer.toString(port));
    }

    private static void collectArguments(Set<String> into) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(path ->
                            Character.isDigit(path.getFileName().toString().charAt(0)))
                    .toList()) {
                try {
                    into.add(Files.readString(process.resolve("cmdline"), ISO_8859_1));
                } catch (IOException e) {
                    continue; // It has ended in the meantime.
                }
            }
        }
    }

    private static List<String> forms() {
        String plain = Base64.getEncoder().encodeToString(CANARY.getBytes(UTF_8));
        return List.of(CANARY, plain.substring(0, plain.length() - 4), URLEncoder.encode(CANARY, UTF_8), "c4nary");
    }

    /** Files below the test's folder that hold a text, blobs unpacked. */
    private List<Path> filesWith(String form) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                byte[] bytes = Files.readAllBytes(file);
                boolean gzip = bytes.length > 2 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b;
                byte[] content = gzip ? unpacked(bytes) : bytes;
                if (new String(content, ISO_8859_1).contains(new String(form.getBytes(UTF_8), ISO_8859_1))) {
                    found.add(folder.relativize(file));
                }
            }
        }
        return found;
    }

    private static byte[] unpacked(byte[] gzip) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        }
    }
}
