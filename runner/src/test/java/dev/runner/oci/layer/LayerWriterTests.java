package dev.runner.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.oci.Digest;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LayerWriterTests {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5000, Block.SIZE - 1024 - 512, Block.SIZE - 1024, Block.SIZE, 3_000_000})
    void gzip_is_the_same_whatever_the_number_of_cores(int size) throws IOException {
        byte[] content = text(size);
        ByteArrayOutputStream reference = new ByteArrayOutputStream();
        LayerDigests digests = write(reference, Compression.GZIP, content, 1);
        byte[] packed = reference.toByteArray();
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();

        assertThat(digests.blob().digest()).isEqualTo(Digest.of(packed));
        assertThat(digests.blob().size()).isEqualTo(packed.length);
        assertThat(digests.blob().mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
        assertThat(digests.diffId()).isEqualTo(Digest.of(tar));
        assertThat(digests.uncompressedSize()).isEqualTo(tar.length);
        for (int cores : new int[] {2, 3, 8}) {
            ByteArrayOutputStream other = new ByteArrayOutputStream();
            assertThat(write(other, Compression.GZIP, content, cores)).isEqualTo(digests);
            assertThat(other.toByteArray()).isEqualTo(packed);
        }
        assertThat(Compression.decompress(new ByteArrayInputStream(packed)).readAllBytes())
                .isEqualTo(tar);
    }

    @Test
    void gzip_itself_accepts_it() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/gzip")), "gzip is absent");
        Path file = temporary.resolve("layer.gz");
        for (int level = 1; level <= 9; level++) {
            try (OutputStream out = Files.newOutputStream(file)) {
                write(out, new Compression.Gzip(level), text(700_000), 2);
            }
            Process process = new ProcessBuilder("gzip", "-t", file.toString())
                    .inheritIO()
                    .start();
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void content_that_cannot_be_packed_grows_the_buffers() throws IOException {
        byte[] noise = new byte[2_000_000];
        new Random(1).nextBytes(noise);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, Compression.GZIP, noise, 2);

        byte[] tar = Compression.decompress(new ByteArrayInputStream(out.toByteArray()))
                .readAllBytes();
        assertThat(Arrays.copyOfRange(tar, 512, 512 + noise.length)).isEqualTo(noise);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 3_000_000})
    void zstd_and_plain_layers_have_right_digests(int size) throws IOException {
        byte[] content = text(size);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        LayerDigests plainDigests = write(plain, Compression.NONE, content, 2);
        ByteArrayOutputStream zstd = new ByteArrayOutputStream();
        LayerDigests zstdDigests = write(zstd, Compression.ZSTD, content, 2);

        assertThat(plainDigests.blob().digest()).isEqualTo(Digest.of(plain.toByteArray()));
        assertThat(plainDigests.diffId()).isEqualTo(plainDigests.blob().digest());
        assertThat(plainDigests.blob().size()).isEqualTo(plain.size());
        assertThat(zstdDigests.blob().digest()).isEqualTo(Digest.of(zstd.toByteArray()));
        assertThat(zstdDigests.diffId()).isEqualTo(plainDigests.diffId());
        assertThat(zstdDigests.blob().mediaType()).isEqualTo(MediaTypes.OCI_LAYER_ZSTD);
        assertThat(Compression.decompress(new ByteArrayInputStream(zstd.toByteArray()))
                        .readAllBytes())
                .isEqualTo(plain.toByteArray());
    }

    @Test
    void gzip_of_several_members_with_padding_is_read_whole() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String part : new String[] {"one", "", "three"}) {
            try (GZIPOutputStream member = new GZIPOutputStream(out)) {
                member.write(part.getBytes(StandardCharsets.UTF_8));
            }
        }
        out.write(new byte[100]);

        assertThat(Compression.decompress(new ByteArrayInputStream(out.toByteArray()))
                        .readAllBytes())
                .asString()
                .isEqualTo("onethree");
    }

    @Test
    void damaged_streams_are_malformed_and_not_short() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        write(gzip, Compression.GZIP, text(100_000), 1);
        ByteArrayOutputStream zstd = new ByteArrayOutputStream();
        write(zstd, Compression.ZSTD, text(100_000), 1);
        for (byte[] good : new byte[][] {gzip.toByteArray(), zstd.toByteArray()}) {
            byte[] cut = Arrays.copyOf(good, good.length - 4);
            byte[] flipped = good.clone();
            flipped[good.length / 2] ^= 0x55;
            assertThatThrownBy(() -> Compression.decompress(new ByteArrayInputStream(cut))
                            .readAllBytes())
                    .isInstanceOf(MalformedContentException.class);
            assertThatThrownBy(() -> Compression.decompress(new ByteArrayInputStream(flipped))
                            .readAllBytes())
                    .isInstanceOf(MalformedContentException.class);
        }
    }

    @Test
    void a_sink_that_fails_is_reported_and_leaves_no_thread() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("disk full");
            }
        };
        assertThatThrownBy(() -> write(full, Compression.GZIP, text(5_000_000), 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("disk full");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("layer-"));
    }

    private static LayerDigests write(OutputStream sink, Compression compression, byte[] content, int cores)
            throws IOException {
        try (LayerWriter writer = LayerWriter.open(sink, compression, false, cores)) {
            writer.tar().put(TarEntry.File.of("f", TarEntry.Attributes.of(0644, 0, 0, 0), content.length), content);
            return writer.finish();
        }
    }

    private static byte[] text(int size) {
        byte[] bytes = new byte[size];
        Random random = new Random(7);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) ("etaoin shrdlu\n".charAt(random.nextInt(14)));
        }
        return bytes;
    }
}
