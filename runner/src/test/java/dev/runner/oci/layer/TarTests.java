package dev.runner.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.oci.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TarTests {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path temporary;

    @Test
    void what_is_written_is_read_again() throws IOException {
        String longName = "dir/" + "n".repeat(250) + "/" + "é".repeat(100);
        TarEntry.Attributes attributes = new TarEntry.Attributes(
                04755,
                70000,
                3_000_000_000L,
                "user",
                "grüppe",
                5 * SECOND,
                xattrs("user.a", "1\n2=3", "security.capability", "\0\1"));
        List<TarEntry> entries = List.of(
                new TarEntry.Directory("dir", TarEntry.Attributes.of(01777, 0, 0, -3 * SECOND)),
                TarEntry.File.of(longName, attributes, 5),
                new TarEntry.Symlink("link", TarEntry.Attributes.of(0777, 1, 2, 0), "../" + "t".repeat(200)),
                new TarEntry.HardLink("hard", attributes, longName),
                new TarEntry.Device("tty", TarEntry.Attributes.of(0620, 0, 5, 0), false, 5, 1),
                new TarEntry.Device("disk", TarEntry.Attributes.of(0660, 0, 6, 0), true, 259, 1_000_000),
                new TarEntry.Fifo("pipe", TarEntry.Attributes.of(0600, 0, 0, 0)),
                TarEntry.File.of(
                        "bytes-" + EntryNames.decode(new byte[] {(byte) 0xFF, 'a', (byte) 0xC3}), attributes, 5));
        byte[] tar = write(entries, "hello");

        assertThat(read(tar, LayerLimits.DEFAULT)).containsExactlyElementsOf(entries);
    }

    @Test
    void names_keep_bytes_that_are_no_text() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < 256; i++) {
            bytes[i] = (byte) i;
        }

        assertThat(EntryNames.encode(EntryNames.decode(bytes))).isEqualTo(bytes);
        assertThat(EntryNames.encode(EntryNames.decode("a€😀".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("a€😀".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_plain_file_takes_one_ustar_header_without_extension() throws IOException {
        byte[] tar =
                write(List.of(TarEntry.File.of("a/b", TarEntry.Attributes.of(0644, 0, 0, 7 * SECOND + 5), 5)), "hello");

        assertThat(tar).hasSize(512 + 512 + 1024);
        assertThat(new String(tar, 100, 36, StandardCharsets.ISO_8859_1))
                .isEqualTo("0000644\0" + "0000000\0" + "0000000\0" + "00000000005\0");
        assertThat(new String(tar, 257, 8, StandardCharsets.ISO_8859_1)).isEqualTo("ustar\0" + "00");
        assertThat(tar[156]).isEqualTo((byte) '0');
    }

    @Test
    void sub_second_times_are_written_only_if_asked() throws IOException {
        TarEntry entry = new TarEntry.Directory("d", TarEntry.Attributes.of(0755, 0, 0, 7 * SECOND + 120_000_000));
        ByteArrayOutputStream cut = new ByteArrayOutputStream();
        new TarWriter(cut).put(entry);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        new TarWriter(whole, true).put(entry);

        assertThat(first(cut.toByteArray()).attributes().mtime()).isEqualTo(7 * SECOND);
        assertThat(first(whole.toByteArray()).attributes().mtime()).isEqualTo(7 * SECOND + 120_000_000);
    }

    @Test
    void gnu_tar_unpacks_what_we_write() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tar")), "GNU tar is absent");
        String longName = "dir/" + "n".repeat(120) + "/é";
        TarEntry.Attributes attributes = TarEntry.Attributes.of(0640, 0, 0, 1_000_000 * SECOND);
        TarEntry.Attributes folder = TarEntry.Attributes.of(0755, 0, 0, 1_000_000 * SECOND);
        byte[] tar = write(
                List.of(
                        new TarEntry.Directory("dir", folder),
                        TarEntry.File.of(longName, attributes, 5),
                        new TarEntry.HardLink("hard", attributes, longName),
                        new TarEntry.Symlink("soft", attributes, "dir/x")),
                "hello");
        Path file = Files.write(temporary.resolve("a.tar"), tar);
        Path target = Files.createDirectory(temporary.resolve("out"));

        assertThat(run("tar", "-xpf", file.toString(), "-C", target.toString())).isEmpty();
        assertThat(run("find", target.toString(), "-mindepth", "1", "-printf", "%y %m %n %T@ %l\n")
                        .lines())
                .containsExactlyInAnyOrder(
                        "d 755 3 1000000.0000000000 ",
                        "d 755 2 " + fraction(target.resolve("dir/" + "n".repeat(120))) + " ",
                        "f 640 2 1000000.0000000000 ",
                        "f 640 2 1000000.0000000000 ",
                        "l 777 1 1000000.0000000000 dir/x");
        assertThat(Files.readString(target.resolve("hard"))).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=v7",
                "--format=ustar",
                "--format=oldgnu",
                "--format=gnu",
                "--format=posix",
                "--format=gnu --sparse",
                "--format=posix --sparse --sparse-version=0.0",
                "--format=posix --sparse --sparse-version=0.1",
                "--format=posix --sparse --sparse-version=1.0"
            })
    void what_gnu_tar_writes_is_read(String options) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tar")), "GNU tar is absent");
        Path source = Files.createDirectories(temporary.resolve("in/sub"));
        String name = options.contains("v7") ? "short" : "n".repeat(options.contains("ustar") ? 80 : 180);
        Files.writeString(source.resolve(name), "content");
        Files.createSymbolicLink(source.resolve("soft"), Path.of("../" + name));
        Files.createLink(source.resolve("hard"), source.resolve(name));
        byte[] sparse = sparse(source.resolve("sparse"));
        List<String> command = new ArrayList<>(List.of("tar", "-cf", "-", "-C", temporary + "/in", "--sort=name"));
        command.addAll(Arrays.asList(options.split(" ")));
        command.add("sub");
        byte[] tar = output(command);

        Map<String, byte[]> contents = new TreeMap<>();
        List<TarEntry> entries = new ArrayList<>();
        try (TarReader reader = new TarReader(new ByteArrayInputStream(tar), LayerLimits.DEFAULT)) {
            TarEntry entry;
            while ((entry = reader.next()) != null) {
                entries.add(entry);
                if (entry instanceof TarEntry.File) {
                    contents.put(entry.path(), reader.content().readAllBytes());
                }
            }
        }
        assertThat(entries)
                .extracting(TarEntry::path)
                .contains("sub", "sub/hard", "sub/" + name, "sub/soft", "sub/sparse");
        assertThat(contents.get("sub/sparse")).isEqualTo(sparse);
        assertThat(contents.get("sub/hard")).asString().isEqualTo("content");
        assertThat(entries)
                .anySatisfy(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                TarEntry.HardLink.class,
                                link -> assertThat(link.target()).isEqualTo("sub/hard")));
        assertThat(extracted(tar)).isEqualTo(sparse);
    }

    @Test
    void limits_are_kept() throws IOException {
        byte[] tar =
                write(List.of(TarEntry.File.of("f".repeat(300), TarEntry.Attributes.of(0644, 0, 0, 0), 5)), "hello");

        assertLimit(tar, new LayerLimits(1, 1 << 20, 299, 4096), LayerLimits.Kind.PATH_BYTES);
        assertLimit(tar, new LayerLimits(1, 1024, 4096, 4096), LayerLimits.Kind.UNPACKED_BYTES);
        assertLimit(tar, new LayerLimits(1, 1 << 20, 4096, 100), LayerLimits.Kind.HEADER_BYTES);
        byte[] two = write(
                List.of(
                        new TarEntry.Directory("a", TarEntry.Attributes.of(0755, 0, 0, 0)),
                        new TarEntry.Directory("b", TarEntry.Attributes.of(0755, 0, 0, 0))),
                "");
        assertLimit(two, new LayerLimits(1, 1 << 20, 4096, 4096), LayerLimits.Kind.ENTRIES);
    }

    @Test
    void bytes_that_are_no_tar_are_refused() throws IOException {
        byte[] good = write(List.of(TarEntry.File.of("f", TarEntry.Attributes.of(0644, 0, 0, 0), 5)), "hello");
        byte[] damaged = good.clone();
        damaged[0] ^= 1;

        assertThatThrownBy(() -> read(damaged, LayerLimits.DEFAULT)).isInstanceOf(MalformedContentException.class);
        for (int length : new int[] {1, 511, 513, 600}) {
            assertThatThrownBy(() -> read(Arrays.copyOf(good, length), LayerLimits.DEFAULT))
                    .as("%d bytes", length)
                    .isInstanceOf(MalformedContentException.class);
        }
        assertThat(read(new byte[0], LayerLimits.DEFAULT)).isEmpty();
        assertThat(read(Arrays.copyOf(good, 1024), LayerLimits.DEFAULT)).hasSize(1);
    }

    @Test
    void a_sparse_map_that_lies_is_refused() {
        List<Long> numbers = List.of(0L, 10L, 5L, 10L);
        assertThatThrownBy(() -> SparseMap.ofPairs(100, numbers).check("f", 20)).hasMessageContaining("overlaps");
        assertThatThrownBy(() -> SparseMap.ofPairs(100, List.of(95L, 10L)).check("f", 10))
                .isInstanceOf(MalformedContentException.class);
        assertThatThrownBy(() -> SparseMap.ofPairs(100, List.of(0L, 10L)).check("f", 11))
                .isInstanceOf(MalformedContentException.class);
    }

    private static void assertLimit(byte[] tar, LayerLimits limits, LayerLimits.Kind kind) {
        assertThatThrownBy(() -> read(tar, limits))
                .isInstanceOfSatisfying(
                        LayerLimitException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private static byte[] write(List<TarEntry> entries, String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(out);
        for (TarEntry entry : entries) {
            if (entry instanceof TarEntry.File file) {
                writer.put(file, content.getBytes(StandardCharsets.UTF_8));
            } else {
                writer.put(entry);
            }
        }
        writer.finish();
        return out.toByteArray();
    }

    private static List<TarEntry> read(byte[] tar, LayerLimits limits) throws IOException {
        List<TarEntry> entries = new ArrayList<>();
        try (TarReader reader = new TarReader(new ByteArrayInputStream(tar), limits)) {
            TarEntry entry;
            while ((entry = reader.next()) != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static TarEntry first(byte[] tar) throws IOException {
        return read(tar, LayerLimits.DEFAULT).getFirst();
    }

    private static byte[] extracted(byte[] tar) throws IOException {
        try (TarReader reader = new TarReader(new ByteArrayInputStream(tar), LayerLimits.DEFAULT)) {
            TarEntry entry;
            while ((entry = reader.next()) != null) {
                if (entry instanceof TarEntry.File file && entry.path().endsWith("sparse")) {
                    byte[] content = new byte[(int) file.size()];
                    reader.extract(
                            (at, bytes, offset, length) -> System.arraycopy(bytes, offset, content, (int) at, length));
                    return content;
                }
            }
        }
        throw new AssertionError("no sparse file");
    }

    private static byte[] sparse(Path file) throws IOException {
        byte[] content = new byte[1 << 20];
        try (var channel = java.nio.channels.FileChannel.open(
                file,
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.WRITE,
                java.nio.file.StandardOpenOption.SPARSE)) {
            for (int at = 65536; at < content.length - 10; at += 131072) {
                byte[] data = ("data at " + at).getBytes(StandardCharsets.UTF_8);
                System.arraycopy(data, 0, content, at, data.length);
                channel.write(java.nio.ByteBuffer.wrap(data), at);
            }
            channel.write(java.nio.ByteBuffer.wrap(new byte[1]), content.length - 1);
        }
        return content;
    }

    private static Map<String, byte[]> xattrs(String... pairs) {
        Map<String, byte[]> result = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            result.put(pairs[i], pairs[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return result;
    }

    private static String fraction(Path path) throws Exception {
        return run("find", path.toString(), "-maxdepth", "0", "-printf", "%T@");
    }

    private static String run(String... command) throws Exception {
        return new String(output(List.of(command)), StandardCharsets.UTF_8);
    }

    private static byte[] output(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = process.getInputStream()) {
            byte[] bytes = out.readAllBytes();
            assertThat(process.waitFor()).isZero();
            return bytes;
        }
    }
}
