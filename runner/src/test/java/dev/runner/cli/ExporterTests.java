package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.Program.Outcome;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code --output} does to an image. Other tools read what was written. */
class ExporterTests {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private Program program;
    private Path context;
    private Path out;

    @BeforeEach
    void start() throws IOException {
        program = Program.at(folder.resolve("home"));
        context = Files.createDirectories(folder.resolve("context"));
        out = folder.resolve("out");
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY big.bin small.txt /d/\nCOPY small.txt /\n");
        Files.writeString(context.resolve("small.txt"), "small");
        byte[] big = new byte[9 << 20];
        Arrays.fill(big, (byte) 'x');
        Files.write(context.resolve("big.bin"), big);
    }

    private Outcome build(String... words) {
        List<String> all = new ArrayList<>(List.of("build"));
        all.addAll(List.of(words));
        all.add(context.toString());
        return program.run(all.toArray(String[]::new));
    }

    private Descriptor root() throws IOException {
        return OciLayout.at(out).index().manifests().getFirst();
    }

    private Manifest manifest() throws IOException {
        return Manifest.parse(OciLayout.at(out).read(root()));
    }

    private String oci(String more) {
        return "--output=type=oci,tar=false,dest=" + out + more;
    }

    private void skopeoReadsIt() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
        RemoteContextTests.sh(
                folder,
                "rm -rf copy; skopeo copy --insecure-policy --all oci:" + out + " dir:" + folder.resolve("copy"));
    }

    @Test
    void layers_are_packed_as_asked_and_unpack_to_their_diff_ids() throws Exception {
        for (String how : List.of("gzip", "zstd", "uncompressed", "estargz")) {
            out = folder.resolve("out-" + how);
            build(oci(",compression=" + how)).passed();
            OciLayout layout = OciLayout.at(out);
            Manifest manifest = manifest();
            ImageConfig config = ImageConfig.parse(layout.read(manifest.config()));
            for (int i = 0; i < manifest.layers().size(); i++) {
                Descriptor layer = manifest.layers().get(i);
                assertThat(layer.mediaType())
                        .endsWith(how.equals("uncompressed") ? "tar" : how.equals("zstd") ? "zstd" : "gzip");
                try (InputStream tar = Compression.decompress(layout.open(layer))) {
                    assertThat(Digest.of(tar.readAllBytes()))
                            .as(how)
                            .isEqualTo(config.diffIds().get(i));
                }
            }
            skopeoReadsIt();
        }
    }

    @Test
    void an_estargz_layer_has_a_table_of_contents_that_leads_to_every_piece() throws Exception {
        build(oci(",compression=estargz")).passed();
        OciLayout layout = OciLayout.at(out);
        Descriptor layer = manifest().layers().getFirst();
        byte[] blob = layout.read(layer);
        String footer = new String(blob, blob.length - 51 + 16, 22, StandardCharsets.US_ASCII);
        assertThat(footer).endsWith("STARGZ");
        int offset = Integer.parseInt(footer.substring(0, 16), 16);
        byte[] toc = entry(blob, offset, "stargz.index.json");
        assertThat(layer.annotations())
                .containsEntry(
                        "containerd.io/snapshot/stargz/toc.digest",
                        Digest.of(toc).toString())
                .containsKey("io.containers.estargz.uncompressed-size");
        List<JsonNode> pieces = new ArrayList<>();
        JSON.readTree(toc).path("entries").forEach(entry -> {
            if (entry.has("chunkDigest")) {
                pieces.add(entry);
            }
        });
        assertThat(pieces)
                .extracting(piece -> piece.path("name").asString())
                .containsExactly("d/big.bin", "d/big.bin", "d/big.bin", "d/small.txt");
        for (JsonNode piece : pieces) {
            long size = piece.has("chunkSize")
                    ? piece.path("chunkSize").asLong()
                    : piece.path("size").asLong();
            try (InputStream member = member(blob, piece.path("offset").asInt())) {
                assertThat(Digest.of(member.readNBytes((int) size)).toString())
                        .isEqualTo(piece.path("chunkDigest").asString());
            }
        }
    }

    private static InputStream member(byte[] blob, int offset) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(blob, offset, blob.length - offset));
    }

    private static byte[] entry(byte[] blob, int offset, String name) throws IOException {
        try (TarReader tar = new TarReader(member(blob, offset), LayerLimits.DEFAULT)) {
            TarEntry entry = tar.next();
            assertThat(entry).isNotNull();
            assertThat(Objects.requireNonNull(entry).path()).isEqualTo(name);
            return tar.content().readAllBytes();
        }
    }

    @Test
    void base_layers_stay_as_they_are_unless_forced() throws Exception {
        build("-t", "base").passed();
        Files.writeString(context.resolve("Dockerfile"), "FROM base\nCOPY small.txt /new\n");
        build(oci(",compression=zstd")).passed();
        assertThat(manifest().layers())
                .extracting(layer -> layer.mediaType().endsWith("zstd"))
                .containsExactly(false, false, true);
        out = folder.resolve("forced");
        build(oci(",compression=zstd,force-compression=true,compression-level=9"))
                .passed();
        assertThat(manifest().layers()).allMatch(layer -> layer.mediaType().endsWith("zstd"));
    }

    @Test
    void media_types_are_dockers_when_asked() throws Exception {
        build(oci(",oci-mediatypes=false"), "--platform=linux/amd64,linux/arm64")
                .passed();
        OciLayout layout = OciLayout.at(out);
        Index index = Index.parse(layout.read(root()));
        assertThat(index.mediaType()).contains("docker");
        Manifest manifest = Manifest.parse(layout.read(index.manifests().getFirst()));
        assertThat(manifest.mediaType()).contains("docker");
        assertThat(manifest.config().mediaType()).contains("docker");
        assertThat(manifest.layers()).allMatch(layer -> layer.mediaType().contains("docker"));
        skopeoReadsIt();
        assertThat(build(oci(",oci-mediatypes=false,compression=zstd")).code()).isEqualTo(2);
    }

    @Test
    void annotations_go_to_every_level_by_flag_and_by_key() throws Exception {
        build(
                        oci(",annotation.a=1,annotation-index.b=2,annotation-manifest-descriptor[linux/arm64].c=3"),
                        "--annotation=index-descriptor:d=4",
                        "--platform=linux/amd64,linux/arm64")
                .passed();
        OciLayout layout = OciLayout.at(out);
        Index index = Index.parse(layout.read(root()));
        assertThat(root().annotations()).containsEntry("d", "4");
        assertThat(index.annotations()).containsEntry("b", "2");
        assertThat(index.manifests().get(0).annotations()).doesNotContainKey("c");
        assertThat(index.manifests().get(1).annotations()).containsEntry("c", "3");
        assertThat(Manifest.parse(layout.read(index.manifests().get(1))).annotations())
                .containsEntry("a", "1");
        Outcome one = build("--annotation=index:b=2");
        assertThat(one.code()).isEqualTo(1);
        assertThat(one.err()).contains("no index to annotate");
    }

    @Test
    void what_an_output_does_not_know_is_refused() {
        Outcome outcome = build(oci(",compresion=zstd"));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("no key 'compresion'");
        assertThat(build(oci(",compression=gzip,compression-level=22")).code()).isEqualTo(2);
        assertThat(build(oci(",rewrite-timestamp=true")).err()).contains("SOURCE_DATE_EPOCH");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "zstd",
                "estargz",
                "uncompressed",
                "gzip,compression-level=9",
                "zstd,compression-level=19"
            })
    void two_machines_make_the_same_image_with_an_epoch(String compression) throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nWORKDIR /made\nCOPY . /d/\nADD pack.tar /p/\nENV A=1\n");
        RemoteContextTests.sh(context, "tar -cf pack.tar small.txt");
        List<String> digests = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Program machine = Program.at(folder.resolve("machine" + i)).with("SOURCE_DATE_EPOCH", "1600000000");
            RemoteContextTests.sh(context, "touch -d '2024-01-0" + (i + 1) + "' small.txt big.bin");
            digests.add(machine.run(
                            "build",
                            "--platform=linux/amd64,linux/arm64",
                            "--output=type=oci,rewrite-timestamp=true,compression=" + compression + ",dest="
                                    + folder.resolve("image" + i),
                            context.toString())
                    .passed()
                    .out());
        }
        assertThat(digests.get(0)).isEqualTo(digests.get(1));
        assertThat(folder.resolve("image0")).hasSameBinaryContentAs(folder.resolve("image1"));
    }

    @Test
    void the_metadata_file_has_buildkits_keys() throws Exception {
        Path file = folder.resolve("metadata.json");
        Outcome outcome =
                build("-t", "example.org/a/b:1", "--metadata-file=" + file, "--iidfile=" + folder.resolve("iid"));
        JsonNode metadata = JSON.readTree(Files.readString(file));
        assertThat(metadata.path("containerimage.digest").asString())
                .isEqualTo(outcome.out().strip());
        assertThat(metadata.path("containerimage.config.digest").asString())
                .isEqualTo(Files.readString(folder.resolve("iid")));
        assertThat(metadata.path("image.name").asString()).isEqualTo("example.org/a/b:1");
        assertThat(metadata.path("containerimage.descriptor")
                        .path("platform")
                        .path("os")
                        .asString())
                .isEqualTo("linux");
        assertThat(metadata.has("buildx.build.provenance")).isTrue();
    }

    private JsonNode metadata(String... words) throws Exception {
        List<String> all =
                new ArrayList<>(List.of("build", "-q", "--metadata-file=" + folder.resolve("metadata.json")));
        all.addAll(List.of(words));
        all.add(context.toString());
        program.run(all.toArray(String[]::new)).passed();
        return JSON.readTree(Files.readString(folder.resolve("metadata.json")));
    }

    @Test
    void metadata_and_image_id_are_buildkits_for_every_kind_of_result() throws Exception {
        Path id = folder.resolve("iid");
        JsonNode index = metadata("-t", "a/b", "-t", "q", "--provenance=true", "--iidfile=" + id);
        assertThat(index.has("containerimage.config.digest")).isFalse();
        assertThat(index.path("containerimage.digest").asString()).isEqualTo(Files.readString(id));
        assertThat(index.path("image.name").asString()).isEqualTo("docker.io/a/b:latest,docker.io/library/q:latest");
        JsonNode several = metadata("--platform=linux/amd64,linux/arm64", "--iidfile=" + id);
        assertThat(several.path("containerimage.digest").asString()).isEqualTo(Files.readString(id));
        assertThat(several.has("buildx.build.provenance/linux/arm64")).isTrue();
        JsonNode named = metadata("-o", "type=oci,name=a/b:c,dest=" + folder.resolve("x.tar"));
        assertThat(named.path("image.name").asString()).isEqualTo("docker.io/a/b:c");
        assertThat(metadata("-o", "type=local,dest=" + folder.resolve("files")).propertyNames())
                .containsExactly("buildx.build.provenance");
        assertThat(program.run(
                                "build",
                                "--iidfile=" + id,
                                "-o",
                                folder.resolve("files").toString(),
                                context.toString())
                        .err())
                .contains("--iidfile is for images");
    }

    @Test
    void a_docker_archive_has_every_name_and_one_platform() throws Exception {
        Path file = folder.resolve("docker.tar");
        program.run("build", "-t", "p:1", "-t", "p:2", "-o", "type=docker,dest=" + file, context.toString())
                .passed();
        assertThat(RemoteContextTests.sh(folder, "tar -xOf docker.tar manifest.json"))
                .contains("\"RepoTags\":[\"p:1\",\"p:2\"]");
        assertThat(program.run(
                                "build",
                                "--platform=linux/amd64,linux/arm64",
                                "-o",
                                "type=docker,dest=" + file,
                                context.toString())
                        .err())
                .contains("a Docker archive holds one platform");
    }

    @Test
    void an_image_of_one_platform_has_an_index_when_an_argument_says_so() throws Exception {
        JsonNode one = metadata("--build-arg=BUILDKIT_MULTI_PLATFORM=1", "--annotation=index:a=b");
        assertThat(one.path("containerimage.descriptor").path("mediaType").asString())
                .isEqualTo(MediaTypes.OCI_INDEX);
        for (String[] wrong : new String[][] {
            {"BUILDKIT_MULTI_PLATFORM=bad", "is true or false, not 'bad'"},
            {"BUILDKIT_MULTI_PLATFORM=0", "allows one platform, and 2 are asked for"},
            {"BUILDKIT_SANDBOX_HOSTNAME=a b", "is a host's name"},
            {"BUILDKIT_CONTEXT_KEEP_GIT_DIR=zz", "is true or false"},
            {"BUILDKIT_INLINE_CACHE=zz", "is true or false"},
            {"BUILDKIT_SYNTAX=foo/bar", "unknown front-end 'foo/bar'"},
            {"BUILDKIT_DOCKERFILE_CHECK=error=maybe", "maybe"},
            {"SOURCE_DATE_EPOCH=zz", "seconds since 1970"}
        }) {
            Outcome outcome = program.run(
                    "build", "--platform=linux/amd64,linux/arm64", "--build-arg", wrong[0], context.toString());
            assertThat(outcome.code()).as(wrong[0]).isNotZero();
            assertThat(outcome.err()).contains(wrong[1]);
        }
        for (String[] said : new String[][] {
            {"BUILDKIT_BUILD_NAME=x", "this engine keeps none"},
            {"BUILDKIT_SBOM_SCAN_STAGE=1", "without an ARG of that name"},
            {"BUILDKIT_INLINE_CACH=1", "did you mean BUILDKIT_INLINE_CACHE?"},
        }) {
            assertThat(program.run("build", "--build-arg", said[0], context.toString())
                            .passed()
                            .err())
                    .contains(said[1]);
        }
        program.run("build", "--build-arg=BUILDKIT_SYNTAX=docker/dockerfile:1", context.toString())
                .passed();
    }
}
