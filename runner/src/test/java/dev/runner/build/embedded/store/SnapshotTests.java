package dev.runner.build.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.oci.Digest;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.layer.LayerLimitException;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotTests {
    @TempDir
    Path temporary;

    private Store store;

    @BeforeEach
    void open() throws IOException {
        Programs.assumeLinux();
        Programs.assumeRoot();
        store = Store.open(temporary.resolve("store"));
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void a_layer_is_unpacked_with_all_it_carries() throws Exception {
        Snapshot snapshot = new LayerMaker()
                .folder("d", 01777)
                .file("d/f", "content", TarEntry.Attributes.of(04755, 12, 34, LayerMaker.TIME))
                .hardLink("hard", "d/f")
                .symlink("soft", "/etc/passwd")
                .put(new TarEntry.Device("null", TarEntry.Attributes.of(0666, 0, 0, LayerMaker.TIME), false, 1, 3))
                .put(new TarEntry.Fifo("pipe", TarEntry.Attributes.of(0600, 0, 0, LayerMaker.TIME)))
                .xattrs(
                        "x",
                        Map.of(
                                "user.kept", bytes("1"),
                                "security.selinux", bytes("2"),
                                "trusted.secret", bytes("3"),
                                "user.overlay.opaque", bytes("y")))
                .in(store);

        assertThat(Programs.run(
                                "find",
                                snapshot.path().toString(),
                                "-mindepth",
                                "1",
                                "-printf",
                                "%P %y %m %U %G %n %T@ %l\n")
                        .lines()
                        .sorted())
                .containsExactly(
                        "d d 1777 0 0 2 1500000000.0000000000 ",
                        "d/f f 4755 12 34 2 1500000000.0000000000 ",
                        "hard f 4755 12 34 2 1500000000.0000000000 ",
                        "null c 666 0 0 1 1500000000.0000000000 ",
                        "pipe p 600 0 0 1 1500000000.0000000000 ",
                        "soft l 777 0 0 1 1500000000.0000000000 /etc/passwd",
                        "x f 755 0 0 1 1500000000.0000000000 ");
        assertThat(Programs.run("getfattr", "--absolute-names", "-d", "-m", "-", snapshot.path() + "/x"))
                .contains("user.kept=\"1\"")
                .doesNotContain("selinux", "secret", "overlay");
    }

    @Test
    void files_that_are_put_in_one_by_one_are_those_that_unpacking_their_layer_makes() throws Exception {
        LayerMaker layer = new LayerMaker()
                .folder("d", 01777)
                .file("d/f", "content", TarEntry.Attributes.of(04755, 12, 34, LayerMaker.TIME))
                .file("d/.wh.gone", "never seen")
                .hardLink("hard", "d/f")
                .symlink("soft", "/etc/passwd")
                .xattrs("x", Map.of("user.kept", bytes("1")));
        Snapshot sealed;
        try (SnapshotWriter writer = store.snapshots().newWriter();
                TarReader tar = new TarReader(layer.stream(), LayerLimits.DEFAULT)) {
            TarEntry entry;
            while ((entry = tar.next()) != null) {
                TarEntry.Attributes attributes = entry.attributes();
                writer.put(entry.withAttributes(attributes.withMtime(attributes.mtime() + 5)), tar.content());
            }
            sealed = writer.seal();
            assertThat(writer.open(TarEntry.File.of("d/.wh.gone", TarEntry.Attributes.of(0644, 0, 0, 0), 10)))
                    .isNull();
        }

        assertThat(described(sealed))
                .contains("d/gone c 0 0", "hard f 4755 12 34")
                .isEqualTo(described(layer.in(store)));
        assertThat(store.snapshots().commit(sealed, layer.diffId()).path()).isNotEqualTo(sealed.path());
    }

    /** Marks have the time at which they were made, which nobody reads. */
    private static String described(Snapshot snapshot) throws Exception {
        return Programs.describe(snapshot.path()).replaceAll("( c 0 0 0 0) \\S+", "$1");
    }

    @Test
    void files_that_are_given_up_leave_no_trace() throws Exception {
        try (SnapshotWriter writer = store.snapshots().newWriter()) {
            TarEntry.File file = TarEntry.File.of("f", TarEntry.Attributes.of(0644, 0, 0, 0), 10);
            assertThatThrownBy(() -> writer.put(file, new java.io.ByteArrayInputStream(bytes("short"))))
                    .isInstanceOf(java.io.EOFException.class)
                    .hasMessageContaining("'f' became shorter by 5 bytes");
        }

        assertThat(temporary.resolve("store/snapshots"))
                .isDirectoryNotContaining(path -> path.getFileName().toString().contains("."));
    }

    @Test
    void whiteouts_act_on_lower_layers_only_and_opaque_wherever_it_stands() throws Exception {
        Snapshot lower = new LayerMaker()
                .file("gone", "1")
                .file("kept", "1")
                .folder("dir", 0755)
                .file("dir/old", "1")
                .folder("opaque", 0755)
                .file("opaque/old", "1")
                .in(store);
        Snapshot upper = new LayerMaker()
                .file(".wh.gone", "")
                .file("kept", "2")
                .file(".wh.kept", "")
                .file(".wh.dir", "")
                .file("dir/new", "2")
                .folder("opaque", 0700)
                .file("opaque/new", "2")
                .file("opaque/.wh..wh..opq", "")
                .in(store);
        MergedView view = MergedView.of(List.of(upper, lower));

        assertThat(names(view, "")).containsExactly("dir", "kept", "opaque");
        assertThat(names(view, "dir")).containsExactly("new");
        assertThat(names(view, "opaque")).containsExactly("new");
        assertThat(view.read("kept")).asString().isEqualTo("2");
        assertThat(view.lookup("gone")).isNull();
        assertThat(mounted(List.of(upper, lower), "find . -mindepth 1 | sort"))
                .isEqualTo("./dir\n./dir/new\n./kept\n./opaque\n./opaque/new\n");
    }

    @Test
    void what_is_no_folder_is_replaced_and_folders_are_merged() throws Exception {
        Snapshot snapshot = new LayerMaker()
                .folder("d", 0700)
                .file("d/stays", "1")
                .folder("d", 0755)
                .folder("becomes-file", 0755)
                .file("becomes-file/x", "1")
                .file("becomes-file", "2")
                .symlink("becomes-folder", "/tmp")
                .folder("becomes-folder", 0755)
                .file("becomes-folder/x", "3")
                .file("twice", "first")
                .file("twice", "second")
                .in(store);

        assertThat(Programs.run(
                        "bash", "-c", "cd " + snapshot.path() + " && find . -mindepth 1 -printf '%P %y %m\n' | sort"))
                .isEqualTo(
                        "becomes-file f 644\nbecomes-folder d 755\nbecomes-folder/x f 644\nd d 755\nd/stays f 644\ntwice f 644\n");
        assertThat(Files.readString(snapshot.path().resolve("twice"))).isEqualTo("second");
    }

    @Test
    void nothing_outside_is_ever_written() throws Exception {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(outside.resolve("target"), "safe");
        String up = "../".repeat(30) + outside.toString().substring(1);
        List<LayerMaker> hostile = List.of(
                new LayerMaker().file("../escaped", "x"),
                new LayerMaker().file("a/../../escaped", "x"),
                new LayerMaker().file("..", "x"),
                new LayerMaker().file(up + "/escaped", "x"),
                new LayerMaker().symlink("link", outside.toString()).file("link/escaped", "x"),
                new LayerMaker().symlink("link", up).file("link/escaped", "x"),
                new LayerMaker().symlink("link", "..").file("link/escaped", "x"),
                new LayerMaker().symlink("a", "b").symlink("b", "a").file("a/x", "x"),
                new LayerMaker().symlink("link", outside + "/target").file("link/x", "x"),
                new LayerMaker().symlink("link", outside + "/target").file("link", "replaced"),
                new LayerMaker().symlink("link", outside.toString()).file("link/.wh.target", ""),
                new LayerMaker().symlink("link", outside.toString()).file("link/.wh..wh..opq", ""),
                new LayerMaker().file(".wh...", ""),
                new LayerMaker().file(".wh..", ""),
                new LayerMaker().file(".wh.", ""),
                new LayerMaker().file("d/.wh...", ""),
                new LayerMaker().hardLink("h", outside + "/target"),
                new LayerMaker().hardLink("h", up + "/target"),
                new LayerMaker().symlink("link", outside.toString()).hardLink("h", "link/target"),
                new LayerMaker()
                        .symlink("link", outside + "/target")
                        .hardLink("h", "link")
                        .file("h", "x"),
                new LayerMaker().hardLink("h", "."),
                new LayerMaker().hardLink("h", "h"),
                new LayerMaker().file("f", "x").file("f/below", "x"),
                new LayerMaker().file("", "x"),
                new LayerMaker().file("/", "x"),
                new LayerMaker().file("n\nl/../../../x", "x"));
        for (LayerMaker layer : hostile) {
            try {
                layer.in(store);
            } catch (UnsafeEntryException | MalformedContentException e) {
                assertThat(e).hasMessageContaining("entry");
            }
            assertThat(Files.readString(outside.resolve("target"))).isEqualTo("safe");
            assertThat(Programs.run("bash", "-c", "find " + outside + " -mindepth 1 -printf '%P %n\n'"))
                    .isEqualTo("target 1\n");
            assertThat(Programs.run("find", temporary.toString(), "-name", "escaped", "-not", "-path", "*/d/*"))
                    .isEmpty();
        }
    }

    @Test
    void absolute_and_dotted_names_stay_inside_the_root() throws Exception {
        Snapshot snapshot = new LayerMaker()
                .file("/etc/one", "1")
                .file("./etc/./two", "2")
                .file("etc/x/../three", "3")
                .symlink("link", "/etc")
                .file("link/four", "4")
                .file("n\newline", "5")
                .in(store);

        assertThat(Programs.run(
                        "bash",
                        "-c",
                        "cd " + snapshot.path() + " && find . -type f -printf '%P\\0' | sort -z | tr '\\0' ' '"))
                .isEqualTo("etc/four etc/one etc/three etc/two n\newline ");
    }

    @Test
    void bombs_hit_their_limits() throws Exception {
        LayerMaker layer = new LayerMaker().file("a", "x".repeat(10_000)).file("b", "");
        for (LayerLimits limits : List.of(new LayerLimits(1, 1 << 20, 100, 100), new LayerLimits(10, 5000, 100, 100))) {
            assertThatThrownBy(() -> store.snapshots().apply(layer.diffId(), layer.stream(), limits))
                    .isInstanceOf(LayerLimitException.class);
        }
        assertThat(store.snapshots().find(layer.diffId())).isNull();
    }

    @Test
    void a_layer_that_is_not_what_was_promised_is_refused_and_leaves_nothing() throws Exception {
        Digest other = Digest.of(bytes("other"));
        assertThatThrownBy(() -> store.snapshots().apply(other, new LayerMaker().file("f", "1").stream()))
                .isInstanceOf(DigestMismatchException.class);
        assertThat(store.snapshots().find(other)).isNull();
        try (var left = Files.list(store.snapshots().folder())) {
            assertThat(left.map(p -> p.getFileName().toString())).containsExactlyInAnyOrder("by-diff", "unsynced");
        }
    }

    @Test
    void many_requests_for_one_layer_unpack_it_once() throws Exception {
        LayerMaker layer = new LayerMaker().file("f", "1");
        layer.bytes();
        AtomicInteger opened = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Snapshot>> tasks = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                tasks.add(() -> store.snapshots()
                        .apply(
                                layer.diffId(),
                                () -> {
                                    opened.incrementAndGet();
                                    return layer.stream();
                                },
                                LayerLimits.DEFAULT));
            }
            List<Snapshot> results = new ArrayList<>();
            for (Future<Snapshot> each : threads.invokeAll(tasks)) {
                results.add(each.get());
            }
            assertThat(results).hasSize(16).containsOnly(results.getFirst());
        }
        assertThat(opened).hasValue(1);
    }

    @Test
    void a_sealed_workspace_becomes_the_layers_snapshot_in_place() throws Exception {
        Workspace workspace = store.snapshots().newUpper();
        Files.writeString(workspace.upper().resolve("f"), "made");
        Snapshot sealed = store.snapshots().seal(workspace);
        Digest diffId = Digest.of(bytes("layer"));
        Snapshot committed = store.snapshots().commit(sealed, diffId);

        assertThat(committed.path()).isEqualTo(sealed.path());
        assertThat(committed.relativePath()).hasSizeLessThan(16);
        store.close();
        store = Store.open(temporary.resolve("store"));
        assertThat(store.snapshots().find(diffId)).isEqualTo(committed);
        assertThat(committed.path().resolve("f")).hasContent("made");
        assertThat(committed.path().resolveSibling("w")).doesNotExist();
    }

    @Test
    void folders_that_a_layer_only_implies_keep_the_lower_attributes() throws Exception {
        Snapshot lower =
                new LayerMaker().folder("tmp", 01777).folder("tmp/deep", 0700).in(store);
        Snapshot upper = new LayerMaker().file("tmp/deep/new/f", "x").in(store);
        List<Snapshot> layers = List.of(upper, lower);
        MergedView view = MergedView.of(layers);

        assertThat(mode(view, "tmp")).isEqualTo(01777);
        assertThat(mode(view, "tmp/deep")).isEqualTo(0700);
        assertThat(mode(view, "tmp/deep/new")).isEqualTo(0755);
        assertThat(mounted(layers, "stat -c %a tmp tmp/deep tmp/deep/new")).isEqualTo("1777\n700\n755\n");
    }

    @Test
    void a_snapshot_of_an_earlier_boot_is_believed_only_if_it_reached_the_disk() throws Exception {
        LayerMaker layer = new LayerMaker().file("f", "1");
        Snapshot snapshot = layer.in(store);
        Path mark = store.snapshots().folder().resolve("unsynced").resolve(snapshot.name());
        assertThat(mark).exists();
        Files.writeString(mark, "another-boot");
        store.close();
        store = Store.open(temporary.resolve("store"));

        assertThat(store.snapshots().find(layer.diffId())).isNull();
        Snapshot again = layer.in(store);
        assertThat(again.name()).isNotEqualTo(snapshot.name());
        Files.delete(store.snapshots().folder().resolve("unsynced").resolve(again.name()));
        store.close();
        store = Store.open(temporary.resolve("store"));
        assertThat(store.snapshots().find(layer.diffId())).isEqualTo(again);
    }

    @Test
    void a_sparse_file_takes_no_more_room_than_its_data() throws Exception {
        Path file = temporary.resolve("sparse");
        Programs.run("truncate", "-s", "10G", file.toString());
        Files.writeString(file, "tail", StandardOpenOption.APPEND);
        Path tar = temporary.resolve("sparse.tar");
        Programs.run("tar", "-C", temporary.toString(), "--sparse", "-cf", tar.toString(), "sparse");
        Digest diffId;
        try (InputStream in = Files.newInputStream(tar)) {
            diffId = Digest.of(in.readAllBytes());
        }
        Snapshot snapshot;
        try (InputStream in = Files.newInputStream(tar)) {
            snapshot = store.snapshots().apply(diffId, in);
        }

        assertThat(Files.size(snapshot.path().resolve("sparse"))).isEqualTo((10L << 30) + 4);
        assertThat(Programs.run("tail", "-c", "4", snapshot.path() + "/sparse")).isEqualTo("tail");
        String used = Programs.run("du", "-k", snapshot.path() + "/sparse").split("\t")[0];
        assertThat(Long.parseLong(used)).isLessThan(100);
    }

    private String mounted(List<Snapshot> layers, String script) throws Exception {
        List<String> lowers = new ArrayList<>();
        for (Path lower : store.snapshots().lowers(layers)) {
            lowers.add(lower.toString());
        }
        Path mount = Files.createDirectories(temporary.resolve("mount"));
        String command = "mount -t overlay overlay -o lowerdir=" + String.join(":", lowers) + " " + mount + " && cd "
                + mount + " && " + script;
        return Programs.run("unshare", "-m", "bash", "-c", command);
    }

    private static List<String> names(MergedView view, String folder) throws IOException {
        return view.list(Objects.requireNonNull(view.resolve(folder))).stream()
                .map(ViewNode::name)
                .toList();
    }

    private static int mode(MergedView view, String path) throws IOException {
        return Objects.requireNonNull(view.lookup(path)).status().mode();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
