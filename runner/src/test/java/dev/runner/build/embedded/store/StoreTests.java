package dev.runner.build.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.layer.TarEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreTests {
    @TempDir
    Path temporary;

    private Store store;

    @BeforeEach
    void open() throws IOException {
        Programs.assumeLinux();
        store = Store.open(temporary.resolve("store"));
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void blobs_are_kept_under_their_digests() throws IOException {
        Digest digest = store.blobs().put(bytes("hello"));

        assertThat(store.blobs().has(digest)).isTrue();
        assertThat(store.blobs().size(digest)).isEqualTo(5);
        assertThat(store.blobs().read(digest)).asString().isEqualTo("hello");
        assertThat(store.blobs().path(digest)).endsWith(Path.of("blobs/sha256", digest.hex()));
        assertThatThrownBy(() -> store.blobs().open(Digest.of(bytes("absent"))))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void an_interrupted_writer_does_not_close_the_records_for_the_others() throws IOException {
        Digest key = Digest.of(bytes("key"));
        store.keys().put(key, bytes("first"));
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> store.keys().put(key, bytes("lost"))).isInstanceOf(IOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        store.keys().put(key, bytes("second"));
        assertThat(store.keys().get(key)).asString().isEqualTo("second");
    }

    @Test
    void content_that_is_not_what_was_promised_is_not_stored() throws IOException {
        Digest expected = Digest.of(bytes("good"));
        Descriptor descriptor = Descriptor.of(MediaTypes.OCI_LAYER, expected, 4);
        for (String bad : new String[] {"evil", "goo", "good and more"}) {
            assertThatThrownBy(() -> store.blobs().ingest(new ByteArrayInputStream(bytes(bad)), descriptor))
                    .isInstanceOf(DigestMismatchException.class);
        }
        assertThat(store.blobs().has(expected)).isFalse();
        store.blobs().ingest(new ByteArrayInputStream(bytes("good")), descriptor);
        assertThat(store.blobs().has(expected)).isTrue();
    }

    @Test
    void a_writer_that_is_not_committed_leaves_nothing() throws IOException {
        try (BlobWriter writer = store.blobs().writer()) {
            writer.write(bytes("half"));
        }
        try (var left = Files.walk(temporary.resolve("store"))) {
            assertThat(left.filter(Files::isRegularFile)
                            .map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder("gc", "alive", "leases");
        }
    }

    @Test
    void keys_are_shared_between_stores_and_survive_a_torn_tail() throws IOException {
        Digest one = Digest.of(bytes("1"));
        Digest two = Digest.of(bytes("2"));
        try (Store other = Store.open(temporary.resolve("store"))) {
            store.keys().put(one, bytes("first"));
            assertThat(other.keys().get(one)).asString().isEqualTo("first");
            other.keys().put(one, bytes("second"));
            assertThat(store.keys().get(one)).asString().isEqualTo("second");
        }
        Files.write(temporary.resolve("store/keys/log"), new byte[] {0, 0, 0, 50, 1, 2, 3}, StandardOpenOption.APPEND);
        assertThat(store.keys().get(two)).isNull();
        store.keys().put(two, bytes("after"));
        try (Store other = Store.open(temporary.resolve("store"))) {
            assertThat(other.keys().get(one)).asString().isEqualTo("second");
            assertThat(other.keys().get(two)).asString().isEqualTo("after");
            assertThat(other.keys().lastUsed(two)).isNotNull();
            other.keys().remove(two);
            assertThat(store.keys().get(two)).isNull();
            assertThat(store.keys().removeIf((key, used) -> key.equals(one))).isOne();
            assertThat(other.keys().get(one)).isNull();
        }
    }

    @Test
    void a_key_log_full_of_garbage_is_rewritten_while_another_store_reads_it() throws IOException {
        Digest kept = Digest.of(bytes("kept"));
        Digest busy = Digest.of(bytes("busy"));
        try (Store other = Store.open(temporary.resolve("store"))) {
            store.keys().put(kept, bytes("value"));
            assertThat(other.keys().get(kept)).asString().isEqualTo("value");
            for (int i = 0; i < 60; i++) {
                byte[] large = new byte[50_000];
                Arrays.fill(large, (byte) i);
                store.keys().put(busy, large);
            }
            assertThat(Files.size(temporary.resolve("store/keys/log"))).isLessThan(2_000_000);
            assertThat(other.keys().get(kept)).asString().isEqualTo("value");
            assertThat(other.keys().get(busy)).startsWith(59, 59).hasSize(50_000);
        }
    }

    @Test
    void images_are_found_by_name_and_tags_move() throws IOException {
        Descriptor one = Descriptor.of(MediaTypes.OCI_INDEX, bytes("one"));
        Descriptor two = Descriptor.of(MediaTypes.OCI_INDEX, bytes("two"));
        store.images().put("localhost:5000/a:1", one);
        store.images().put("localhost:5000/a:1", two);
        store.images().put("localhost:5000/b:1", one);

        assertThat(store.images().find("localhost:5000/a:1")).isEqualTo(two);
        assertThat(store.images().find("absent")).isNull();
        assertThat(store.images().list())
                .extracting(ImageStore.Entry::name)
                .containsExactly("localhost:5000/a:1", "localhost:5000/b:1");
        store.images().remove("localhost:5000/a:1");
        assertThat(store.images().find("localhost:5000/a:1")).isNull();
    }

    @Test
    void a_files_digest_is_remembered_until_the_file_changes() throws IOException {
        Path file = temporary.resolve("file");
        Files.writeString(file, "content");
        assertThat(store.files().of(file)).isEqualTo(Digest.of(bytes("content")));
        FileDigests.Stamp fresh = FileDigests.stamp(file);
        FileDigests.Stamp old =
                new FileDigests.Stamp(fresh.device(), fresh.inode() + 1, 7, 1_000_000_007L, 1_000_000_009L);
        store.files().remember(old, Digest.of(bytes("old")));
        store.close();
        store = Store.open(temporary.resolve("store"));

        assertThat(store.files().find(old)).isEqualTo(Digest.of(bytes("old")));
        Files.writeString(file, "changed");
        Files.setLastModifiedTime(file, FileTime.fromMillis(fresh.mtime() / 1_000_000));
        assertThat(store.files().of(file)).isEqualTo(Digest.of(bytes("changed")));
    }

    @Test
    void a_file_that_changed_a_moment_ago_is_not_remembered() throws IOException {
        Path file = temporary.resolve("file");
        Files.writeString(file, "content");
        FileDigests.Stamp stamp = FileDigests.stamp(file);
        long future = System.currentTimeMillis() * 1_000_000 + 10_000_000_007L;
        FileDigests.Stamp racy =
                new FileDigests.Stamp(stamp.device(), stamp.inode(), stamp.size(), stamp.mtime(), future);
        store.files().remember(racy, Digest.of(bytes("content")));

        assertThat(store.files().find(racy)).isNull();
    }

    @Test
    void distinct_trees_have_distinct_digests_and_times_do_not_matter() {
        Digest content = Digest.of(bytes("x"));
        TarEntry.Attributes plain = TarEntry.Attributes.of(0644, 0, 0, 5);
        Digest base =
                new TreeDigest().add(TarEntry.File.of("a", plain, 1), content).finish();

        assertThat(new TreeDigest()
                        .add(TarEntry.File.of("a", plain.withMtime(6), 1), content)
                        .finish())
                .isEqualTo(base);
        assertThat(new TreeDigest()
                        .add(TarEntry.File.of("a", plain.withMode(0600), 1), content)
                        .finish())
                .isNotEqualTo(base);
        assertThat(new TreeDigest()
                        .add(TarEntry.File.of("a", plain.withOwner(0, 1), 1), content)
                        .finish())
                .isNotEqualTo(base);
        assertThat(new TreeDigest()
                        .add(TarEntry.File.of("a", plain.withXattrs(Map.of("user.a", bytes("1"))), 1), content)
                        .finish())
                .isNotEqualTo(base);
        assertThat(new TreeDigest()
                        .add(new TarEntry.Symlink("a", plain, "b"), null)
                        .finish())
                .isNotEqualTo(new TreeDigest()
                        .add(new TarEntry.HardLink("a", plain, "b"), null)
                        .finish());
        TarEntry one = new TarEntry.Directory("1", plain);
        TarEntry two = new TarEntry.Directory("2", plain);
        assertThat(new TreeDigest().add(one, null).add(two, null).finish())
                .isEqualTo(new TreeDigest().add(two, null).add(one, null).finish());
    }

    @Test
    void prune_spares_what_a_living_run_uses() throws IOException {
        Digest used = store.blobs().put(bytes("used"));
        Digest unused;
        LayerMaker layer = new LayerMaker().file("f", "1");
        try (Store other = Store.open(temporary.resolve("store"))) {
            unused = other.blobs().put(bytes("unused"));
            if (Sys.isRoot()) {
                layer.in(other);
            }
            assertThat(store.delete(store.items())).isEmpty();
        }
        assertThat(count(store.items(), StoreItem.Kind.BLOB)).isEqualTo(2);
        assertThat(store.items())
                .filteredOn(item -> item.name().equals(unused.toString()))
                .extracting(item -> item.use().runs() + " " + item.use().now())
                .containsExactly("1 false");
        List<StoreItem> gone = store.delete(store.items());

        assertThat(count(gone, StoreItem.Kind.BLOB)).isOne();
        assertThat(count(gone, StoreItem.Kind.SNAPSHOT)).isEqualTo(Sys.isRoot() ? 1 : 0);
        assertThat(store.blobs().has(used)).isTrue();
        assertThat(store.blobs().has(unused)).isFalse();
        assertThat(store.snapshots().find(layer.diffId())).isNull();
        assertThat(count(store.items(), StoreItem.Kind.SNAPSHOT)).isZero();
    }

    static long count(List<StoreItem> items, StoreItem.Kind kind) {
        return items.stream().filter(item -> item.kind() == kind).count();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
