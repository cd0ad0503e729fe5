package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildResult;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.SandboxKind;
import dev.runner.host.sandbox.Sandboxes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds that are killed hard at any moment leave a store that the next build can use, and nothing else. */
class KillTests {
    private static final int KILLS = 20;
    private static final long SEED = 20_260_101L;
    private static final String DOCKERFILE = """
            FROM scratch AS base
            ARG WORD
            COPY root /
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            RUN echo $WORD > /word; for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; dd if=/dev/urandom of=/f$i bs=64k count=4 2>/dev/null; done
            FROM base
            COPY --from=base /f1 /copied
            RUN for i in 1 2 3 4 5; do echo $i; mkdir /d$i; done; rm -r /f2
            """;

    @TempDir
    Path folder;

    @Test
    void twenty_killed_builds_leave_a_sound_store_no_mount_and_no_process() throws Exception {
        Path busybox = Path.of("/bin/busybox");
        Assumptions.assumeTrue(Files.isExecutable(busybox), "busybox-static is not installed");
        try (ProcessRunner processes = new ProcessRunner()) {
            List<SandboxKind> kinds = new Sandboxes(processes, folder.resolve("probe")).available();
            Assumptions.assumeTrue(kinds.stream().anyMatch(SandboxKind::available), () -> "no sandbox works: " + kinds);
        }
        Path context = folder.resolve("context");
        Files.createDirectories(context.resolve("root/bin"));
        Files.copy(busybox, context.resolve("root/bin/busybox"));
        Path dockerfile = Files.writeString(folder.resolve("Dockerfile"), DOCKERFILE);
        Random random = new Random(SEED);
        for (int i = 0; i < KILLS; i++) {
            kill(dockerfile, context, "word" + i, random.nextInt(28));
        }
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            BuildResult result = machine.build(context, DOCKERFILE, request -> request.argument("WORD", "last"));
            BuildResult again = machine.build(context, DOCKERFILE, request -> request.argument("WORD", "last"));
            assertThat(again.image()).isEqualTo(result.image());
            assertThat(machine.layer(result, 4)).contains("f0 0:0 .wh.f2", "d755 0:0 d5");
        }
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            assertThat(lines.filter(line -> line.contains(folder.toString()))).isEmpty();
        }
        assertThat(processes()).isEmpty();
    }

    /** Kills a build after so many events. */
    private void kill(Path dockerfile, Path context, String word, int events) throws Exception {
        Process build = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledBuild.class.getName(),
                        folder.resolve("state").toString(),
                        context.toString(),
                        dockerfile.toString(),
                        word)
                .redirectError(folder.resolve("errors").toFile())
                .start();
        try (BufferedReader lines = build.inputReader()) {
            for (int i = 0; i < events && lines.readLine() != null; i++) {
                continue;
            }
            build.destroyForcibly();
            build.waitFor();
        }
    }

    /** What still runs with the test's folder among its arguments. */
    private List<String> processes() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .map(KillTests::commandLine)
                    .filter(line -> line.contains(folder.toString()))
                    .toList();
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline")).replace('\0', ' ');
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }
}
