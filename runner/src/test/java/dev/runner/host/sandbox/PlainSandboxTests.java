package dev.runner.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.host.ForeignBusybox;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Emulator;
import dev.runner.host.emulator.Probe;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Sandboxes that mount nothing. */
@ParameterizedClass
@ValueSource(strings = {"chroot", "proot"})
class PlainSandboxTests {
    private final String kind;
    private final ProcessRunner processes = new ProcessRunner();

    @TempDir
    Path folder;

    private Path root;
    private Path state;
    private Sandbox sandbox;

    PlainSandboxTests(String kind) {
        this.kind = kind;
    }

    @BeforeEach
    void prepare() throws Exception {
        root = Files.createDirectories(folder.resolve("store/root"));
        state = folder.resolve("store/sandboxes");
        ForeignBusybox.install(Platform.host(), root);
        Files.createDirectory(root.resolve("etc"));
        PosixFiles.setModified(root.resolve("etc"), Instant.ofEpochSecond(1_000_000));
        PosixFiles.setModified(root, Instant.ofEpochSecond(1_000_000));
        try {
            sandbox = new Sandboxes(processes, state).choose(kind);
        } catch (SandboxException e) {
            sandbox = org.junit.jupiter.api.Assumptions.abort(String.valueOf(e.getMessage()));
        }
    }

    @AfterEach
    void nothing_is_left() throws Exception {
        processes.close();
        try (var left = Files.list(state)) {
            assertThat(left).isEmpty();
        }
    }

    private SandboxSpec spec(String script) {
        return SandboxSpec.of(
                new RootFilesystem.Directory(root, false),
                SandboxProcess.of(List.of("sh", "-c", script), Map.of("PATH", "/bin"), "/"),
                Platform.host());
    }

    private record Result(int exitCode, String out) {}

    private Result run(SandboxSpec spec) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OutputSink both = OutputSink.to(out);
        int exitCode = sandbox.start(spec, both, both).await();
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void output_exit_code_and_changes_come_back_and_nothing_else_stays() throws Exception {
        Result result = run(spec("cat /etc/hosts; echo x >/dev/null; echo made >/made; ls -d /dev/fd; pwd; exit 7"));
        assertThat(result.out).contains("localhost").contains("/dev/fd").endsWith("/\n");
        assertThat(result.exitCode).isEqualTo(7);
        assertThat(root.resolve("made")).hasContent("made");
        try (var files = Files.list(root)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("bin", "etc", "made");
        }
        assertThat(root.resolve("etc")).isEmptyDirectory();
        assertThat(PosixFiles.lstat(root.resolve("etc")).times().modified())
                .isEqualTo(Instant.ofEpochSecond(1_000_000));
    }

    @Test
    void the_process_is_whom_it_was_said_to_be() throws Exception {
        PosixFiles.symlink("/real", root.resolve("link"));
        Files.createDirectory(root.resolve("real"));
        SandboxProcess process = SandboxProcess.of(
                        List.of("sh", "-c", "id -u; id -g; pwd"), Map.of("PATH", "/bin", "A", "b"), "/link")
                .as(new SandboxProcess.User(12, 34, List.of()));
        Result result = run(SandboxSpec.of(new RootFilesystem.Directory(root, false), process, Platform.host()));
        assertThat(result.out).isEqualTo("12\n34\n/real\n");
    }

    @Test
    void what_is_shown_over_the_root_goes_and_what_may_not_be_written_is_not() throws Exception {
        Path host = Files.createDirectories(folder.resolve("store/mounts/host"));
        Files.writeString(host.resolve("given"), "from the machine\n");
        Path scratch = Files.createDirectory(folder.resolve("store/scratch"));
        Files.createDirectories(root.resolve("mnt/cache"));
        Files.writeString(root.resolve("mnt/cache/own"), "the image's\n");
        List<SandboxMount> mounts = List.of(
                new SandboxMount.Bind(host, "/mnt/ro", true),
                new SandboxMount.Discarded(host, "/mnt/discarded", scratch),
                new SandboxMount.Bind(host, "/mnt/cache", false),
                new SandboxMount.Tmpfs("/mnt/memory", 1 << 20, 01777),
                new SandboxMount.Content(
                        "/dev/pipes/SCRIPT", "echo script\n".getBytes(StandardCharsets.UTF_8), 0755, 0, 0),
                new SandboxMount.Content(
                        "/run/secrets/token", "s3cret\n".getBytes(StandardCharsets.UTF_8), 0400, 0, 0));
        Result result = run(spec("cat /mnt/ro/given /run/secrets/token; echo x >/mnt/ro/given; echo x"
                        + " >/mnt/discarded/given; echo t >/mnt/memory/t; sh /dev/pipes/SCRIPT; echo kept"
                        + " >/mnt/cache/new; ls /mnt/cache")
                .withMounts(mounts));
        assertThat(result.out)
                .contains("from the machine\ns3cret\nscript\n")
                .contains("new")
                .doesNotContain("own");
        assertThat(host.resolve("given")).hasContent("from the machine\n");
        assertThat(host.resolve("new")).hasContent("kept\n");
        assertThat(root.resolve("mnt/cache/own")).hasContent("the image's\n");
        try (var files = Files.walk(root)) {
            assertThat(files.map(file -> root.relativize(file).toString()))
                    .doesNotContain("run", "dev", "mnt/ro", "mnt/memory", "mnt/cache/new");
        }
    }

    @Test
    void what_it_cannot_keep_it_refuses_with_the_reason() {
        assertThatThrownBy(() ->
                        run(spec("true").withNetwork(new SandboxSpec.Network(NetworkMode.NONE, "alone", List.of()))))
                .hasMessageContaining("network 'none'");
    }

    @Test
    void the_exit_code_is_the_commands_own_and_who_it_leaves_behind_is_ended() throws Exception {
        assertThat(run(spec("sleep 31561 & exit 3")).exitCode).isEqualTo(3);
        assertThat(ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains("31561")))
                .isEmpty();
    }

    @Test
    void a_missing_program_is_the_sandboxs_failure_and_127_the_commands_own() throws Exception {
        SandboxSpec missing = SandboxSpec.of(
                new RootFilesystem.Directory(root, false),
                SandboxProcess.of(List.of("/no/such"), Map.of("PATH", "/bin"), "/"),
                Platform.host());
        assertThatThrownBy(() -> run(missing))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        e -> assertThat(e.reason()).isEqualTo(SandboxException.Reason.NOT_FOUND));
        assertThat(run(spec("nosuchcommand")).exitCode).isEqualTo(127);
    }

    @Test
    void what_the_kernel_cannot_start_is_told_with_the_file_and_its_architecture() throws Exception {
        Probe.write(EmulatedArchitecture.LOONG64, root.resolve("bin/foreign"));
        Files.writeString(root.resolve("bin/plain"), "echo no interpreter\n");
        Files.writeString(root.resolve("bin/windows"), "#!/bin/sh\r\necho\r\n");
        for (String file : List.of("foreign", "plain", "windows")) {
            PosixFiles.chmod(root.resolve("bin").resolve(file), 0755);
        }
        // The kernel of a machine that emulates everything starts this one too.
        if (!Files.exists(Path.of("/proc/sys/fs/binfmt_misc", EmulatedArchitecture.LOONG64.entryName()))) {
            assertThatThrownBy(() -> run(starting("foreign")))
                    .hasMessageContaining("exec format error: /bin/foreign is a program for linux/loong64")
                    .hasMessageContaining("--platform");
        }
        assertThatThrownBy(() -> run(starting("/bin/plain")))
                .hasMessageContaining("exec format error: /bin/plain")
                .hasMessageContaining("#!/bin/sh");
        assertThatThrownBy(() -> run(starting("/bin/windows")))
                .hasMessageContaining("its interpreter /bin/sh is not in the image")
                .hasMessageContaining("Windows");
    }

    private SandboxSpec starting(String program) throws Exception {
        return SandboxSpec.of(
                new RootFilesystem.Directory(root, false),
                SandboxProcess.of(List.of(program), Map.of("PATH", "/bin"), "/"),
                Platform.host());
    }

    @Test
    void who_stays_behind_is_ended() throws Exception {
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        var running = sandbox.start(
                spec("trap '' TERM; sleep 31559 & echo ready; while :; do sleep 0.1; done"),
                OutputSink.lines(lines::add),
                OutputSink.discard());
        assertThat(lines.take()).isEqualTo("ready");
        running.terminate(Duration.ofMillis(50));
        assertThat(ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains("31559"))
                        .filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void changes_of_owners_are_told_by_one_that_pretends() throws Exception {
        SandboxProcess.User user = new SandboxProcess.User(5, 6, List.of());
        assumeTrue(sandbox.pretends(user), "owners are real here");
        Map<Long, String> told = new ConcurrentHashMap<>();
        RootFilesystem directory = new RootFilesystem.Directory(
                root, false, (device, inode, born, uid, gid) -> told.put(inode, uid + ":" + gid));
        SandboxProcess process = SandboxProcess.of(
                        List.of(
                                "sh",
                                "-c",
                                "cd etc; touch a b; chown 7:8 a; chown 9:9 /etc/b; echo $?; ln -s a l; chown -h 1:2 l"),
                        Map.of("PATH", "/bin"),
                        "/")
                .as(user);
        assertThat(run(SandboxSpec.of(directory, process, Platform.host())).out).isEqualTo("0\n");
        assertThat(told)
                .containsEntry(inode("etc/a"), "7:8")
                .containsEntry(inode("etc/b"), "9:9")
                .containsEntry(inode("etc/l"), "1:2");
    }

    @Test
    void a_secret_does_not_outlive_a_hard_kill() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProgram.class.getName(),
                        kind,
                        state.toString(),
                        root.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var reader = program.inputReader()) {
            assertThat(reader.readLine()).isEqualTo("s3cret");
            List<ProcessHandle> tree = program.descendants().toList();
            program.destroyForcibly().waitFor();
            for (ProcessHandle process : tree) {
                process.onExit().get();
            }
        }
        List<Path> remembered = new ArrayList<>();
        try (var runs = Files.newDirectoryStream(state, "run-*")) {
            for (String line : Files.readAllLines(runs.iterator().next().resolve("secrets"))) {
                remembered.add(Path.of(java.net.URI.create(line)));
            }
        }
        assertThat(remembered).anyMatch(Files::exists);
        assertThat(Sandboxes.sweep(state)).isEqualTo(1);
        assertThat(remembered).noneMatch(Files::exists);
    }

    /** Starts a sandbox that shows a secret and waits. */
    static final class KilledProgram {
        private KilledProgram() {}

        public static void main(String[] a) throws Exception {
            try (ProcessRunner processes = new ProcessRunner()) {
                SandboxSpec spec = SandboxSpec.of(
                                new RootFilesystem.Directory(Path.of(a[2]), false),
                                SandboxProcess.of(
                                        List.of("sh", "-c", "cat /run/secrets/token; sleep 1000"),
                                        Map.of("PATH", "/bin"),
                                        "/"),
                                Platform.host())
                        .withMounts(List.of(new SandboxMount.Content(
                                "/run/secrets/token", "s3cret\n".getBytes(StandardCharsets.UTF_8), 0400, 0, 0)));
                new Sandboxes(processes, Path.of(a[1]))
                        .choose(a[0])
                        .start(spec, OutputSink.to(System.out), OutputSink.to(System.err))
                        .await();
            }
        }
    }

    private long inode(String path) throws Exception {
        return PosixFiles.lstat(root.resolve(path)).identity().inode();
    }

    @Test
    void foreign_programs_and_their_children_run_under_an_emulator_that_is_handed_over() throws Exception {
        assumeTrue(kind.equals("proot"), "only proot starts an emulator for each program");
        Path qemu = Path.of("/usr/bin/qemu-aarch64-static");
        assumeTrue(Files.isExecutable(qemu), "qemu-user-static is not installed");
        Emulator emulator = new Emulator(EmulatedArchitecture.ARM64, qemu);
        Path foreign = Files.createDirectories(folder.resolve("store/foreign"));
        ForeignBusybox.install(Platform.parse("linux/arm64"), foreign);
        sandbox = new Sandboxes(processes, state).choose(null, emulator);
        SandboxProcess process = SandboxProcess.of(
                List.of("sh", "-c", "uname -m; ls / | head -1; sh -c \"uname -m\""), Map.of("PATH", "/bin"), "/");
        SandboxSpec spec = SandboxSpec.of(
                        new RootFilesystem.Directory(foreign, false), process, Platform.parse("linux/arm64"))
                .withEmulator(emulator);
        assertThat(run(spec)).isEqualTo(new Result(0, "aarch64\nbin\naarch64\n"));
    }
}
