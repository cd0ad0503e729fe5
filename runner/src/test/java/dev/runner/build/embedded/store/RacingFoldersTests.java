package dev.runner.build.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.host.posix.PosixFiles;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import dev.runner.oci.layer.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody swaps a folder for a symbolic link that leads outside, again and again, while it is read or written. What lies
 * outside is neither read nor changed.
 */
class RacingFoldersTests {
    private static final int ROUNDS = 2000;
    private static final String INSIDE = "inside";
    private static final String CANARY = "canary outside";

    @TempDir
    Path folder;

    private Path tree;
    private Path outside;

    @BeforeEach
    void make() throws IOException {
        tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("a/b"));
        outside = Files.createDirectories(folder.resolve("outside"));
        Files.createDirectories(outside.resolve("b"));
        Files.writeString(tree.resolve("a/b/file"), INSIDE);
        Files.writeString(outside.resolve("b/file"), CANARY);
    }

    /** Something that is done again and again; an error is one of the right answers. */
    private interface Attempt {
        void run() throws IOException;
    }

    /** How often it went well and how often it was refused; both show that there was a race. */
    private record Outcome(int done, int refused) {}

    private Outcome race(Attempt attempt) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread swapper = Thread.ofPlatform().start(() -> swap(over));
        int done = 0;
        int refused = 0;
        try {
            for (int round = 0; round < ROUNDS; round++) {
                try {
                    attempt.run();
                    done++;
                } catch (IOException | MalformedContentException e) {
                    refused++;
                }
            }
        } finally {
            over.set(true);
            swapper.join();
        }
        return new Outcome(done, refused);
    }

    private void swap(AtomicBoolean over) {
        Path link = folder.resolve("link");
        while (!over.get()) {
            try {
                if (!Files.isSymbolicLink(link) && !Files.isSymbolicLink(tree.resolve("a"))) {
                    Files.createSymbolicLink(link, outside);
                }
                PosixFiles.exchange(tree.resolve("a"), link);
            } catch (IOException e) {
                // The other side has just taken one of the two away.
                Thread.onSpinWait();
            }
        }
    }

    private void assertOutsideIsAsItWas() throws IOException {
        try (Stream<Path> all = Files.walk(outside)) {
            assertThat(all).containsExactlyInAnyOrder(outside, outside.resolve("b"), outside.resolve("b/file"));
        }
        assertThat(outside.resolve("b/file")).hasContent(CANARY);
    }

    @Test
    void a_folder_that_is_swapped_while_it_is_read_gives_its_own_content_or_an_error() throws Exception {
        UntrustedFolder untrusted = UntrustedFolder.at(tree);
        Outcome outcome = race(() -> {
            assertThat(untrusted.list("a/b", name -> true))
                    .allMatch(child -> child.node().status().size() == INSIDE.length());
            try (InputStream content = untrusted.open("a/b/file")) {
                assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(INSIDE);
            }
        });
        assertThat(outcome.done).isPositive();
        assertThat(outcome.refused).isPositive();
    }

    @Test
    void a_folder_that_is_swapped_while_it_is_written_is_never_written_through() throws Exception {
        ViewNode a = node("a", ViewNode.Kind.DIRECTORY);
        ViewNode file = node("a/new", ViewNode.Kind.FILE);
        ViewNode pipe = node("a/pipe", ViewNode.Kind.FIFO);
        Outcome outcome = race(() -> {
            try (GuardedTarget into = GuardedTarget.at(tree, false);
                    GuardedTarget below = into.folder("a")) {
                below.file(file, new ByteArrayInputStream(new byte[1]), Map.of());
                below.special(pipe);
                below.dress(a, Map.of());
            }
        });
        assertThat(outcome.done).isPositive();
        assertOutsideIsAsItWas();
    }

    private ViewNode node(String path, ViewNode.Kind kind) {
        ViewNode.Status status = new ViewNode.Status(kind, 0755, 0, 0, 1, 0, new ViewNode.Inode(0, 0, 1, 0, 0));
        return new ViewNode(path, status, "", new ViewNode.Layer(tree, 0));
    }

    @Test
    void a_folder_that_is_swapped_while_it_is_packed_gives_its_own_content_or_an_error() throws Exception {
        Outcome outcome = race(() -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (LayerWriter layer = LayerWriter.open(bytes, Compression.NONE)) {
                LayerDiff.write(tree, layer, LayerDiff.Options.PLAIN);
                layer.finish();
            }
            assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotContain(CANARY);
        });
        assertThat(outcome.done).isPositive();
    }

    @Test
    void a_folder_that_is_swapped_while_a_layer_is_unpacked_into_it_is_never_left() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(bytes);
        TarEntry.Attributes plain = TarEntry.Attributes.of(0755, 0, 0, 0);
        for (String name : List.of("a/x", "a/b/y", "a/.wh.b", "a/z")) {
            tar.put(TarEntry.File.of(name, plain, 0));
        }
        tar.put(new TarEntry.HardLink("a/h", plain, "a/x"));
        tar.put(new TarEntry.Directory("a", plain));
        tar.finish();
        Sys sys = new Sys();
        int root = sys.openFolder(Sys.CWD, tree.toString());
        try {
            Outcome outcome = race(() -> {
                try (LayerUnpacker unpacker = new LayerUnpacker(sys, root, Privileges.probe(sys, root))) {
                    unpacker.unpack(new TarReader(new ByteArrayInputStream(bytes.toByteArray()), LayerLimits.DEFAULT));
                }
            });
            assertThat(outcome.done + outcome.refused).isEqualTo(ROUNDS);
        } finally {
            sys.close(root);
        }
        assertOutsideIsAsItWas();
    }
}
