package dev.runner.build.embedded;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildResult;
import dev.runner.build.embedded.store.BlobWriter;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.PackedBlocks;
import dev.runner.oci.layer.TarEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A layer of which most is as it was takes the packed blocks of the one before, and is what it would be without. */
class EarlierBlocksTests {
    private static final Digest INSTRUCTION = Digest.of(new byte[0]);

    @TempDir
    Path folder;

    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private Store store;
    private int taken;
    private int packed;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(folder.resolve("store"));
        for (int number = 0; number < 400; number++) {
            files.put("folder/file-" + number, text(number, 10_000));
        }
        files.put("folder/large", text(1000, 1_500_000));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void a_changed_file_costs_its_block_and_the_next_wherever_it_stands_and_however_long_it_is() throws IOException {
        write(store);
        int blocks = packed;
        assertThat(taken).isZero();
        for (String name : List.of("folder/file-0", "folder/file-200", "folder/file-99")) {
            files.put(name, text(2000, 12_345));
            writeAsWithoutAnother();
            assertThat(packed).as(name).isLessThanOrEqualTo(4);
            assertThat(taken).isGreaterThanOrEqualTo(blocks - 5);
        }
        files.put("folder/file-1000", text(3000, 5_000));
        files.remove("folder/file-300");
        writeAsWithoutAnother();
        assertThat(packed).isLessThanOrEqualTo(6);
        byte[] longer = Arrays.copyOf(requireNonNull(files.get("folder/large")), 1_600_000);
        files.put("folder/large", longer);
        writeAsWithoutAnother();
        assertThat(packed).as("what is appended to a large file").isLessThanOrEqualTo(4);
    }

    @Test
    void what_is_under_the_name_of_other_content_is_not_taken() throws IOException {
        write(store);
        byte[] before = requireNonNull(files.get("folder/file-5"));
        byte[] now = text(4000, before.length);
        files.put("folder/file-5", now);
        try (Store fresh = Store.open(folder.resolve("fresh"))) {
            Descriptor expected = write(fresh);
            assertThat(write(store, Digest.of(now), Digest.of(before))).isEqualTo(expected);
        }
    }

    @Test
    void a_damaged_or_deleted_layer_and_a_table_of_nonsense_cost_the_packing_only() throws IOException {
        Descriptor first = write(store);
        Path blob = store.blobs().path(first.digest());
        byte[] whole = Files.readAllBytes(blob);
        byte[] damaged = whole.clone();
        for (int at = 20; at < damaged.length; at += 100) {
            damaged[at] ^= 0x40;
        }
        Files.write(blob, damaged);
        assertThat(write(store)).isEqualTo(first);
        assertThat(taken).isZero();
        Files.write(blob, Arrays.copyOf(whole, whole.length / 2));
        assertThat(write(store)).isEqualTo(first);
        assertThat(taken).isPositive();
        assertThat(packed).isPositive();
        store.blobs().delete(first.digest());
        assertThat(write(store)).isEqualTo(first);
        assertThat(taken).isZero();

        Digest key = EarlierBlocks.key(INSTRUCTION);
        byte[] table = requireNonNull(store.keys().get(key));
        byte[] cut = Arrays.copyOf(table, table.length - 7);
        byte[] mad = table.clone();
        Arrays.fill(mad, 33 + 32, 33 + 52, (byte) 0xFF);
        for (byte[] nonsense : List.of(new byte[0], new byte[] {9, 9}, cut, mad)) {
            store.keys().put(key, nonsense);
            assertThat(write(store)).isEqualTo(first);
        }
    }

    @Test
    void a_build_on_a_machine_that_made_the_layer_before_gives_what_a_new_machine_gives() throws Exception {
        Path context = folder.resolve("context");
        files.keySet().removeIf(name -> name.hashCode() % 4 != 0);
        for (String name : files.keySet()) {
            Machine.write(context.resolve(name), new String(files.get(name), StandardCharsets.US_ASCII));
        }
        String dockerfile = "FROM scratch\nCOPY . /\n";
        try (Machine old = Machine.at(folder.resolve("old"));
                Machine fresh = Machine.at(folder.resolve("fresh"))) {
            Descriptor before = layer(old, old.build(context, dockerfile));
            Machine.write(context.resolve("folder/file-new"), "new");
            Descriptor warm = layer(old, old.build(context, dockerfile));
            assertThat(warm).isNotEqualTo(before).isEqualTo(layer(fresh, fresh.build(context, dockerfile)));
            old.builder.store().blobs().delete(before.digest());
            old.builder.store().blobs().delete(warm.digest());
            assertThat(layer(old, old.build(context, dockerfile))).isEqualTo(warm);
        }
    }

    private static Descriptor layer(Machine machine, BuildResult result) throws IOException {
        return machine.manifest(machine.image(result).manifest().digest())
                .layers()
                .getFirst();
    }

    private void writeAsWithoutAnother() throws IOException {
        try (Store fresh = Store.open(folder.resolve("fresh-" + System.nanoTime()))) {
            Descriptor expected = write(fresh);
            assertThat(write(store)).isEqualTo(expected);
        }
    }

    private Descriptor write(Store to) throws IOException {
        return write(to, null, null);
    }

    /** @param claimed a file of that digest is said to have another */
    private Descriptor write(Store to, @Nullable Digest content, @Nullable Digest claimed) throws IOException {
        AtomicInteger found = new AtomicInteger();
        AtomicInteger all = new AtomicInteger();
        try (EarlierBlocks earlier = EarlierBlocks.of(to, INSTRUCTION);
                BlobWriter blob = to.blobs().hashedElsewhere();
                LayerWriter layer = LayerWriter.open(blob, Compression.GZIP, counting(earlier, found, all))) {
            for (String name : files.keySet()) {
                byte[] bytes = files.get(name);
                Digest digest = Digest.of(bytes);
                TarEntry.File entry = TarEntry.File.of(name, TarEntry.Attributes.of(0644, 0, 0, 0), bytes.length);
                layer.tar().put(entry, new ByteArrayInputStream(bytes), digest.equals(content) ? claimed : digest);
            }
            Descriptor made = layer.finish().blob();
            blob.commit(made.digest());
            earlier.keep(made.digest());
            taken = found.get();
            packed = all.get() - taken;
            return made;
        }
    }

    private static PackedBlocks counting(PackedBlocks blocks, AtomicInteger found, AtomicInteger all) {
        return new PackedBlocks() {
            @Override
            public byte @Nullable [] find(byte[] name, int checksum) {
                byte[] packed = blocks.find(name, checksum);
                found.addAndGet(packed == null ? 0 : 1);
                return packed;
            }

            @Override
            public void took(byte[] name, int checksum, long offset, byte[] packed, int length) {
                all.incrementAndGet();
                blocks.took(name, checksum, offset, packed, length);
            }
        };
    }

    private static byte[] text(int seed, int size) {
        byte[] bytes = new byte[size];
        Random random = new Random(seed);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) "etaoin shrdlu\n".charAt(random.nextInt(14));
        }
        return bytes;
    }
}
