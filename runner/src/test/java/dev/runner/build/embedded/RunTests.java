package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.build.BuildResult;
import dev.runner.build.BuildSecret;
import dev.runner.build.CacheReference;
import dev.runner.build.ContainerRun;
import dev.runner.build.Containers;
import dev.runner.build.Entitlement;
import dev.runner.build.NetworkMode;
import dev.runner.build.Output;
import dev.runner.host.posix.Posix;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.SandboxKind;
import dev.runner.host.sandbox.Sandboxes;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Manifest;
import dev.runner.oci.Reference;
import dev.runner.secret.Secret;
import dev.runner.source.Span;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RUN for real: busybox in a sandbox. */
class RunTests {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final String BASE = """
            FROM scratch AS base
            COPY root /
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            """;

    @TempDir
    Path folder;

    private Path context;
    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        context = Files.createDirectories(folder.resolve("context"));
        Files.createDirectories(context.resolve("root/bin"));
        Files.copy(BUSYBOX, context.resolve("root/bin/busybox"));
        Machine.write(context.resolve("root/etc/passwd"), "root:x:0:0::/root:/bin/sh\napp:x:7:8::/home/app:/bin/sh\n");
        Machine.write(context.resolve("root/etc/group"), "root:x:0:\napp:x:8:\nmore:x:9:app\n");
        Files.createDirectories(context.resolve("root/tmp"));
        Files.setPosixFilePermissions(
                context.resolve("root/tmp"), java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        try (ProcessRunner processes = new ProcessRunner()) {
            List<SandboxKind> kinds = new Sandboxes(processes, folder.resolve("probe")).available();
            Assumptions.assumeTrue(
                    kinds.stream().anyMatch(SandboxKind::available), () -> "no sandbox works here: " + kinds);
        }
        machine = Machine.at(folder.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        if (machine != null) {
            machine.close();
            assertThat(mounts()).isEmpty();
        }
    }

    private List<String> mounts() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(line -> line.contains(folder.toString())).toList();
        }
    }

    private String configText(BuildResult result) throws IOException {
        Manifest manifest = machine.manifest(machine.image(result).manifest().digest());
        return new String(machine.builder.store().blobs().read(manifest.config().digest()), StandardCharsets.UTF_8);
    }

    @Test
    void a_step_writes_a_layer_and_leaves_nothing_of_the_sandbox_in_it() throws Exception {
        BuildResult result = machine.build(
                context,
                BASE
                        + "RUN echo hello > /hello && echo mine > /etc/hostname && mkdir /d && rm /bin/busybox && chmod 700 /tmp\n");
        assertThat(machine.layer(result, 2))
                .containsExactlyInAnyOrder(
                        "d755 0:0 bin",
                        "f0 0:0 bin/.wh.busybox",
                        "d755 0:0 d",
                        "d755 0:0 etc",
                        "f644 0:0 etc/hostname",
                        "f644 0:0 hello",
                        "d700 0:0 tmp");
        ImageConfig config = machine.image(result).config();
        assertThat(config.history().getLast().createdBy()).startsWith("RUN /bin/sh -c echo hello");
        assertThat(config.history().getLast().createdBy()).endsWith(" # buildkit");
    }

    @Test
    void output_comes_line_by_line_and_a_failure_says_where() {
        assertThatThrownBy(() -> machine.build(context, BASE + "ARG V=1\nRUN echo one; echo two >&2; exit 3\n"))
                .isInstanceOfSatisfying(BuildFailedException.class, e -> {
                    assertThat(e.failure().exitCode()).isEqualTo(3);
                    assertThat(e.failure().output()).containsExactlyInAnyOrder("one", "two");
                    assertThat(e.failure().span()).extracting(Span::line).isEqualTo(5);
                    assertThat(e.failure().vertex()).contains("RUN echo one");
                });
    }

    @Test
    void a_step_runs_as_the_user_with_its_groups_home_folder_and_arguments() throws Exception {
        machine.build(context, BASE + """
                        ARG V=argument
                        ENV E=environment
                        USER app
                        WORKDIR /work
                        RUN id -u; id -G; pwd; echo $HOME $V $E; touch mine
                        USER app:app
                        RUN id -G
                        USER 7
                        RUN id -g
                        """);
        assertThat(machine.output())
                .containsSequence("7", "8 9", "/work", "/home/app argument environment")
                .contains("8");
    }

    @Test
    void equal_layers_below_a_step_and_a_home_of_nothing_do_no_harm() throws Exception {
        machine.build(context, BASE + """
                        COPY root/etc /etc
                        COPY root/etc /etc
                        ENV HTTP_PROXY=of-the-image
                        RUN echo 'x:x:9:9' >> /etc/passwd
                        USER x
                        RUN echo "[$HOME]" $HTTP_PROXY
                        """, request -> request.argument("http_proxy", "http://proxy.invalid"));
        assertThat(machine.output()).containsExactly("[] http://proxy.invalid");
    }

    @Test
    void the_second_build_runs_nothing_and_is_the_same_and_an_argument_runs_it_again() throws Exception {
        String dockerfile = BASE + "ARG V=1\nRUN date > /now; cat /proc/sys/kernel/random/uuid > /random\n";
        BuildResult first = machine.build(context, dockerfile);
        BuildResult second = machine.build(context, dockerfile);
        assertThat(machine.ran()).isZero();
        assertThat(second.image()).isEqualTo(first.image());
        machine.build(context, dockerfile, request -> request.argument("V", "2"));
        assertThat(machine.ran()).isEqualTo(1);
        machine.build(context, dockerfile, request -> request.argument("HTTP_PROXY", "http://proxy.invalid"));
        assertThat(machine.ran()).isZero();
    }

    @Test
    void a_secret_is_seen_by_the_step_and_by_nobody_else() throws Exception {
        String canary = "canary-8f3a1c";
        BuildResult result = machine.build(
                context,
                BASE + "RUN --mount=type=secret,id=token,env=TOKEN cat /run/secrets/token 2>/dev/null;"
                        + " echo got $TOKEN; [ \"$TOKEN\" = " + "\"$(echo canary)-8f3a1c\" ]\n",
                request -> request.secret(new BuildSecret.Value("token", Secret.of("token", canary))));
        assertThat(machine.output()).contains("got ***");
        assertThat(configText(result)).doesNotContain(canary);
        assertThat(grep(folder.resolve("state"), canary)).isEmpty();
        assertThat(machine.layer(result, 2)).noneMatch(entry -> entry.contains("run"));
    }

    private static List<Path> grep(Path root, String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        String needle = new String(wanted, StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(needle);
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .toList();
        }
    }

    @Test
    void mounts_show_files_keep_caches_and_leave_nothing() throws Exception {
        Machine.write(context.resolve("src/in.txt"), "from the context\n");
        String dockerfile = BASE + """
                FROM base
                RUN --mount=type=bind,source=src,target=/src --mount=type=cache,target=/cache --mount=type=tmpfs,target=/t \\
                    cat /src/in.txt && echo run >> /cache/log && wc -l < /cache/log && touch /t/x
                RUN --mount=type=bind,from=base,source=/etc,target=/other cat /other/group && rm -f /cache
                """;
        machine.build(context, dockerfile);
        assertThat(machine.output()).contains("from the context", "1", "more:x:9:app");
        BuildResult again = machine.build(context, dockerfile.replace("touch /t/x", "touch /t/y"));
        assertThat(machine.output()).contains("2");
        assertThat(machine.layer(again, 2)).noneMatch(entry -> entry.contains("src") || entry.contains("cache"));
    }

    @Test
    void mounts_nest_in_any_order_and_a_context_belongs_to_root() throws Exception {
        Machine.write(context.resolve("src/in.txt"), "in");
        if (Posix.effectiveUid() == 0) {
            PosixFiles.lchown(context.resolve("src/in.txt"), 5, 6);
        }
        machine.build(context, BASE + """
                        ENV U=9
                        RUN --mount=type=cache,target=/c,uid=$U --mount=type=bind,source=src,target=/a/b --mount=type=tmpfs,target=/a \\
                            stat -c '%u:%g' /a/b/in.txt /c
                        """);
        assertThat(machine.output()).containsExactly("0:0", "9:0");
    }

    @Test
    void a_new_cache_takes_what_its_stage_has_with_owners_and_modes() throws Exception {
        machine.build(context, BASE + """
                        FROM base AS seed
                        RUN mkdir -p /seed/d && chmod 710 /seed && chown 0:8 /seed/d
                        FROM base
                        RUN --mount=type=cache,from=seed,source=/seed,target=/c stat -c '%a %u:%g' /c /c/d
                        """);
        assertThat(machine.output()).containsExactly("710 0:0", "755 0:8");
    }

    @Test
    void privileges_and_networks_are_what_the_step_asks_for_and_the_user_allows() throws Exception {
        String caps = "grep CapEff /proc/self/status; ls /sys/class/net | tr '\\n' ' '; echo";
        machine.build(context, BASE + "RUN " + caps + "\n");
        String plain = machine.output().getFirst();
        machine.build(
                context,
                BASE + "RUN --security=insecure --network=none " + caps + "\n",
                request -> request.run(new BuildRequest.RunOptions(
                        NetworkMode.HOST, Map.of(), Set.of(Entitlement.SECURITY_INSECURE))));
        assertThat(machine.output().getFirst()).isNotEqualTo(plain);
        assertThat(machine.output().getLast()).isEqualTo("lo ");
        assertThatThrownBy(() -> machine.build(context, BASE + "RUN --security=insecure " + caps + "\n"))
                .hasMessageContaining("RUN --security=insecure is not allowed");
    }

    @Test
    void a_trigger_of_a_base_image_gets_no_more_than_the_user_allows() {
        assertThatThrownBy(() ->
                        machine.build(context, BASE + "ONBUILD RUN --security=insecure true\nFROM base\nENV A=1\n"))
                .hasMessageContaining("RUN --security=insecure is not allowed");
    }

    @Test
    void documents_are_scripts() throws Exception {
        machine.build(
                context, BASE + "RUN <<EOF\necho first\necho second\nEOF\nRUN <<X\n#!/bin/busybox sh\necho by $0\nX\n");
        assertThat(machine.output()).contains("first", "second", "by /dev/pipes/X");
    }

    @Test
    void branches_run_and_a_failure_in_one_stops_the_other() {
        assertThatThrownBy(() -> machine.build(context, BASE + """
                                FROM base AS slow
                                RUN sleep 600
                                FROM base AS bad
                                RUN exit 9
                                FROM scratch
                                COPY --from=slow /etc /a
                                COPY --from=bad /etc /b
                                """))
                .isInstanceOfSatisfying(
                        BuildFailedException.class,
                        e -> assertThat(e.failure().exitCode()).isEqualTo(9));
    }

    @Test
    void an_interrupt_ends_the_step_and_leaves_no_mount() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread build = Thread.ofPlatform().start(() -> {
            try {
                machine.builder
                        .engine()
                        .build(
                                dev.runner.build.BuildRequest.builder(
                                                new dev.runner.build.BuildContext.Directory(context),
                                                dev.runner.source.Source.of(
                                                        "Dockerfile", BASE + "RUN echo started; sleep 600\n"))
                                        .build(),
                                event -> {
                                    if (event instanceof BuildEvent.VertexOutput) {
                                        running.countDown();
                                    }
                                });
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        running.await();
        build.interrupt();
        build.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(mounts()).isEmpty();
    }

    @Test
    void a_container_runs_with_overrides_and_its_exit_code_comes_through() throws Exception {
        Reference name = Reference.parse("local/app:1");
        machine.build(
                context,
                BASE + "ENV A=image\nUSER app\nENTRYPOINT [\"/bin/sh\", \"-c\"]\nCMD [\"echo default\"]\n",
                request -> request.output(new Output.Store(List.of(name))));
        assertThat(run(ContainerRun.of(name, null, List.of()), 0)).isEqualTo("default\n");
        assertThat(run(ContainerRun.of(name, null, List.of("id -u; echo $A; touch /tmp/x; exit 5")), 5))
                .isEqualTo("7\nimage\n");
        ContainerRun.Overrides overrides =
                new ContainerRun.Overrides("root", "/etc", List.of("/bin/busybox", "sh", "-c"), Map.of("A", "given"));
        ContainerRun overridden = new ContainerRun(
                name,
                null,
                List.of("id -u; pwd; echo $A; cat /mine/in; cat"),
                overrides,
                List.of(new ContainerRun.Volume(context.resolve("root/etc"), "/mine/in-folder", true)),
                dev.runner.build.NetworkMode.NONE,
                ContainerRun.Pull.NEVER);
        assertThat(run(overridden, 0)).startsWith("0\n/etc\ngiven\n").endsWith("typed");
    }

    private String run(ContainerRun container, int exitCode) throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        ByteArrayInputStream input = new ByteArrayInputStream("typed".getBytes(StandardCharsets.UTF_8));
        int code = machine.builder
                .containers()
                .run(container, new Containers.Streams(input, output, errors), machine.listener());
        String text =
                output.toString(StandardCharsets.UTF_8).lines().collect(java.util.stream.Collectors.joining("\n"));
        assertThat(code).as(text + errors).isEqualTo(exitCode);
        return output.toString(StandardCharsets.UTF_8).endsWith("\n") ? text + "\n" : text;
    }

    @Test
    void files_that_a_run_sees_by_a_mount_are_named_when_they_have_changed() throws Exception {
        String dockerfile = BASE + "RUN --mount=type=bind,source=src,target=/mnt cat /mnt/one >/seen\n";
        Machine.write(context.resolve("src/one"), "1");
        Machine.write(context.resolve("src/two"), "2");
        CacheReference place = CacheReference.parse("type=local,src=" + folder.resolve("cache"));
        CacheOptions both = new CacheOptions(List.of(place), List.of(place), false, List.of(), false);
        machine.build(context, dockerfile, request -> request.cache(both));
        Machine.write(context.resolve("src/two"), "changed");
        try (Machine cold = Machine.at(folder.resolve("cold"))) {
            for (Machine each : List.of(machine, cold)) {
                each.build(
                        context,
                        dockerfile,
                        request -> request.cache(new CacheOptions(List.of(place), List.of(), false, List.of(), false)));
                assertThat(each.events)
                        .anyMatch(event -> event instanceof BuildEvent.VertexFinished finished
                                && finished.miss() != null
                                && finished.miss().changes().equals(List.of("src/two: content changed")));
            }
        }
    }
}
