package dev.runner.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.host.ForeignBusybox;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a step may use: the kernel keeps it, in every kind of sandbox, and nothing is left of the control groups. */
@ParameterizedClass
@ValueSource(strings = {"crun", "runc", "namespaces", "chroot", "proot"})
class LimitTests {
    private final String kind;
    private final ProcessRunner processes = new ProcessRunner();

    @TempDir
    Path folder;

    private Path root;
    private Path state;
    private Sandbox sandbox;
    private List<Path> before;

    LimitTests(String kind) {
        this.kind = kind;
    }

    @BeforeEach
    void prepare() throws Exception {
        root = Files.createDirectories(folder.resolve("root"));
        state = folder.resolve("sandboxes");
        ForeignBusybox.install(Platform.host(), root);
        for (String applet : List.of("dd", "df", "tail")) {
            PosixFiles.symlink("busybox", root.resolve("bin/" + applet));
        }
        Sandboxes sandboxes = new Sandboxes(processes, state);
        try {
            sandbox = sandboxes.choose(kind);
        } catch (SandboxException e) {
            org.junit.jupiter.api.Assumptions.abort(String.valueOf(e.getMessage()));
        }
        for (LimitSupport limit : sandboxes.limits()) {
            assumeTrue(limit.kept(), limit.detail());
        }
        before = groups();
    }

    @AfterEach
    void no_group_and_no_folder_is_left() throws Exception {
        processes.close();
        if (before != null) {
            assertThat(groups()).isEqualTo(before);
            try (Stream<Path> left = Files.list(state)) {
                assertThat(left).isEmpty();
            }
        }
    }

    /** Those of runs, and those whose names this test gives. Other programs' come and go. */
    private static List<Path> groups() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Hierarchies.Hierarchy hierarchy : Hierarchies.read().all()) {
            try (Stream<Path> groups = Files.list(hierarchy.mount())) {
                groups.filter(group -> group.getFileName().toString().startsWith("limit-tests"))
                        .forEach(found::add);
            }
        }
        return found;
    }

    private record Result(
            int exitCode, String out, @Nullable String limit) {}

    private Result run(String script, Limits limits) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OutputSink both = OutputSink.to(out);
        RunningSandbox running = sandbox.start(spec(script, limits), both, both);
        int exitCode = running.await();
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), running.limitReached());
    }

    private SandboxSpec spec(String script, Limits limits) {
        return SandboxSpec.of(
                        new RootFilesystem.Directory(root, false),
                        SandboxProcess.of(List.of("sh", "-c", script), Map.of("PATH", "/bin"), "/"),
                        Platform.host())
                .withLimits(limits);
    }

    private static Limits limits(@Nullable Long memory, @Nullable Double cpus, @Nullable Integer pids) {
        return new Limits(memory, cpus, pids, null, List.of(), "/limit-tests/deeper");
    }

    @Test
    void who_takes_more_memory_than_it_may_is_killed_and_told_why() throws Exception {
        Result result = run("dd if=/dev/zero of=/dev/null bs=200M count=1", limits(48L << 20, null, null));
        assertThat(result.exitCode).isNotZero();
        assertThat(result.limit).contains("out of memory").contains("48 MiB").contains("--memory");
        assertThat(run("dd if=/dev/zero of=/dev/null bs=1M count=1 2>/dev/null", limits(48L << 20, null, null)))
                .isEqualTo(new Result(0, "", null));
    }

    @Test
    void who_starts_more_processes_than_it_may_cannot() throws Exception {
        String loop = "i=0; while [ $i -lt 40 ]; do sleep 100 & i=$((i+1)); done; echo all";
        Result result = run(loop, limits(null, null, 12));
        assertThat(result.exitCode).isNotZero();
        assertThat(result.out).contains("fork").doesNotContain("all");
        assertThat(result.limit).contains("--pids-limit").contains("12");
    }

    @Test
    void processors_and_the_place_of_the_group_are_as_asked() throws Exception {
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        RunningSandbox running = sandbox.start(
                spec("cat /proc/self/cgroup 2>/dev/null; echo end; sleep 100", limits(null, 1.5, null)),
                OutputSink.lines(lines::add),
                OutputSink.discard());
        List<String> own = new ArrayList<>();
        for (String line = lines.take(); !line.equals("end"); line = lines.take()) {
            own.add(line);
        }
        Hierarchies.Hierarchy tree =
                java.util.Objects.requireNonNull(Hierarchies.read().of("cpu"));
        Path parent = tree.mount().resolve("limit-tests/deeper");
        try (Stream<Path> made = Files.list(parent)) {
            Path group = made.filter(Files::isDirectory).findFirst().orElseThrow();
            assertThat(group.resolve(tree.unified() ? "cpu.max" : "cpu.cfs_quota_us"))
                    .content()
                    .startsWith("150000");
            if (!kind.equals("chroot")) {
                assertThat(own).anyMatch(line -> line.contains("/limit-tests/deeper/" + group.getFileName()));
            }
        }
        running.terminate(Duration.ZERO);
    }

    @Test
    void limits_without_a_group_are_kept_and_those_beyond_ours_refused() throws Exception {
        Limits files = new Limits(null, null, null, null, List.of(new Limits.Ulimit("nofile", 77, 88)));
        assertThat(run("ulimit -n; ulimit -Hn", files).out).isEqualTo("77\n88\n");
        Limits shm = new Limits(null, null, null, 16L << 20, List.of());
        if (sandbox.mounts()) {
            assertThat(run("df -k /dev/shm | tail -1 | while read a b c; do echo $b; done", shm).out)
                    .isEqualTo("16384\n");
        } else {
            assertThatThrownBy(() -> run("true", shm)).hasMessageContaining("/dev/shm");
        }
    }

    @Test
    void a_group_that_cannot_be_made_is_refused_with_the_reason() {
        assertThatThrownBy(() -> run("true", new Limits(null, null, 7, null, List.of(), "/limit-tests/../..")))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        e -> assertThat(e.reason()).isEqualTo(SandboxException.Reason.UNSUPPORTED))
                .hasMessageContaining("--pids-limit cannot be kept here");
    }
}
