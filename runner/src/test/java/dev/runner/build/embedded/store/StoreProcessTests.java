package dev.runner.build.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.oci.Digest;
import dev.runner.oci.layer.LayerLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one store, some of which are killed. */
final class StoreProcessTests {
    private static final int LAYERS = 12;

    @TempDir
    Path temporary;

    @BeforeEach
    void assume() {
        Programs.assumeLinux();
        Programs.assumeRoot();
    }

    @Test
    void kill_at_any_moment_leaves_a_sound_store() throws Exception {
        Path root = temporary.resolve("store");
        Random random = new Random(42);
        for (int round = 0; round < 6; round++) {
            Process child = child("forever", root);
            // Each step of the child is a line: kill it in the middle of what follows a random one.
            int lines = 1 + random.nextInt(25);
            try (var reader = child.inputReader()) {
                for (int i = 0; i < lines && reader.readLine() != null; i++) {
                    // Only counted.
                }
                child.destroyForcibly().waitFor();
            }
            check(root);
        }
    }

    @Test
    void what_a_killed_run_left_is_swept_even_without_permissions() throws Exception {
        Path root = temporary.resolve("store");
        Process child = child("stuck", root);
        String workspace;
        try (var reader = child.inputReader()) {
            workspace = reader.readLine();
            child.destroyForcibly().waitFor();
        }
        Path left = root.resolve("snapshots").resolve(workspace);
        assertThat(left.resolve("w/work")).exists();
        try (Store store = Store.open(root)) {
            assertThat(left).doesNotExist();
            try (var runs = Files.list(root.resolve("tmp"))) {
                assertThat(runs).hasSize(1);
            }
            assertThat(StoreTests.count(store.items(), StoreItem.Kind.SNAPSHOT)).isZero();
        }
    }

    @Test
    void processes_that_unpack_the_same_layers_agree() throws Exception {
        Path root = temporary.resolve("store");
        List<Process> children = List.of(child("once", root), child("once", root), child("once", root));
        for (Process child : children) {
            assertThat(new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("done\n");
            assertThat(child.waitFor()).isZero();
        }
        check(root);
        try (Store store = Store.open(root)) {
            assertThat(StoreTests.count(store.items(), StoreItem.Kind.SNAPSHOT)).isEqualTo(LAYERS);
            try (var left = Files.list(root.resolve("snapshots"))) {
                assertThat(left).hasSize(LAYERS + 2);
            }
            for (int i = 0; i < LAYERS; i++) {
                assertThat(store.keys().get(layer(i).diffId())).isNotNull();
            }
        }
    }

    /** Every snapshot and blob that is there is whole; nothing is left of the dead. */
    private static void check(Path root) throws Exception {
        try (Store store = Store.open(root)) {
            for (int i = 0; i < LAYERS; i++) {
                LayerMaker layer = layer(i);
                Snapshot found = store.snapshots().find(layer.diffId());
                if (found != null) {
                    assertThat(Programs.run("bash", "-c", "cd " + found.path() + " && find . -type f | wc -l"))
                            .isEqualTo("40\n");
                    assertThat(found.path().resolve("d/39")).hasContent(i + " 39 " + "x".repeat(5000));
                }
                if (store.blobs().has(layer.diffId())) {
                    assertThat(store.blobs().read(layer.diffId())).isEqualTo(layer.bytes());
                }
            }
            try (var runs = Files.list(root.resolve("tmp"))) {
                assertThat(runs).hasSize(1);
            }
            try (var all = Files.list(root.resolve("snapshots"))) {
                long committed = StoreTests.count(store.items(), StoreItem.Kind.SNAPSHOT);
                assertThat(all.count()).isEqualTo(committed + 2);
            }
        }
    }

    private static Process child(String what, Path root) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                what,
                root.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static LayerMaker layer(int number) {
        LayerMaker layer = new LayerMaker().folder("d", 0755);
        for (int i = 0; i < 40; i++) {
            layer.file("d/" + i, number + " " + i + " " + "x".repeat(5000));
        }
        return layer;
    }

    /** The program that is killed. */
    static final class Child {
        public static void main(String[] arguments) throws Exception {
            Path root = Path.of(arguments[1]);
            switch (arguments[0]) {
                case "stuck" -> stuck(root);
                case "once" -> {
                    try (Store store = Store.open(root)) {
                        work(store);
                    }
                    say("done");
                }
                default -> {
                    while (true) {
                        try (Store store = Store.open(root)) {
                            work(store);
                            store.delete(store.items());
                        }
                        try (Store store = Store.open(root)) {
                            store.delete(store.items());
                        }
                    }
                }
            }
        }

        private static void work(Store store) throws IOException {
            for (int i = 0; i < LAYERS; i++) {
                LayerMaker layer = layer(i);
                Digest diffId = layer.diffId();
                store.snapshots().apply(diffId, new Talking(layer.stream()), LayerLimits.DEFAULT);
                try (BlobWriter writer = store.blobs().writer()) {
                    layer.stream().transferTo(writer);
                    say("blob " + i);
                    writer.commit(diffId);
                }
                store.keys().put(diffId, ("record " + i).getBytes(StandardCharsets.UTF_8));
                Workspace workspace = store.snapshots().newUpper();
                Files.writeString(workspace.upper().resolve("f"), "x");
                say("workspace " + i);
                store.snapshots().discard(workspace);
            }
        }

        private static void stuck(Path root) throws Exception {
            Store store = Store.open(root);
            Workspace workspace = store.snapshots().newUpper();
            Path inner = Files.createDirectory(workspace.work().resolve("work"));
            Files.writeString(inner.resolve("f"), "x");
            Programs.run("chmod", "000", inner.toString());
            say(workspace.name());
            Thread.currentThread().join();
        }

        @SuppressWarnings("SystemOut")
        private static void say(String line) {
            System.out.println(line);
            System.out.flush();
        }

        /** Says a line in the middle of unpacking. */
        private static final class Talking extends FilterInputStream {
            private int reads;

            Talking(InputStream in) {
                super(in);
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (reads++ == 3) {
                    say("unpacking");
                }
                return super.read(bytes, offset, Math.min(length, 20_000));
            }
        }
    }
}
