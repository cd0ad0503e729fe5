package dev.runner.build.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerDigests;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A RUN step's way: mount an overlay, change files, write the layer, unpack it again, and see the same files. */
final class OverlayRoundTripTests {
    private static final String CHANGES = String.join(
            "\n",
            "set -e",
            "echo new > new",
            "echo changed > changed",
            "rm gone",
            "rm -r folder-gone",
            "rm -r replaced && mkdir replaced && echo inside > replaced/only",
            "rm to-folder && mkdir to-folder && touch to-folder/x",
            "rm -r to-file && echo file > to-file",
            "mkdir -p deep/er/est && echo d > deep/er/est/f",
            "chmod 1777 mode && chown 12:34 owner",
            "echo one > a-link && ln a-link b-link && ln a-link deep/c-link",
            "ln -s ../../nowhere soft && mknod null c 1 3 && mkfifo pipe",
            "truncate -s 5M sparse && printf end >> sparse",
            "touch -d @1000000000 old && setfattr -n user.note -v hi new",
            "cp /bin/true cap && setcap cap_net_raw+ep cap",
            "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'",
            "touch $'odd\\nname' $'\\xff\\xfe' 'é'",
            "mkdir -p etc && echo x > etc/resolv.conf && mkdir -p only && touch only/left-out");

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
    void an_overlays_changes_come_back_from_the_layer() throws Exception {
        Snapshot base = base();
        Workspace workspace = store.snapshots().newUpper();
        String before = change(base, workspace);
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        LayerDigests digests = diff(workspace, blob, LayerDiff.Options.PLAIN);
        Snapshot applied = store.snapshots().apply(digests.diffId(), new ByteArrayInputStream(blob.toByteArray()));

        assertThat(applied.path()).isNotEqualTo(workspace.upper());
        assertThat(merged(applied, base)).isEqualTo(before.replaceAll("(?m)^\\./socket s.*\n", ""));
        assertThat(Programs.run("getcap", applied.path() + "/cap")).contains("cap_net_raw=ep");
        assertThat(viewed(MergedView.of(List.of(applied, base)))).isEqualTo(found(applied, base));
    }

    @Test
    void equal_changes_give_equal_layers_in_sorted_order() throws Exception {
        Snapshot base = base();
        Workspace workspace = store.snapshots().newUpper();
        change(base, workspace);
        LayerDiff.Options options = new LayerDiff.Options(
                1_200_000_000L, LayerDiff.Owners.SAME, Set.of("etc/resolv.conf", "only/left-out"));
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        LayerDigests digests = diff(workspace, one, options);

        assertThat(diff(workspace, two, options)).isEqualTo(digests);
        List<TarEntry> entries = entries(one.toByteArray());
        assertThat(entries)
                .extracting(TarEntry::path)
                .doesNotContain("socket", "etc", "etc/resolv.conf", "only", "only/left-out", "")
                .contains(".wh.gone", ".wh.folder-gone", "replaced/.wh..wh..opq", "deep", "deep/er");
        assertThat(entries)
                .allSatisfy(entry ->
                        assertThat(entry.attributes().mtime()).isLessThanOrEqualTo(1_200_000_000L * 1_000_000_000L));
        assertThat(entries)
                .flatExtracting(entry -> entry.attributes().xattrs().keySet())
                .containsExactly("security.capability");
        assertThat(entries)
                .anySatisfy(entry -> assertThat(entry).isInstanceOfSatisfying(TarEntry.HardLink.class, link -> {
                    assertThat(link.path()).isEqualTo("b-link");
                    assertThat(link.target()).isEqualTo("a-link");
                }));
        assertThat(entries)
                .filteredOn(e -> !e.attributes().xattrs().isEmpty())
                .extracting(TarEntry::path)
                .as("user.note of 'old' is the machine's own affair, as with BuildKit")
                .containsExactly("cap");
        assertThat(entries)
                .filteredOn(e -> e.path().equals("old"))
                .extracting(e -> e.attributes().mtime() / 1_000_000_000L)
                .containsExactly(1_000_000_000L);
    }

    @Test
    void an_untouched_overlay_is_an_empty_layer() throws Exception {
        Workspace workspace = store.snapshots().newUpper();
        try (LayerWriter writer = LayerWriter.open(new ByteArrayOutputStream(), Compression.NONE)) {
            assertThat(LayerDiff.write(workspace.upper(), writer, LayerDiff.Options.PLAIN))
                    .isZero();
            assertThat(writer.finish().uncompressedSize()).isEqualTo(1024);
        }
    }

    @Test
    void a_reference_to_a_lower_layer_is_refused() throws Exception {
        Workspace workspace = store.snapshots().newUpper();
        Programs.run("mkdir", workspace.upper() + "/moved");
        Programs.run("setfattr", "-n", "trusted.overlay.redirect", "-v", "/elsewhere", workspace.upper() + "/moved");

        assertThatThrownBy(() -> diff(workspace, new ByteArrayOutputStream(), LayerDiff.Options.PLAIN))
                .isInstanceOf(UnsafeEntryException.class)
                .hasMessageContaining("redirect_dir=off");
    }

    private Snapshot base() throws IOException {
        return new LayerMaker()
                .file("changed", "1")
                .file("gone", "1")
                .file("kept", "1")
                .folder("folder-gone", 0755)
                .file("folder-gone/f", "1")
                .folder("replaced", 0755)
                .file("replaced/old", "1")
                .file("to-folder", "1")
                .folder("to-file", 0755)
                .file("to-file/f", "1")
                .folder("deep", 0750)
                .folder("deep/er", 0711)
                .file("deep/er/kept", "1")
                .folder("mode", 0755)
                .file("owner", "1")
                .in(store);
    }

    private static String change(Snapshot base, Workspace workspace) throws Exception {
        return overlay(
                "lowerdir=" + base.path() + ",upperdir=" + workspace.upper() + ",workdir=" + workspace.work()
                        + ",redirect_dir=off,metacopy=off,index=off",
                CHANGES);
    }

    private String merged(Snapshot upper, Snapshot base) throws Exception {
        return overlay("lowerdir=" + upper.path() + ":" + base.path(), "true");
    }

    /** Mounts, runs a script inside, and describes what is then there; whole seconds, as layers have them. */
    private static String overlay(String options, String script) throws Exception {
        String describe =
                "find . -mindepth 1 ! -type d -printf '%p %y %m %U %G %s %T@ %l\\n' | sed -E 's/( [0-9]+)\\.[0-9]+ /\\1 /';"
                        + " find . -mindepth 1 -type d -printf '%p %y %m %U %G\\n';"
                        + " find . -type f -exec sha256sum {} +; find . -type c -exec stat -c '%n %t:%T' {} +;"
                        + " getfattr -R -h -d -m 'security.capability' . 2>/dev/null";
        String command = "m=$(mktemp -d) && mount -t overlay overlay -o " + options + " $m && cd $m && {\n" + script
                + "\n} && { " + describe + "; } | LC_ALL=C sort; s=$?; cd /; umount $m; rmdir $m; exit $s";
        return Programs.run("unshare", "-m", "bash", "-c", command);
    }

    private static List<String> found(Snapshot upper, Snapshot base) throws Exception {
        String command = "m=$(mktemp -d) && mount -t overlay overlay -o lowerdir=" + upper.path() + ":" + base.path()
                + " $m && cd $m && find . -mindepth 1 -printf '%P %y %m %U %G\\0' | LC_ALL=C sort -z | tr '\\n\\0' '?\\n'; cd /; umount $m; rmdir $m";
        return Programs.run("unshare", "-m", "bash", "-c", command)
                .lines()
                .filter(line -> !line.contains("\uFFFD"))
                .toList();
    }

    private static List<String> viewed(MergedView view) throws IOException {
        List<String> lines = new ArrayList<>();
        ViewNode root = view.resolve("");
        if (root != null) {
            view.walk(root, node -> {
                ViewNode.Status status = node.status();
                String kind = switch (status.kind()) {
                    case FILE -> "f";
                    case DIRECTORY -> "d";
                    case SYMLINK -> "l";
                    case CHARACTER_DEVICE -> "c";
                    case BLOCK_DEVICE -> "b";
                    case FIFO -> "p";
                    case SOCKET -> "s";
                };
                if (node.path().chars().noneMatch(c -> c >= 0xDC80 && c <= 0xDCFF)) {
                    lines.add(node.path().replace('\n', '?') + " " + kind + " " + Integer.toOctalString(status.mode())
                            + " " + status.uid() + " " + status.gid());
                }
                return true;
            });
        }
        lines.sort(NameOrder.BYTES);
        return lines;
    }

    private static LayerDigests diff(Workspace workspace, ByteArrayOutputStream blob, LayerDiff.Options options)
            throws IOException {
        try (LayerWriter writer = LayerWriter.open(blob, Compression.GZIP)) {
            LayerDiff.write(workspace.upper(), writer, options);
            return writer.finish();
        }
    }

    private static List<TarEntry> entries(byte[] blob) throws IOException {
        List<TarEntry> entries = new ArrayList<>();
        try (TarReader reader =
                new TarReader(Compression.decompress(new ByteArrayInputStream(blob)), LayerLimits.DEFAULT)) {
            TarEntry entry;
            while ((entry = reader.next()) != null) {
                entries.add(entry);
            }
        }
        return entries;
    }
}
