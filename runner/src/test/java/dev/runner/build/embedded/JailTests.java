package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildResult;
import dev.runner.build.Containers;
import dev.runner.build.Images.PlatformImage;
import dev.runner.build.container.ContainerExec;
import dev.runner.build.container.ContainerNetwork;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.JobContainers;
import dev.runner.build.container.RunningContainer;
import dev.runner.host.ForeignBusybox;
import dev.runner.host.Machine.Rights;
import dev.runner.host.posix.Jail;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.SandboxKind;
import dev.runner.host.sandbox.Sandboxes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sentence that sells the project: images of two architectures, with RUN steps, where nothing may be mounted, no
 * namespace be made, and the kernel knows no emulator.
 */
class JailTests {
    private static final String DOCKERFILE = """
            FROM scratch
            ARG TARGETARCH
            COPY ${TARGETARCH} /
            RUN sh -c 'uname -m; ls / | head -1; sh -c "uname -m"'
            RUN printf '#!/bin/sh\\nuname -m | cat\\n' > /bin/script && chmod 755 /bin/script && script
            RUN mkdir /app && touch /app/theirs && chown 7:8 /app /app/theirs && rm /bin/tty && echo done > /dev/null
            USER 7:8
            WORKDIR /app
            RUN id -u && touch mine && cat /etc/hosts
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void need() {
        Rights rights = dev.runner.host.Machine.inspect().rights();
        assumeTrue(rights.root(), "the jail is built by root");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the jail's filter is amd64's");
        for (String program : List.of("unshare", "nsenter", "setpriv", "proot", "qemu-aarch64-static")) {
            assumeTrue(Executables.find(program) != null, program + " is not installed");
        }
    }

    @Test
    void in_a_container_without_privileges_two_platforms_are_built() throws Exception {
        List<String> lines = inJail("root");
        assertThat(lines)
                .contains("sandbox oci false", "sandbox namespaces false", "sandbox chroot true", "sandbox proot true");
        assertBuilt(lines);
    }

    @Test
    void as_a_user_with_nothing_at_all_two_platforms_are_built() throws Exception {
        List<String> lines = inJail("user");
        assertThat(lines)
                .contains(
                        "sandbox oci false", "sandbox namespaces false", "sandbox chroot false", "sandbox proot true");
        assertBuilt(lines);
    }

    @Test
    void as_a_user_with_a_user_namespace_of_many_users_overlays_are_mounted() throws Exception {
        List<String> lines = inJail("rootless");
        assertThat(lines).contains("sandbox oci true", "sandbox namespaces true");
        assertContained(lines);
        assertThat(lines).filteredOn("linux/arm64 output aarch64"::equals).hasSize(3);
        for (String platform : List.of("linux/amd64", "linux/arm64")) {
            assertThat(lines)
                    .contains(
                            platform + " layer 3: d755 7:8 app, f644 7:8 app/theirs, d755 0:0 bin, f0 0:0 bin/.wh.tty",
                            platform + " layer 5: d755 7:8 app, f644 7:8 app/mine");
        }
    }

    private static void assertContained(List<String> lines) {
        assertThat(lines)
                .contains(
                        "linux/amd64 container x86_64",
                        "linux/amd64 container 7",
                        "linux/amd64 container kept",
                        "linux/arm64 container aarch64",
                        "linux/arm64 container 7",
                        "linux/arm64 container kept",
                        "linux/amd64 ended 137",
                        "linux/arm64 ended 137");
        assertThat(lines).anyMatch(line -> line.matches("linux/arm64 container .*\\bof-arm64\\b.*"));
    }

    private static void assertBuilt(List<String> lines) {
        assertContained(lines);
        assertThat(lines)
                .containsSubsequence("linux/amd64 output x86_64", "linux/amd64 output 7")
                .contains("linux/arm64 output aarch64", "linux/arm64 output 7")
                .contains(
                        "emulator registered for arm64: false",
                        "unshare --user true: 1",
                        "mount -t tmpfs tmpfs /mnt: 32",
                        "/proc/sys is read-only");
        assertThat(lines).filteredOn("linux/arm64 output aarch64"::equals).hasSize(3);
        for (String platform : List.of("linux/amd64", "linux/arm64")) {
            assertThat(lines)
                    .contains(
                            platform + " layer 3: d755 7:8 app, f644 7:8 app/theirs, d755 0:0 bin, f0 0:0 bin/.wh.tty",
                            platform + " layer 5: d755 7:8 app, f644 7:8 app/mine");
        }
    }

    /** What the program says when it runs in there. */
    private List<String> inJail(String who) throws Exception {
        Path context = Files.createDirectory(folder.resolve("context"));
        for (String architecture : List.of("amd64", "arm64")) {
            ForeignBusybox.install(
                    Platform.linux(architecture, ""), Files.createDirectory(context.resolve(architecture)));
        }
        String classPath = copied(Files.createDirectory(folder.resolve("classes")));
        Path state = Files.createDirectory(folder.resolve("state"));
        boolean rootless = who.equals("rootless");
        if (!who.equals("root")) {
            for (Path path : List.of(folder, state)) {
                PosixFiles.lchown(path, 1000, 1000);
            }
        }
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> program =
                List.of(java.toString(), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp", classPath);
        List<String> holding = new ArrayList<>(
                rootless ? List.of("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--") : List.of());
        holding.addAll(List.of("unshare", "--user", "sh", "-c", "echo ready; read wait"));
        Process holder = new ProcessBuilder(holding).start();
        try {
            assertThat(Objects.requireNonNull(holder.inputReader()).readLine()).isEqualTo("ready");
            for (String map : List.of("uid_map", "gid_map")) {
                Files.writeString(
                        Path.of("/proc/" + holder.pid(), map), rootless ? "0 1000 1\n1 100000 65536\n" : "0 0 65536\n");
            }
            List<String> command = new ArrayList<>(List.of("nsenter", "--target=" + holder.pid(), "--user"));
            command.addAll(List.of("--setuid=0", "--setgid=0", "--", "unshare", "--mount", "--"));
            if (!rootless) {
                command.addAll(program);
                command.addAll(List.of(Jail.class.getName(), who));
            }
            command.addAll(program);
            command.addAll(List.of(Inmate.class.getName(), context.toString(), state.toString()));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).directory(new File("/"));
            builder.environment().put("HOME", folder.toString());
            builder.environment().put("TMPDIR", "/tmp");
            Process jail = builder.start();
            List<String> lines = jail.inputReader().readAllLines();
            assertThat(jail.waitFor()).as(String.join("\n", lines)).isZero();
            return lines;
        } finally {
            holder.getOutputStream().close();
            holder.waitFor();
        }
    }

    /** The class path where anybody may read it. */
    private static String copied(Path into) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path source = Path.of(entry);
            Path target = into.resolve(entries.size() + "-" + source.getFileName());
            if (Files.exists(source)) {
                try (Stream<Path> all = Files.walk(source)) {
                    for (Path file : (Iterable<Path>) all::iterator) {
                        Files.copy(file, target.resolve(source.relativize(file).toString()));
                    }
                }
                entries.add(target.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    /** Builds in there, and tells. */
    static final class Inmate {
        private static final Pattern READ_ONLY = Pattern.compile(" /proc/sys ro[, ]");

        private Inmate() {}

        private static void attempt(String... command) throws Exception {
            int exitCode = new ProcessBuilder(command).inheritIO().start().waitFor();
            System.out.println(String.join(" ", command) + ": " + exitCode);
        }

        public static void main(String[] arguments) throws Exception {
            Path state = Path.of(arguments[1]);
            try (ProcessRunner processes = new ProcessRunner()) {
                for (SandboxKind kind : new Sandboxes(processes, state.resolve("trial")).available()) {
                    System.out.println("sandbox " + kind.name() + " " + kind.available());
                    System.out.println("  " + kind.detail());
                }
                System.out.println("emulator registered for arm64: "
                        + new dev.runner.host.emulator.Binfmt(dev.runner.host.emulator.Binfmt.ROOT, processes)
                                .verify(dev.runner.host.emulator.EmulatedArchitecture.ARM64));
            }
            attempt("unshare", "--user", "true");
            attempt("mount", "-t", "tmpfs", "tmpfs", "/mnt");
            if (Files.readString(Path.of("/proc/self/mountinfo")).lines().anyMatch(READ_ONLY.asPredicate())) {
                System.out.println("/proc/sys is read-only");
            }
            try (Machine machine = Machine.at(state)) {
                BuildResult result = machine.build(
                        Path.of(arguments[0]),
                        DOCKERFILE,
                        request -> request.platforms(Machine.platforms("linux/amd64", "linux/arm64")));
                tellOutput(machine);
                for (PlatformImage image :
                        machine.builder.images().platforms(result.image().digest())) {
                    tell(machine, image);
                }
                tellContainers(
                        machine, state, Reference.parse(result.image().digest().toString()));
            }
        }

        /** One of each platform, side by side, and two commands in each. */
        private static void tellContainers(Machine machine, Path state, Reference image) throws Exception {
            try (JobContainers containers = machine.builder.jobContainers(state.resolve("home"))) {
                System.out.println("network: " + containers.createNetwork("job"));
                for (String platform : List.of("linux/amd64", "linux/arm64")) {
                    RunningContainer container = containers.start(
                            ContainerSpec.of(image)
                                    .onPlatform(Platform.parse(platform))
                                    .on(new ContainerNetwork.Named("job"), "of-" + platform.substring(6))
                                    .running("sh", "-c", "echo up; while :; do busybox sleep 1; done"),
                            BuildListener.silent());
                    for (String script : List.of("uname -m; id -u; echo kept >file", "cat file; cat /etc/hosts")) {
                        ByteArrayOutputStream said = new ByteArrayOutputStream();
                        container
                                .exec(
                                        ContainerExec.of("sh", "-c", script),
                                        new Containers.Streams(InputStream.nullInputStream(), said, said))
                                .await();
                        said.toString(StandardCharsets.UTF_8)
                                .lines()
                                .forEach(line -> System.out.println(platform + " container " + line));
                    }
                    container.stop("SIGKILL", Duration.ofSeconds(5));
                    System.out.println(platform + " ended " + container.state().exitCode());
                }
            }
        }

        private static void tellOutput(Machine machine) {
            Map<String, String> names = new HashMap<>();
            for (BuildEvent event : machine.events) {
                if (event instanceof BuildEvent.VertexStarted started) {
                    names.put(started.id(), started.name());
                } else if (event instanceof BuildEvent.VertexOutput output) {
                    String name = String.valueOf(names.get(output.id()));
                    String platform = name.contains("linux/arm64") ? "linux/arm64" : "linux/amd64";
                    System.out.println(platform + " output " + output.line());
                }
            }
        }

        private static void tell(Machine machine, PlatformImage image) throws IOException {
            var layers = machine.manifest(image.manifest().digest()).layers();
            for (int i = 0; i < layers.size(); i++) {
                List<String> entries = new ArrayList<>();
                try (TarReader tar = new TarReader(
                        Compression.decompress(machine.builder
                                .store()
                                .blobs()
                                .open(layers.get(i).digest())),
                        LayerLimits.DEFAULT)) {
                    for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
                        entries.add(Machine.show(entry));
                    }
                }
                System.out.println(image.config().platform() + " layer " + i + ": " + String.join(", ", entries));
            }
        }
    }
}
