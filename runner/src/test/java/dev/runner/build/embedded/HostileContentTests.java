package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildResult;
import dev.runner.build.GcPolicy;
import dev.runner.build.Output;
import dev.runner.host.ForeignBusybox;
import dev.runner.oci.Platform;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are large without taking place, devices, and names that mean something elsewhere: from end to end. */
class HostileContentTests {
    private static final long HOLE = 200L << 20;
    private static final String BASE = "FROM scratch AS base\nCOPY root /\n";

    @TempDir
    Path folder;

    private Path context;

    @BeforeEach
    void prepare() throws IOException {
        context = Files.createDirectories(folder.resolve("context"));
        ForeignBusybox.install(Platform.host(), Files.createDirectories(context.resolve("root")));
    }

    private static String sh(String script) throws Exception {
        Process process = new ProcessBuilder("sh", "-ec", script)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }

    /** Bytes that a tree takes on the disk. */
    private static long taken(Path tree) throws Exception {
        return 1024 * Long.parseLong(sh("du -sk " + tree + " | cut -f1"));
    }

    private void make(Path file, long size) throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
        }
    }

    @Test
    void a_sparse_file_of_the_context_takes_no_place_in_store_layer_or_result() throws Exception {
        make(context.resolve("sparse"), HOLE);
        Path state = folder.resolve("state");
        Path out = folder.resolve("out");
        try (Machine machine = Machine.at(state)) {
            BuildResult result = machine.build(
                    context, BASE + "COPY sparse /\nRUN stat -c %s /sparse && tail -c 5 /sparse | od -An -tx1\n");
            assertThat(machine.output()).containsExactly(Long.toString(HOLE), " 00 00 00 00 00");
            assertThat(machine.manifest(machine.image(result).manifest().digest())
                            .layers()
                            .get(1)
                            .size())
                    .isLessThan(HOLE / 100);
            machine.builder.images().export(result.image().digest(), new Output.LocalFiles(out), event -> {});
        }
        assertThat(Files.size(out.resolve("sparse"))).isEqualTo(HOLE);
        assertThat(taken(state) + taken(out)).isLessThan(HOLE / 5);
    }

    @Test
    void a_sparse_file_of_a_step_takes_no_place_either() throws Exception {
        Path state = folder.resolve("state");
        try (Machine machine = Machine.at(state)) {
            BuildResult result = machine.build(
                    context,
                    BASE + "RUN truncate -s " + HOLE + " /sparse && echo end >>/sparse\nRUN stat -c %s /sparse\n");
            assertThat(machine.output()).containsExactly(Long.toString(HOLE + 4));
            assertThat(machine.entries(result, 1))
                    .filteredOn(entry -> entry.path().equals("sparse"))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            TarEntry.File.class, file -> assertThat(file.size()).isEqualTo(HOLE + 4));
        }
        assertThat(taken(state)).isLessThan(HOLE / 5);
    }

    private static void pack(Path archive, TarEntry... entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(archive)) {
            TarWriter tar = new TarWriter(out);
            for (TarEntry entry : entries) {
                tar.put(entry);
            }
            tar.finish();
        }
    }

    private static TarEntry device(String path) {
        return new TarEntry.Device(path, TarEntry.Attributes.of(0666, 0, 0, 0), true, 7, 99);
    }

    @Test
    void devices_of_an_added_archive_stay_in_the_layer_and_open_nothing_of_this_machine() throws Exception {
        pack(context.resolve("devices.tar"), device("disk"));
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            BuildResult result = machine.build(
                    context,
                    BASE + "ADD devices.tar /d/\nRUN (cat /d/disk || echo closed) 2>/dev/null; test -b /d/disk\n");
            assertThat(machine.layer(result, 1)).contains("b666 0:0 d/disk");
            assertThat(machine.output()).containsExactly("closed");
        }
    }

    /** In a process of its own: a right that is given up does not come back. */
    private String built(List<String> as, String dockerfile) throws Exception {
        Assumptions.assumeTrue(
                ProcessHandle.current().info().user().orElse("").equals("root")
                        && Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "giving rights up needs root and setpriv");
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        List<String> command = new ArrayList<>(List.of("setpriv", "--inh-caps=-all"));
        command.addAll(as);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.runner.cli.Main",
                "build",
                "--progress=plain",
                "--output=type=oci,tar=false,dest=" + folder.resolve("out"),
                context.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        builder.environment().put("XDG_STATE_HOME", folder.resolve("xdg-state").toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return process.waitFor() + "\n" + said;
    }

    @Test
    void devices_without_the_right_are_refused_at_their_place_or_only_recorded() throws Exception {
        pack(context.resolve("devices.tar"), device("disk"));
        assertThat(built(List.of("--bounding-set=-mknod"), BASE + "ADD devices.tar /d/\nRUN ls /d\n"))
                .startsWith("1\n")
                .contains("Dockerfile:3:1: error: mknod 'd/disk': operation not permitted: a device node needs root");
        assertThat(built(List.of("--bounding-set=-mknod,-chown"), BASE + "ADD devices.tar /d/\nRUN ls /d\n"))
                .startsWith("0\n");
        assertThat(folder.resolve("out/index.json")).exists();
    }

    @Test
    void names_that_mean_something_elsewhere_are_only_names() throws Exception {
        List<String> names = List.of(
                "new\nline",
                "\u001b[31mred",
                "\u001b]0;title\u0007",
                "--output=x",
                "$(touch broken)",
                "`id`",
                "a;b|c&d",
                "*",
                "?x[",
                "{}",
                "%s%n",
                "back\\slash",
                " space ",
                "tab\t",
                "...",
                "#x",
                "://",
                "a=b",
                "0",
                "\u202egnp.exe",
                "x".repeat(255));
        for (String name : names) {
            Machine.write(context.resolve("names").resolve(name), name);
        }
        TarEntry.File archived = TarEntry.File.of("tar\nline/\u001b[2J", TarEntry.Attributes.of(0644, 0, 0, 0), 0);
        pack(context.resolve("names.tar"), archived);
        Path out = folder.resolve("out");
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            BuildResult result = machine.build(context, BASE + """
                    FROM base AS names
                    COPY names /copied/
                    ADD names.tar /
                    RUN cp -r /copied /made && ls -A /made | wc -l; rm -- /copied/*
                    FROM base
                    COPY --from=names /made /made
                    COPY --from=names /tar* /tarred/
                    """);
            assertThat(machine.output()).last().isEqualTo(Integer.toString(names.size()));
            machine.builder.images().export(result.image().digest(), new Output.LocalFiles(out), event -> {});
        }
        for (String name : names) {
            assertThat(out.resolve("made").resolve(name)).hasContent(name);
        }
        assertThat(out.resolve("tarred/\u001b[2J")).exists();
        assertThat(folder.resolve("broken")).doesNotExist();
    }

    @Test
    void faults_show_no_control_characters_of_names() throws Exception {
        String name = "\u001b[2Jwipe\nError: nothing";
        Machine.write(context.resolve(name), "");
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            assertThatThrownBy(() -> machine.build(context, BASE + "COPY \"\u001b[2J*\" /bin/sh/x\n"))
                    .isInstanceOf(BuildFailedException.class)
                    .satisfies(e -> assertThat(String.valueOf(e.getMessage()).chars())
                            .noneMatch(c -> Character.isISOControl(c)));
        }
    }

    @Test
    void a_stage_that_is_mounted_is_whole_however_often_others_prune() throws Exception {
        Path state = folder.resolve("state");
        Machine.write(context.resolve("file"), "content");
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Machine first = Machine.at(state);
                Machine other = Machine.at(state)) {
            Thread pruner = Thread.ofPlatform().start(() -> {
                try {
                    while (!done.get()) {
                        other.builder.cache().prune(GcPolicy.Rule.EVERYTHING);
                    }
                } catch (RuntimeException e) {
                    failure.set(e);
                }
            });
            try {
                for (int i = 0; i < 6; i++) {
                    first.build(context, BASE + """
                            FROM base AS other
                            COPY file /mounted/file
                            RUN echo %1$d >/mounted/made
                            FROM base
                            RUN --mount=from=other,source=/mounted,target=/m --mount=type=cache,target=/c,from=other,source=/mounted,id=%1$d \\
                                cat /m/file; echo; cat /m/made; ls /c
                            """.formatted(i));
                    assertThat(first.output()).containsExactly("content", Integer.toString(i), "file", "made");
                }
            } finally {
                done.set(true);
                pruner.join();
            }
        }
        assertThat(failure.get()).isNull();
    }
}
