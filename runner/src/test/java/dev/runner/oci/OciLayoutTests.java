package dev.runner.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciLayoutTests {
    @TempDir
    Path folder;

    private OciLayout layout;
    private Descriptor manifest;

    @BeforeEach
    void lay_an_image() throws IOException {
        layout = OciLayout.create(folder.resolve("layout"));
        byte[] layer = tarOf("hello.txt", "hello");
        Descriptor layerDescriptor = put(MediaTypes.OCI_LAYER, layer);
        ImageConfig scratch = ImageConfig.scratch(Platform.linux("amd64", ""));
        ImageConfig config = new ImageConfig(
                "2026-01-01T00:00:00Z",
                null,
                scratch.platform(),
                scratch.config(),
                List.of(layerDescriptor.digest()),
                List.of(new ImageConfig.History(null, "COPY hello.txt /", null, null, false)),
                Map.of());
        Descriptor configDescriptor = put(MediaTypes.OCI_CONFIG, config.toJson());
        manifest = put(
                        MediaTypes.OCI_MANIFEST,
                        Manifest.of(MediaTypes.OCI_MANIFEST, configDescriptor, List.of(layerDescriptor))
                                .toJson())
                .withAnnotations(Map.of(OciLayout.REF_NAME, "v1"));
        layout.putIndex(Index.of(MediaTypes.OCI_INDEX, List.of(manifest)));
    }

    @Test
    void a_layout_gives_back_what_was_put_in() throws IOException {
        OciLayout again = OciLayout.at(layout.folder());
        assertThat(again.index().manifests()).containsExactly(manifest);
        assertThat(Manifest.parse(again.read(manifest)).layers()).hasSize(1);
        assertThat(again.has(manifest.digest())).isTrue();
    }

    @Test
    void a_tar_unpacks_to_the_same_layout_and_is_reproducible() throws IOException {
        byte[] tar = tar();
        assertThat(tar()).isEqualTo(tar);
        OciLayout unpacked = OciLayout.unpack(new ByteArrayInputStream(tar), folder.resolve("unpacked"));
        assertThat(unpacked.index()).isEqualTo(layout.index());
        assertThat(unpacked.read(manifest)).isEqualTo(layout.read(manifest));
    }

    @Test
    void a_whole_image_copies_from_one_layout_to_another() throws IOException {
        OciLayout other = OciLayout.create(folder.resolve("other"));
        other.copy(List.of(manifest), layout);
        assertThat(Manifest.parse(other.read(manifest)).layers()).allMatch(layer -> other.has(layer.digest()));
    }

    @Test
    void corrupt_content_is_refused_and_leaves_no_file() throws IOException {
        Descriptor claimed = Descriptor.of("text/plain", "right".getBytes(UTF_8));
        assertThatThrownBy(() -> layout.put(claimed, new ByteArrayInputStream("wrong".getBytes(UTF_8))))
                .isInstanceOf(MalformedContentException.class);
        assertThat(layout.has(claimed.digest())).isFalse();
        try (var files = Files.list(layout.folder().resolve("blobs/sha256"))) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void a_folder_without_the_marker_is_no_layout() {
        assertThatThrownBy(() -> OciLayout.at(folder))
                .isInstanceOf(MalformedContentException.class)
                .hasMessageContaining("not an OCI image layout");
    }

    @Test
    void skopeo_reads_our_folder_our_archive_and_our_docker_archive() throws Exception {
        assumeSkopeo();
        Path archive = folder.resolve("image.tar");
        Files.write(archive, tar());
        Path docker = folder.resolve("docker.tar");
        try (OutputStream out = Files.newOutputStream(docker)) {
            DockerArchive.write(
                    out, List.of(new DockerArchive.Image(manifest, List.of(Reference.parse("acme/hello:v1")))), layout);
        }
        assertThat(skopeo("inspect", "--raw", "oci:" + layout.folder() + ":v1")).contains("schemaVersion");
        assertThat(skopeo("inspect", "--config", "oci-archive:" + archive + ":v1"))
                .contains("COPY hello.txt /");
        assertThat(skopeo("inspect", "docker-archive:" + docker + ":acme/hello:v1"))
                .contains("\"Architecture\": \"amd64\"");
        skopeo("copy", "docker-archive:" + docker, "oci:" + folder.resolve("back") + ":v1");
        assertThat(OciLayout.at(folder.resolve("back")).index().manifests()).hasSize(1);
        assertThat(OciLayout.unpack(Files.newInputStream(docker), folder.resolve("both"))
                        .index()
                        .manifests())
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry.annotations()).containsEntry(OciLayout.IMAGE_NAME, "docker.io/acme/hello:v1"));
    }

    @Test
    void a_docker_archive_takes_no_index() {
        Descriptor index = Descriptor.of(MediaTypes.OCI_INDEX, new byte[0]);
        assertThatThrownBy(() -> new DockerArchive.Image(index, List.of())).hasMessageContaining("one platform");
    }

    private Descriptor put(String mediaType, byte[] content) throws IOException {
        Descriptor descriptor = Descriptor.of(mediaType, content);
        layout.put(descriptor, new ByteArrayInputStream(content));
        return descriptor;
    }

    private byte[] tar() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OciLayout.writeTar(out, layout.index(), layout);
        return out.toByteArray();
    }

    private static byte[] tarOf(String name, String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(content.length());
            tar.putArchiveEntry(entry);
            tar.write(content.getBytes(UTF_8));
            tar.closeArchiveEntry();
        }
        return out.toByteArray();
    }

    private static void assumeSkopeo() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    }

    private static String skopeo(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("skopeo", "--insecure-policy"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
