package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.build.BuildListener;
import dev.runner.build.ContainerFailedException;
import dev.runner.build.Containers.Streams;
import dev.runner.build.Output;
import dev.runner.build.RunLimits;
import dev.runner.build.container.ContainerExec;
import dev.runner.build.container.ContainerMount;
import dev.runner.build.container.ContainerNetwork;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.ContainerState.Health;
import dev.runner.build.container.ContainerState.Status;
import dev.runner.build.container.HealthCheck;
import dev.runner.build.container.JobContainers;
import dev.runner.build.container.LogQuery;
import dev.runner.build.container.RunningContainer;
import dev.runner.host.network.NetworkServices;
import dev.runner.host.process.RunningProcess;
import dev.runner.oci.Reference;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that live on, for real: busybox in the best sandbox of this machine, as root. */
class JobContainersTests {
    private static final Reference IMAGE = Reference.parse("local/box:1");
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Machine machine;
    private JobContainers containers;

    /** Busybox with users and a few files. */
    static void build(Machine machine, Path context, Reference name, String more) throws Exception {
        Files.createDirectories(context.resolve("root/bin"));
        Files.copy(Path.of("/bin/busybox"), context.resolve("root/bin/busybox"));
        Machine.write(context.resolve("root/etc/passwd"), "root:x:0:0::/root:/bin/sh\napp:x:7:8::/home/app:/bin/sh\n");
        Machine.write(context.resolve("root/etc/group"), "root:x:0:\napp:x:8:\nmore:x:9:app\n");
        Machine.write(context.resolve("root/data/seed"), "from the image\n");
        Files.createDirectories(context.resolve("root/tmp"));
        for (String applet : List.of(
                "sh",
                "sleep",
                "cat",
                "id",
                "echo",
                "ls",
                "env",
                "nc",
                "wget",
                "httpd",
                "kill",
                "pwd",
                "stat",
                "ps",
                "touch",
                "hostname",
                "grep",
                "mkdir",
                "uname",
                "nslookup",
                "tail",
                "true",
                "false",
                "trap",
                "wc",
                "ulimit",
                "udhcpc")) {
            Files.createSymbolicLink(context.resolve("root/bin/" + applet), Path.of("busybox"));
        }
        machine.build(
                context,
                "FROM scratch\nCOPY root /\nENV PATH=/bin FROM_IMAGE=yes\n" + more,
                request -> request.output(new Output.Store(List.of(name))));
    }

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "busybox-static is not installed");
        assumeTrue(dev.runner.host.Machine.inspect().rights().root(), "needs root");
        machine = Machine.at(folder.resolve("state"));
        build(machine, folder.resolve("context"), IMAGE, "ENV LD_LIBRARY_PATH=/lib\nCMD [\"sleep\", \"600\"]\n");
        containers = machine.builder.jobContainers(folder.resolve("home"));
    }

    @AfterEach
    void close() throws IOException {
        if (containers != null) {
            containers.close();
        }
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

    private RunningContainer start(ContainerSpec spec) throws InterruptedException {
        return containers.start(spec, BuildListener.silent());
    }

    private static ContainerSpec host() {
        return ContainerSpec.of(IMAGE).on(ContainerNetwork.HOST);
    }

    private RunningContainer need(String name) {
        return Objects.requireNonNull(containers.find(name));
    }

    private static String exec(RunningContainer container, String script) throws Exception {
        return exec(container, ContainerExec.of("sh", "-c", script));
    }

    private static String exec(RunningContainer container, ContainerExec command) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RunningProcess process = container.exec(command, new Streams(InputStream.nullInputStream(), out, out));
        int exitCode = process.await();
        return out.toString(StandardCharsets.UTF_8) + (exitCode == 0 ? "" : "exit " + exitCode);
    }

    private static String logs(RunningContainer container, LogQuery query) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        container.logs(query, out, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_container_lives_and_what_commands_leave_in_it_lives_too() throws Exception {
        RunningContainer container = start(host().named("box"));
        assertThat(container.state().status()).isEqualTo(Status.RUNNING);
        assertThat(exec(container, "echo hello >/file; sleep 500 & echo $! >/pid; hostname"))
                .isEqualTo(container.id().substring(0, 12) + "\n");
        assertThat(exec(container, "cat /file; kill -0 $(cat /pid) && echo lives; cat /proc/1/cmdline"))
                .isEqualTo("hello\nlives\nsleep\u0000600\u0000");
        assertThat(need("box").id()).isEqualTo(container.id());
        assertThat(need(container.id().substring(0, 8)).name()).isEqualTo("box");
        long pid = container.state().pid();
        container.remove();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(containers.list()).isEmpty();
        assertThatThrownBy(container::state).isInstanceOf(ContainerFailedException.class);
    }

    @Test
    void commands_run_as_whom_and_where_and_with_what_they_are_told() throws Exception {
        RunningContainer container =
                start(host().as("app").in("/work").withEnvironment(Map.of("A", "1", "TWO WORDS", "b c")));
        assertThat(exec(container, "id -u; id -G; pwd; echo $HOME $A $FROM_IMAGE $LD_LIBRARY_PATH; touch /work/mine"))
                .isEqualTo("7\n8 9\n/work\n/home/app 1 yes /lib\n");
        assertThat(exec(container, ContainerExec.of("env").withEnvironment(Map.of("A", "3", "LD_PRELOAD", "/nowhere"))))
                .contains("A=3\n", "TWO WORDS=b c\n", "LD_PRELOAD=/nowhere\n", "HOME=/home/app\n")
                .doesNotContain("SHLVL", "OLDPWD", "E0=");
        assertThat(exec(
                        container,
                        ContainerExec.of("sh", "-c", "id -u; pwd; echo $HOME")
                                .as("root")
                                .in("/tmp")))
                .isEqualTo("0\n/tmp\n/root\n");
        assertThat(exec(container, ContainerExec.of("id", "-g").as("12:13"))).isEqualTo("13\n");
        assertThat(exec(container, ContainerExec.of("nothing-such"))).endsWith("exit 127");
        assertThat(exec(container, ContainerExec.of("/etc/passwd"))).endsWith("exit 126");
        assertThat(exec(container, ContainerExec.of("sh", "-c", "exit 9"))).isEqualTo("exit 9");
        assertThatThrownBy(() -> exec(container, ContainerExec.of("id").as("nobody-such")))
                .isInstanceOf(ContainerFailedException.class)
                .hasMessageContaining("nobody-such");
        assertThatThrownBy(() -> exec(container, ContainerExec.of("id").in("/nowhere")))
                .hasMessageContaining("/nowhere");
    }

    @Test
    void root_inside_has_dockers_rights_or_what_was_added_and_taken() throws Exception {
        String question = "grep CapEff /proc/self/status";
        RunningContainer plain = start(host());
        RunningContainer changed = start(host().withRights(new ContainerSpec.Rights(
                ContainerSpec.Rights.DEFAULT.limits(),
                false,
                List.of("NET_ADMIN"),
                List.of("CAP_CHOWN"),
                true,
                false,
                false)));
        RunningContainer all = start(host().withRights(new ContainerSpec.Rights(
                ContainerSpec.Rights.DEFAULT.limits(), true, List.of(), List.of(), false, false, false)));
        assertThat(exec(plain, question)).isEqualTo("CapEff:\t00000000a80425fb\n");
        assertThat(exec(changed, question)).isEqualTo("CapEff:\t00000000a80435fa\n");
        assertThat(exec(all, question)).isNotEqualTo(exec(plain, question));
        assertThat(exec(all, "ls /dev").lines()).containsAll(machinesDevices());
        assertThat(exec(changed, "touch /x 2>&1")).contains("Read-only file system");
    }

    private static List<String> machinesDevices() {
        return Stream.of("loop0", "kvm", "fuse", "vda")
                .filter(name -> Files.exists(Path.of("/dev", name)))
                .toList();
    }

    @Test
    void volumes_of_all_kinds_are_seen_and_named_ones_outlive() throws Exception {
        Path bound = Files.createDirectory(folder.resolve("bound"));
        Files.writeString(bound.resolve("here"), "outside");
        ContainerSpec spec = host().with(new ContainerMount.Bind(bound, "/bound", false))
                .with(new ContainerMount.Bind(bound, "/only", true))
                .with(new ContainerMount.Volume("kept", "/data", false))
                .with(new ContainerMount.Tmpfs("/memory", 1 << 20, 01777));
        RunningContainer first = start(spec);
        assertThat(exec(
                        first,
                        "cat /bound/here /data/seed; echo more >/data/more; echo in >/bound/in; touch /only/x 2>&1;"
                                + " stat -f -c %T /memory; stat -c %a /memory"))
                .contains("outsidefrom the image\n", "Read-only", "tmpfs\n1777");
        first.remove();
        assertThat(bound.resolve("in")).hasContent("in\n");
        RunningContainer second = start(spec);
        assertThat(exec(second, "cat /data/seed /data/more")).isEqualTo("from the image\nmore\n");
    }

    @Test
    void services_are_reached_by_name_on_one_port_each_and_by_published_ones() throws Exception {
        String note = containers.createNetwork("job");
        assertThat(note).doesNotContain("share this machine's network");
        ContainerSpec service = ContainerSpec.of(IMAGE).on(new ContainerNetwork.Named("job"));
        for (String name : List.of("one", "two")) {
            start(service.named(name + "-box")
                    .on(service.networking().network(), name)
                    .publishing("80")
                    .running("sh", "-c", "echo I am " + name + " >/tmp/index.html; exec httpd -f -p 80 -h /tmp"));
        }
        RunningContainer job = start(service.named("job"));
        assertThat(exec(
                        job,
                        "for i in 1 2 3 4 5 6 7 8 9; do wget -q -O - http://one && break; sleep 0.1; done;"
                                + " wget -q -O - http://two:80; wget -q -O - http://two-box"))
                .isEqualTo("I am one\nI am two\nI am two\n");
        assertThat(exec(job, "nslookup one 10.213.0.1")).contains("Name:\tone\nAddress: 10.213.0.2\n");
        int port = need("two-box").details().ports().getFirst().hostPort();
        assertThat(get(port)).endsWith("I am two\n");
        need("two-box").remove();
        assertThat(exec(job, "cat /etc/hosts")).contains("one-box").doesNotContain("two-box");
    }

    private static String get(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void a_container_alone_has_its_own_network_with_a_way_out() throws Exception {
        RunningContainer box = start(ContainerSpec.of(IMAGE));
        assertThat(exec(box, "ls /sys/class/net")).contains("eth0").contains("lo");
        assertThat(box.details().address()).startsWith("10.213.");
        RunningContainer beside = start(ContainerSpec.of(IMAGE).on(new ContainerNetwork.OfContainer(box.name())));
        exec(box, "echo x >/tmp/index.html; httpd -p 81 -h /tmp");
        assertThat(exec(beside, "wget -q -O - http://127.0.0.1:81")).isEqualTo("x\n");
        try (ServerSocket server = freeWayOut()) {
            Thread.ofVirtual().start(() -> answerOnce(server));
            assertThat(exec(box, "wget -q -O - http://10.213.0.1:" + server.getLocalPort()))
                    .isEqualTo("out here\n");
        }
    }

    private static ServerSocket freeWayOut() throws IOException {
        for (int port : NetworkServices.WAYS_OUT) {
            try {
                return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                continue;
            }
        }
        throw new IOException("all of the usual ports are taken");
    }

    private static void answerOnce(ServerSocket server) {
        try (Socket client = server.accept()) {
            client.getInputStream().read(new byte[1024]);
            client.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\nout here\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return; // The test's client says what is wrong.
        }
    }

    @Test
    void health_is_asked_for_until_it_is_known() throws Exception {
        HealthCheck quick =
                HealthCheck.shell("test -e /well").every(Duration.ofMillis(30)).retrying(2);
        RunningContainer well = start(host().withHealth(quick.startingFor(Duration.ofSeconds(30))
                .startingEvery(Duration.ofMillis(20))
                .within(Duration.ofSeconds(5))));
        assertThat(well.awaitHealth(Duration.ofMillis(100))).isEqualTo(Health.STARTING);
        exec(well, "touch /well");
        assertThat(well.awaitHealth(PATIENCE)).isEqualTo(Health.HEALTHY);
        RunningContainer ill = start(host().withHealth(quick));
        assertThat(ill.awaitHealth(PATIENCE)).isEqualTo(Health.UNHEALTHY);
        RunningContainer slow = start(host().withHealth(HealthCheck.shell("sleep 60")
                .every(Duration.ofMillis(20))
                .within(Duration.ofMillis(50))
                .retrying(1)));
        assertThat(slow.awaitHealth(PATIENCE)).isEqualTo(Health.UNHEALTHY);
        assertThat(start(host()).awaitHealth(PATIENCE)).isEqualTo(Health.NONE);
    }

    @Test
    void what_it_puts_out_is_kept_with_times() throws Exception {
        RunningContainer container =
                start(host().running("sh", "-c", "echo one; echo two >&2; echo three; printf end"));
        assertThat(container.await()).isZero();
        // What came by two pipes is in no certain order.
        assertThat(logs(container, LogQuery.ALL)).contains("one\n", "two\n", "three\n", "end");
        assertThat(logs(container, new LogQuery(1, null, null, false, true)))
                .matches("(2\\d{3}-.*\\.\\d{9}Z (end|two)\n?)+");
        assertThat(logs(container, new LogQuery(-1, Instant.now().plusSeconds(60), null, false, false)))
                .isEmpty();
        assertThat(logs(container, LogQuery.FOLLOW)).contains("three");
    }

    @Test
    void a_stop_is_asked_for_then_enforced() throws Exception {
        RunningContainer polite =
                start(host().running("sh", "-c", "trap 'echo bye; exit 3' TERM; touch /heeds; sleep 600 & wait"));
        exec(polite, "until test -e /heeds; do sleep 0.01; done");
        polite.stop(null, GRACE);
        assertThat(polite.state().exitCode()).isEqualTo(3);
        assertThat(logs(polite, LogQuery.ALL)).isEqualTo("bye\n");
        RunningContainer deaf = start(host());
        long begun = System.nanoTime();
        deaf.stop("SIGTERM", Duration.ofMillis(100));
        assertThat(deaf.state().exitCode()).isEqualTo(137);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("the usual grace is ten seconds")
                .isLessThan(Duration.ofSeconds(9));
        assertThatThrownBy(() -> exec(deaf, "true")).hasMessageContaining("is not running");
    }

    @Test
    void files_are_copied_in_and_out_while_it_runs_and_before() throws Exception {
        Path file = Files.writeString(folder.resolve("file.txt"), "text");
        Path tree = Files.createDirectories(folder.resolve("tree/inner"));
        Files.writeString(tree.resolve("leaf"), "leaf");
        RunningContainer box = start(host());
        box.copyIn(file, "/tmp");
        box.copyIn(file, "/tmp/other");
        box.copyIn(folder.resolve("tree"), "/new");
        assertThat(exec(box, "cat /tmp/file.txt /tmp/other /new/inner/leaf")).isEqualTo("texttextleaf");
        exec(box, "mkdir -p /out/a; echo secret >/out/a/b; busybox ln -s /etc/passwd /out/link");
        box.copyOut("/out", folder.resolve("copied"));
        assertThat(folder.resolve("copied/a/b")).hasContent("secret\n");
        assertThat(Files.readSymbolicLink(folder.resolve("copied/link"))).isEqualTo(Path.of("/etc/passwd"));
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        box.archive("/out", tar);
        box.unpack(new ByteArrayInputStream(tar.toByteArray()), "/tmp");
        assertThat(exec(box, "cat /tmp/out/a/b")).isEqualTo("secret\n");

        RunningContainer idle = containers.create(ContainerSpec.of(IMAGE), BuildListener.silent());
        assertThat(idle.state().status()).isEqualTo(Status.CREATED);
        idle.copyOut("/data/seed", folder.resolve("seed"));
        assertThat(folder.resolve("seed")).hasContent("from the image\n");
        idle.copyIn(file, "/data/seed");
        idle.copyOut("/data", folder.resolve("data"));
        assertThat(folder.resolve("data/seed")).hasContent("text");
        idle.remove();
    }

    @Test
    void limits_are_kept_and_said() throws Exception {
        RunningContainer box = start(host().withRights(new ContainerSpec.Rights(
                new RunLimits("64m", null, "50", "1m", List.of("nofile=100:200"), null),
                false,
                List.of(),
                List.of(),
                false,
                false,
                false)));
        assertThat(exec(box, "ulimit -n; busybox df -k /dev/shm | busybox tail -1 | busybox awk '{print $2}'"))
                .isEqualTo("100\n1024\n");
    }

    @Test
    void names_are_taken_once_and_faults_are_told() throws Exception {
        start(host().named("same"));
        assertThatThrownBy(() -> start(host().named("same"))).hasMessageContaining("already in use");
        assertThatThrownBy(() -> start(host().named("a b"))).hasMessageContaining("Invalid container name");
        assertThatThrownBy(() -> start(host().running("nothing-such")))
                .isInstanceOf(ContainerFailedException.class)
                .hasMessageContaining("nothing-such");
        assertThatThrownBy(() -> start(host().on(new ContainerNetwork.Named("none-such"))))
                .hasMessageContaining("none-such");
        assertThat(containers.list()).hasSize(1);
    }

    private List<String> program(String... words) {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ContainerProgram.class.getName(),
                folder.resolve("state").toString(),
                folder.resolve("home").toString()));
        all.addAll(List.of(words));
        return all;
    }

    @Test
    void when_the_program_is_killed_its_containers_end_and_nothing_is_left() throws Exception {
        Process program = new ProcessBuilder(program(IMAGE.familiar(), "4242"))
                .redirectError(folder.resolve("errors").toFile())
                .start();
        List<Long> pids = new ArrayList<>();
        try (BufferedReader lines = program.inputReader()) {
            for (String line = lines.readLine(); line != null && !line.equals("ready"); line = lines.readLine()) {
                pids.add(Long.parseLong(line));
            }
            assertThat(pids).as(Files.readString(folder.resolve("errors"))).hasSize(2);
            assertThat(containers.list()).hasSize(2);
            program.destroyForcibly();
            program.waitFor();
        }
        long begun = System.nanoTime();
        while (pids.stream().anyMatch(pid -> dev.runner.host.sandbox.Inside.startOf(pid) >= 0)
                && System.nanoTime() - begun < PATIENCE.toNanos()) {
            Thread.onSpinWait();
        }
        assertThat(pids).noneMatch(pid -> dev.runner.host.sandbox.Inside.startOf(pid) >= 0);
        try (JobContainers later = machine.builder.jobContainers(folder.resolve("home"))) {
            assertThat(later.list()).isEmpty();
            assertThat(later.createNetwork("job")).doesNotContain("share");
        }
        try (Stream<Path> left = Files.list(folder.resolve("home/containers"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_detached_container_outlives_its_starter_and_others_find_it() throws Exception {
        RunningContainer made = containers.create(
                ContainerSpec.of(IMAGE)
                        .named("web")
                        .publishing("80")
                        .running(
                                "sh",
                                "-c",
                                "echo up; echo hi >/tmp/index.html; trap 'exit 5' TERM; httpd -p 80 -h /tmp; sleep 600 & wait"),
                BuildListener.silent());
        List<String> words = program("supervise");
        containers.detach(made, words);
        containers.close();
        try (Machine other = Machine.at(folder.resolve("state"));
                JobContainers others = other.builder.jobContainers(folder.resolve("home"))) {
            RunningContainer web = Objects.requireNonNull(others.find("web"));
            assertThat(web.state().status()).isEqualTo(Status.RUNNING);
            assertThat(exec(
                            web,
                            "for i in 1 2 3 4 5 6 7 8 9; do wget -q -O - http://127.0.0.1 && break; sleep 0.1; done"))
                    .isEqualTo("hi\n");
            assertThat(get(web.details().ports().getFirst().hostPort())).endsWith("hi\n");
            exec(web, "echo changed >/kept");
            web.stop(null, GRACE);
            assertThat(web.state().exitCode()).isEqualTo(5);
            assertThat(logs(web, LogQuery.ALL)).isEqualTo("up\n");
            web.copyOut("/kept", folder.resolve("kept"));
            assertThat(folder.resolve("kept")).hasContent("changed\n");
            others.detach(web, words);
            assertThat(exec(web, "cat /kept")).isEqualTo("changed\n");
            web.remove();
            assertThat(others.list()).isEmpty();
        }
    }

    @Test
    void where_nothing_can_be_mounted_commands_share_the_files() throws Exception {
        Reference image = Reference.parse("local/plain:1");
        build(machine, folder.resolve("plain"), image, "CMD [\"sleep\", \"600\"]\n");
        for (String kind : List.of("chroot", "proot")) {
            try (Machine plain = Machine.at(folder.resolve("state"), kind);
                    JobContainers plainly = plain.builder.jobContainers(folder.resolve("home-" + kind))) {
                assertThat(plainly.createNetwork("job")).contains("share this machine's network");
                ContainerSpec spec = ContainerSpec.of(image).on(new ContainerNetwork.Named("job"), "db");
                RunningContainer box = plainly.start(spec.publishing("4711"), BuildListener.silent());
                assertThat(exec(box, "echo hello >/tmp/file; id -u; cat /etc/hosts"))
                        .startsWith("0\n")
                        .contains("db");
                assertThat(exec(
                                box,
                                ContainerExec.of("sh", "-c", "cat /tmp/file; pwd; id -u")
                                        .as("app")
                                        .in("/tmp")))
                        .isEqualTo("hello\n/tmp\n7\n");
                box.copyOut("/tmp/file", folder.resolve("from-" + kind));
                assertThat(folder.resolve("from-" + kind)).hasContent("hello\n");
                assertThatThrownBy(() -> plainly.start(spec.publishing("4711"), BuildListener.silent()))
                        .isInstanceOf(ContainerFailedException.class)
                        .hasMessageContaining("both listen on port 4711/tcp");
                box.stop(null, Duration.ofMillis(200));
                assertThat(box.state().running()).isFalse();
            }
        }
    }
}
