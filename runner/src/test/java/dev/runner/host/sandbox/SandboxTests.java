package dev.runner.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Probe;
import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"crun", "runc", "namespaces"})
class SandboxTests {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final String kind;
    private final ProcessRunner processes = new ProcessRunner();

    @TempDir
    Path folder;

    private Path lower;
    private Path upper;
    private Path state;
    private Sandbox sandbox;

    SandboxTests(String kind) {
        this.kind = kind;
    }

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(Files.exists(BUSYBOX), "busybox-static is not installed");
        state = folder.resolve("state");
        lower = Files.createDirectory(folder.resolve("lower"));
        Files.createDirectory(lower.resolve("bin"));
        Files.copy(BUSYBOX, lower.resolve("bin/busybox"));
        for (String applet :
                "sh cat head ls id touch mkdir rm mount stat hostname env sleep uname ip mknod find tty chmod ln"
                        .split(" ")) {
            PosixFiles.symlink("busybox", lower.resolve("bin/" + applet));
        }
        upper = Files.createDirectory(folder.resolve("upper"));
        try {
            sandbox = new Sandboxes(processes, state).choose(kind);
        } catch (SandboxException e) {
            sandbox = org.junit.jupiter.api.Assumptions.abort(String.valueOf(e.getMessage()));
        }
    }

    @AfterEach
    void nothing_is_left() throws Exception {
        processes.close();
        if (Files.exists(state)) {
            try (var left = Files.list(state)) {
                assertThat(left).isEmpty();
            }
        }
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(folder.toString());
    }

    private RootFilesystem.Overlay root(Path... lowers) throws Exception {
        Path work = Files.createTempDirectory(folder, "work");
        return new RootFilesystem.Overlay(lowers.length == 0 ? List.of(lower) : List.of(lowers), upper, work);
    }

    private static SandboxProcess shell(String script) {
        return SandboxProcess.of(List.of("sh", "-c", script), Map.of("PATH", "/bin"), "/");
    }

    private SandboxSpec spec(String script) throws Exception {
        return SandboxSpec.of(root(), shell(script), Platform.host());
    }

    private record Result(int exitCode, String out) {}

    private Result run(SandboxSpec spec) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OutputSink both = OutputSink.to(out);
        int exitCode = sandbox.start(spec, both, both).await();
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8));
    }

    private List<String> upperFiles() throws Exception {
        try (var files = Files.walk(upper)) {
            return files.skip(1)
                    .map(file -> upper.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void output_exit_code_and_changes_come_back_and_no_stub_stays() throws Exception {
        FileStatus before = PosixFiles.lstat(upper);
        assertThat(run(spec("cat /etc/resolv.conf >/dev/null && ls / && exit 7")).exitCode)
                .isEqualTo(7);
        assertThat(upperFiles()).isEmpty();
        assertThat(PosixFiles.lstat(upper).times().modified())
                .isEqualTo(before.times().modified());
        Result second = run(spec("mkdir /made; echo hi >/made/file; echo done"));
        assertThat(second).isEqualTo(new Result(0, "done\n"));
        assertThat(upperFiles()).containsExactly("made", "made/file");
    }

    @Test
    void the_process_is_as_it_was_described() throws Exception {
        Files.createDirectory(lower.resolve("work"));
        SandboxProcess process = new SandboxProcess(
                List.of("sh", "-c", "env; pwd; id; hostname; cat"),
                Map.of("PATH", "/bin", "GREETING", "a  'b' \"c\"\nd"),
                "/work",
                new SandboxProcess.User(12, 34, List.of(56, 78)),
                false,
                new ByteArrayInputStream("input".getBytes(StandardCharsets.UTF_8)));
        Result result = run(SandboxSpec.of(root(), process, Platform.host()));
        assertThat(result.out)
                .contains("GREETING=a  'b' \"c\"\nd\n")
                .contains("/work\nuid=12 gid=34 groups=56,78\nbuildkitsandbox\ninput");
        assertThat(result.out).doesNotContain("OLDPWD").doesNotContain("JAVA");
    }

    @Test
    void it_sees_its_own_processes_the_usual_devices_and_dockers_capabilities() throws Exception {
        Result result = run(spec("ls -d /proc/[0-9]*; for d in null zero full random urandom tty; do test -c /dev/$d ||"
                + " echo no $d; done; echo x >/dev/null; test -d /dev/pts && test -d /dev/shm && test -d /dev/mqueue"
                + " || echo missing; test -w /sys/kernel && echo sys; echo 1 >/proc/sys/kernel/panic; cat /proc/kcore |"
                + " cat; while read a b; do case $a in CapEff:|CapBnd:|CapInh:|NoNewPrivs:) echo $a $b;; esac; done"
                + " </proc/self/status; ls -l /dev/fd/ >/dev/null && echo fds"));
        assertThat(result.out)
                .contains("/proc/1\n")
                .doesNotContain("no ")
                .doesNotContain("missing")
                .contains("Read-only file system")
                .contains("CapInh: 0000000000000000")
                .contains("CapEff: 00000000a80425fb")
                .contains("CapBnd: 00000000a80425fb")
                .contains("NoNewPrivs: 0")
                .contains("fds");
    }

    @Test
    void devices_made_inside_reach_nothing() throws Exception {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        SandboxSpec spec = spec("for d in / /cache/ /dev/; do mknod ${d}disk c 1 5 || echo cannot; head -c 1 ${d}disk"
                        + " >/dev/null 2>&1 && echo reached $d; done")
                .withMounts(List.of(new SandboxMount.Bind(cache, "/cache", false)));
        assertThat(run(spec).out).isEqualTo(kind.equals("runc") ? "reached /dev/\n" : "");
        assertThat(upperFiles()).containsExactly("disk");
    }

    @Test
    void mounts_are_there_and_leave_nothing_behind() throws Exception {
        Path host = Files.createDirectory(folder.resolve("host"));
        Files.writeString(host.resolve("given"), "from the machine");
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        List<SandboxMount> mounts = List.of(
                new SandboxMount.Bind(host, "/mnt/ro", true),
                new SandboxMount.Bind(host, "/mnt/rw", false),
                new SandboxMount.Bind(host.resolve("given"), "/etc/one file", true),
                new SandboxMount.Discarded(host, "/mnt/discarded", scratch),
                new SandboxMount.Tmpfs("/mnt/memory", 1 << 20, 01777),
                new SandboxMount.Content(
                        "/run/secrets/token", "s3cret\n".getBytes(StandardCharsets.UTF_8), 0400, 12, 34));
        Result result = run(spec("cat /mnt/ro/given '/etc/one file' /run/secrets/token; stat -c %a:%u:%g"
                        + " /run/secrets/token /mnt/memory; echo x 2>&1 >/mnt/ro/x; echo rw >/mnt/rw/written; echo d"
                        + " >/mnt/discarded/given; cat /mnt/discarded/given; echo t >/mnt/memory/t")
                .withMounts(mounts));
        assertThat(result.out)
                .contains("from the machinefrom the machines3cret\n400:12:34\n1777:0:0\n")
                .contains("Read-only file system")
                .endsWith("d\n");
        assertThat(host.resolve("given")).hasContent("from the machine");
        assertThat(host.resolve("written")).hasContent("rw");
        assertThat(upperFiles()).isEmpty();
    }

    @Test
    void stubs_hidden_by_an_opaque_folder_or_a_whiteout_are_unmade() throws Exception {
        Path top = Files.createDirectory(folder.resolve("top"));
        Path etc = Files.createDirectory(top.resolve("etc"));
        PosixFiles.setXattr(etc, "trusted.overlay.opaque", new byte[] {'y'});
        PosixFiles.setModified(etc, java.time.Instant.ofEpochSecond(1_000_000));
        Files.createDirectories(lower.resolve("etc"));
        SandboxSpec spec = SandboxSpec.of(root(top, lower), shell("cat /etc/hosts"), Platform.host());
        assertThat(run(spec).out).contains("localhost");
        assertThat(upperFiles()).isEmpty();
    }

    @Test
    void a_plain_folder_as_root_is_left_as_it_was() throws Exception {
        PosixFiles.setModified(lower, java.time.Instant.ofEpochSecond(1_000_000));
        SandboxSpec spec = SandboxSpec.of(
                new RootFilesystem.Directory(lower, false), shell("cat /etc/hosts && echo x >/new"), Platform.host());
        assertThat(run(spec).out).contains("localhost");
        try (var files = Files.list(lower)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("bin", "new");
        }
    }

    @Test
    void links_in_a_target_are_followed_inside_the_root_only() throws Exception {
        PosixFiles.symlink("/../../../elsewhere/deep", lower.resolve("link"));
        Path host = Files.createDirectory(folder.resolve("host"));
        Files.writeString(host.resolve("given"), "seen");
        SandboxSpec spec =
                spec("cat /elsewhere/deep/given").withMounts(List.of(new SandboxMount.Bind(host, "/link", true)));
        assertThat(run(spec).out).isEqualTo("seen");
        assertThat(upperFiles()).isEmpty();
    }

    @Test
    void many_layers_with_awkward_names_fit() throws Exception {
        List<Path> lowers = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            Path layer = Files.createDirectories(folder.resolve("layer: with, a long name".repeat(4) + i));
            Files.writeString(layer.resolve("f" + i), "" + i);
            lowers.add(layer);
        }
        lowers.add(lower);
        SandboxSpec spec =
                SandboxSpec.of(root(lowers.toArray(Path[]::new)), shell("cat /f0 /f64 /f129"), Platform.host());
        assertThat(run(spec).out).isEqualTo("064129");
    }

    @Test
    void no_network_is_a_loopback_that_is_up() throws Exception {
        SandboxSpec spec = spec("ip -o link; ip -o addr")
                .withNetwork(new SandboxSpec.Network(
                        NetworkMode.NONE, "alone", List.of(new ExtraHost("friend", "10.1.2.3"))));
        assertThat(run(spec).out)
                .contains("lo: <LOOPBACK,UP")
                .contains("127.0.0.1/8")
                .doesNotContain("eth0");
    }

    @Test
    void a_missing_program_is_the_sandboxs_failure_and_127_the_commands_own() throws Exception {
        SandboxSpec missing = SandboxSpec.of(
                root(), SandboxProcess.of(List.of("/no/such"), Map.of("PATH", "/bin"), "/"), Platform.host());
        assertThatThrownBy(() -> run(missing))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        e -> assertThat(e.reason()).isEqualTo(SandboxException.Reason.NOT_FOUND));
        assertThat(run(spec("nosuchcommand")).exitCode).isEqualTo(127);
    }

    @Test
    void what_the_kernel_cannot_start_is_told_with_the_file_and_its_architecture() throws Exception {
        Probe.write(EmulatedArchitecture.LOONG64, lower.resolve("bin/foreign"));
        Files.writeString(lower.resolve("bin/plain"), "echo no interpreter\n");
        Files.writeString(lower.resolve("bin/windows"), "#!/bin/sh\r\necho\r\n");
        for (String file : List.of("foreign", "plain", "windows")) {
            PosixFiles.chmod(lower.resolve("bin").resolve(file), 0755);
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
                root(), SandboxProcess.of(List.of(program), Map.of("PATH", "/bin"), "/"), Platform.host());
    }

    @Test
    void a_mount_that_fails_is_the_sandboxs_failure() throws Exception {
        Path file = Files.createFile(folder.resolve("no-folder"));
        RootFilesystem broken =
                new RootFilesystem.Overlay(List.of(file), upper, Files.createDirectory(folder.resolve("work")));
        assertThatThrownBy(() -> run(SandboxSpec.of(broken, shell("true"), Platform.host())))
                .isInstanceOfSatisfying(
                        SandboxException.class, e -> assertThat(e.reason()).isEqualTo(SandboxException.Reason.SETUP));
    }

    @Test
    void termination_ends_everything_inside() throws Exception {
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        var running = sandbox.start(
                spec("trap '' TERM; sleep 31557 & echo ready; while :; do sleep 0.1; done"),
                OutputSink.lines(lines::add),
                OutputSink.lines(lines::add));
        assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("ready");
        running.terminate(Duration.ofMillis(50));
        assertThat(ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains("31557"))
                        .filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void a_terminal_is_one() throws Exception {
        SandboxProcess process = shell("tty; test -t 1 && echo terminal").withTerminal();
        assertThat(run(SandboxSpec.of(root(), process, Platform.host())).out).contains("terminal");
    }

    @Test
    void a_hard_kill_of_the_program_leaves_no_process_and_no_mount_and_the_sweep_the_rest() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProgram.class.getName(),
                        kind,
                        state.toString(),
                        lower.toString(),
                        upper.toString(),
                        Files.createDirectory(folder.resolve("work")).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var reader = program.inputReader()) {
            assertThat(reader.readLine()).isEqualTo("inside");
            List<ProcessHandle> tree = program.descendants().toList();
            assertThat(tree).hasSizeGreaterThan(2);
            program.destroyForcibly().waitFor();
            for (ProcessHandle process : tree) {
                process.onExit().get();
            }
        }
        Path group = java.util.Objects.requireNonNull(Hierarchies.read().of("pids"))
                .mount()
                .resolve(KilledProgram.GROUP);
        assertThat(group).isDirectory();
        assertThat(Sandboxes.sweep(state)).isEqualTo(1);
        assertThat(group).doesNotExist();
    }

    /** Starts a sandbox that says "inside" and waits. */
    static final class KilledProgram {
        static final String GROUP = "hard-kill-tests";

        private KilledProgram() {}

        public static void main(String[] a) throws Exception {
            try (ProcessRunner processes = new ProcessRunner()) {
                SandboxSpec spec = SandboxSpec.of(
                                new RootFilesystem.Overlay(List.of(Path.of(a[2])), Path.of(a[3]), Path.of(a[4])),
                                shell("sleep 1000 & echo inside; wait"),
                                Platform.host())
                        .withLimits(new Limits(null, null, 50, null, List.of(), GROUP));
                new Sandboxes(processes, Path.of(a[1]))
                        .choose(a[0])
                        .start(spec, OutputSink.to(System.out), OutputSink.to(System.err))
                        .await();
            }
        }
    }
}
