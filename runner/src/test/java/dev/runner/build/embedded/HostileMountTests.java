package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildResult;
import dev.runner.build.BuildSecret;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.SandboxKind;
import dev.runner.host.sandbox.Sandboxes;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Mounts of RUN that point outside, by their source, by their target, or by what the step makes of the target meanwhile. */
class HostileMountTests {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    Path folder;

    private Path context;
    private Path outside;
    private String base;

    @BeforeEach
    void make() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        context = Files.createDirectories(folder.resolve("context"));
        outside = Files.createDirectories(folder.resolve("outside"));
        Files.createDirectories(outside.resolve("full"));
        Files.createDirectories(outside.resolve("empty"));
        Files.writeString(outside.resolve("full/canary"), "canary");
        Files.createDirectories(context.resolve("root/bin"));
        Files.copy(BUSYBOX, context.resolve("root/bin/busybox"));
        Files.createSymbolicLink(context.resolve("leads-out"), outside);
        // A sandbox that mounts has its own /dev before anybody looks where the image's leads.
        Files.createDirectories(context.resolve("device-link"));
        Files.createSymbolicLink(context.resolve("device-link/dev"), outside);
        Files.createDirectories(context.resolve("device-link/bin"));
        Files.createSymbolicLink(context.resolve("device-link/bin/sh"), Path.of("busybox"));
        Files.createDirectories(context.resolve("plain"));
        Machine.write(context.resolve("plain/file"), "plain");
        base = "FROM scratch AS base\nCOPY root /\nRUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n"
                + "RUN ln -s " + outside + " /link && mkdir /c /tmp && echo stage >/c/file\nFROM base AS attack\n";
    }

    private List<String> outsideNow() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> all = Files.walk(outside)) {
            for (Path path : (Iterable<Path>) all.sorted()::iterator) {
                names.add(outside.relativize(path) + " " + Files.getLastModifiedTime(path) + " "
                        + Files.readAttributes(path, "unix:mode,ino"));
            }
        }
        return names;
    }

    /** A test for each kind of sandbox that works here. */
    @TestFactory
    Stream<DynamicTest> nothing_outside_is_touched_whatever_targets_and_steps_do() throws Exception {
        List<SandboxKind> kinds;
        try (ProcessRunner processes = new ProcessRunner()) {
            kinds = new Sandboxes(processes, folder.resolve("probe"))
                    .available().stream().filter(SandboxKind::available).toList();
        }
        Assumptions.assumeFalse(kinds.isEmpty(), "no sandbox works here");
        return kinds.stream()
                .map(SandboxKind::name)
                .distinct()
                .map(kind -> DynamicTest.dynamicTest(kind, () -> attack(kind)));
    }

    private void attack(String sandbox) throws Exception {
        boolean mounts = !List.of("chroot", "proot").contains(sandbox);
        List<String> before = outsideNow();
        BuildSecret secret = new BuildSecret.Value("s", Secret.of("s", "hidden"));
        try (Machine machine = Machine.at(folder.resolve(sandbox), sandbox)) {
            BuildResult result =
                    machine.build(context, base + """
                        RUN --mount=type=cache,id=1,target=/link/full echo cached >/link/full/new; cat /link/full/canary || echo none
                        RUN --mount=type=secret,id=s,target=/link/secret cat /link/secret; echo
                        RUN --mount=type=tmpfs,target=/link/../../../../x/y touch /x/y/z
                        RUN --mount=type=bind,source=../../..,target=/m ls /m
                        RUN --mount=type=bind,from=base,source=/c,target=/m,rw echo written >/m/file
                        RUN --mount=type=bind,from=base,source=/c,target=/m cat /m/file
                        RUN --mount=type=cache,id=2,target=/c/full --mount=type=cache,id=3,target=/c/empty \\
                            echo kept >/c/full/kept; mv /c /moved && ln -s %1$s /c || true
                        RUN --mount=type=cache,id=2,target=/k cat /k/kept; ls /k
                        RUN --mount=type=secret,id=s,target=/t/full/secret mv /t /moved2; ln -s %1$s /t
                        RUN stat -c "null is %%d:%%i" /dev/null
                        """.formatted(outside), request -> request.secret(secret));
            assertThat(machine.output()).contains("none", "stage").doesNotContain("canary", "written");
            assertThat(machine.output().contains("kept")).isNotEqualTo(mounts);
            assertThat(machine.output()).containsSubsequence("leads-out", "plain", "root");
            assertThat(machine.output()).doesNotContain("outside", "hidden");
            for (int i = 0; i < machine.image(result).config().diffIds().size(); i++) {
                assertThat(machine.layer(result, i)).noneMatch(line -> line.contains("canary"));
            }
            if (!mounts) {
                assertThat(machine.output())
                        .as("the machine's own device could be deleted")
                        .doesNotContain("null is " + device("dev") + ":" + device("ino"));
                machine.build(context, "FROM scratch\nCOPY root device-link /\nRUN <<EOF\necho script\nEOF\n");
                assertThat(machine.output()).containsExactly("script");
            }
        }
        assertThat(outsideNow()).isEqualTo(before);
        assertThat(context.resolve("plain/file")).hasContent("plain");
    }

    private static Object device(String attribute) throws IOException {
        return Files.getAttribute(Path.of("/dev/null"), "unix:" + attribute);
    }

    @Test
    void a_source_that_leads_out_is_not_there_and_the_error_says_where() throws Exception {
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            for (String mount : List.of(
                    "type=bind,source=leads-out/full,target=/m",
                    "type=bind,source=../outside,target=/m",
                    "type=bind,from=base,source=/link/full,target=/m",
                    "type=cache,source=leads-out/full,target=/m",
                    "type=cache,source=../outside,target=/m,sharing=locked",
                    "type=cache,from=base,source=/link/full,target=/m",
                    "type=cache,from=base,source=/link/full,target=/m,sharing=private")) {
                assertThatThrownBy(() -> machine.build(context, base + "RUN --mount=" + mount + " ls /m\n"))
                        .as(mount)
                        .isInstanceOfSatisfying(BuildFailedException.class, e -> {
                            assertThat(e.getMessage()).contains("is not there");
                            assertThat(e.failure().span()).isNotNull();
                            assertThat(e.failure().stage()).isEqualTo("attack");
                            assertThat(e.failure().platform()).isNotNull();
                        });
            }
        }
    }

    @Test
    void platforms_that_wait_for_a_locked_cache_hear_of_the_first_fault_only() throws Exception {
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            for (int i = 0; i < 5; i++) {
                String mount = "type=cache,id=" + i + ",from=base,source=/../etc,target=/m,sharing=locked";
                assertThatThrownBy(() -> machine.build(
                                context,
                                "FROM scratch AS base\nCOPY root /\nFROM base\nRUN --mount=" + mount
                                        + " [\"/bin/busybox\"]\n",
                                request -> request.platforms(
                                        Machine.platforms("linux/amd64", "linux/arm64", "linux/arm/v7"))))
                        .isInstanceOf(BuildFailedException.class)
                        .hasMessage("'/../etc' is not there");
                assertThat(machine.events)
                        .filteredOn(event -> event instanceof BuildEvent.VertexFailed failed && !failed.cancelled())
                        .allSatisfy(event -> assertThat(event.toString()).contains("is not there"));
            }
        }
    }
}
