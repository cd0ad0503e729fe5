package dev.runner.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.server.RegistryServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client with real registries: Debian's docker-registry and our own. */
class PushAndPullTests {
    @TempDir
    Path folder;

    private final Counting counting = new Counting();
    private final RegistryClient client = Images.client(counting);
    private AutoCloseable registry = () -> {};

    enum Kind {
        DEBIAN,
        OURS
    }

    private String start(Kind kind) throws Exception {
        if (kind == Kind.DEBIAN) {
            DockerRegistry started = DockerRegistry.start(folder);
            registry = started;
            return started.domain();
        }
        RegistryServer started = RegistryServer.start(
                folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), RegistryServer.Options.OPEN);
        registry = started;
        return "127.0.0.1:" + started.address().getPort();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        registry.close();
    }

    @ParameterizedTest
    @EnumSource
    void an_index_comes_back_as_it_went(Kind kind) throws Exception {
        Reference image = Reference.parse(start(kind) + "/acme/hello:v1");
        assertThat(client.head(image)).isNull();
        Descriptor pushed = Images.pushIndex(client, image);
        assertThat(client.head(image)).isEqualTo(pushed);
        RemoteManifest index = client.manifest(image);
        assertThat(index.descriptor()).isEqualTo(pushed);
        Descriptor arm = java.util.Objects.requireNonNull(index.index().find(Platform.parse("linux/arm64")));
        Manifest manifest = client.manifest(image.withDigest(arm.digest())).manifest();
        byte[] layer = client.blob(image, manifest.layers().getFirst());
        assertThat(Digest.of(layer)).isEqualTo(manifest.layers().getFirst().digest());
        assertThat(client.tags(image)).containsExactly("v1");
        assertThat(counting.down.get()).isEqualTo(layer.length);
    }

    @ParameterizedTest
    @EnumSource
    void skopeo_inspects_and_copies_what_we_pushed(Kind kind) throws Exception {
        String domain = start(kind);
        Descriptor pushed = Images.pushIndex(client, Reference.parse(domain + "/acme/hello:v1"));
        String source = "docker://" + domain + "/acme/hello:v1";
        assertThat(DockerRegistry.skopeo("inspect", "--raw", "--tls-verify=false", source))
                .contains("arm64")
                .satisfies(raw -> assertThat(Digest.of(raw.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .isEqualTo(pushed.digest()));
        DockerRegistry.skopeo(
                "copy", "--all", "--src-tls-verify=false", source, "oci:" + folder.resolve("out") + ":v1");
    }

    @ParameterizedTest
    @EnumSource
    void a_blob_that_is_there_is_not_sent_again_and_mounts_from_a_neighbour(Kind kind) throws Exception {
        String domain = start(kind);
        Reference first = Reference.parse(domain + "/acme/first");
        Reference second = Reference.parse(domain + "/acme/second");
        byte[] content = Images.noise(3_000_000, 1);
        Descriptor blob = Images.blob(content);
        client.pushBlob(first, blob, BlobSource.of(content), List.of());
        client.pushBlob(first, blob, BlobSource.of(content), List.of());
        client.pushBlob(second, blob, BlobSource.of(content), List.of(Reference.parse(domain + "/no/such"), first));
        assertThat(counting.up.get()).isEqualTo(content.length);
        assertThat(counting.skipped).containsExactly(blob.digest());
        assertThat(counting.mounted).containsExactly(blob.digest());
        assertThat(counting.count("HEAD")).isEqualTo(2);
        client.pushBlob(second, blob, BlobSource.of(content), List.of(first, second));
        assertThat(counting.skipped).containsExactly(blob.digest(), blob.digest());
        assertThat(client.hasBlob(second, blob.digest())).isTrue();
        assertThat(client.mountBlob(Reference.parse(domain + "/acme/third"), blob.digest(), first))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_streamed_upload_sends_chunks_while_it_is_written(Kind kind) throws Exception {
        Reference repository = Reference.parse(start(kind) + "/acme/stream");
        byte[] content = Images.noise(2 * ChunkedUpload.CHUNK + 12_345, 2);
        try (BlobUpload upload = client.startUpload(repository)) {
            for (int at = 0; at < content.length; at += 50_000) {
                upload.write(content, at, Math.min(50_000, content.length - at));
            }
            assertThat(upload.commit(MediaTypes.OCI_LAYER, Digest.of(content)))
                    .isEqualTo(Descriptor.of(MediaTypes.OCI_LAYER, content));
        }
        assertThat(counting.count("PATCH")).isEqualTo(3);
        try (InputStream in = client.openBlob(repository, Images.blob(content))) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_small_streamed_upload_is_one_put(Kind kind) throws Exception {
        Reference repository = Reference.parse(start(kind) + "/acme/stream");
        byte[] content = Images.noise(1000, 3);
        try (BlobUpload upload = client.startUpload(repository)) {
            upload.write(content, 0, content.length);
            upload.commit(MediaTypes.OCI_LAYER, Digest.of(content));
        }
        assertThat(counting.requests)
                .extracting(request -> request.substring(0, request.indexOf(' ')))
                .containsExactly("POST", "PUT");
        assertThat(client.blob(repository, Images.blob(content))).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    void an_upload_with_the_wrong_digest_is_refused_and_leaves_nothing(Kind kind) throws Exception {
        Reference repository = Reference.parse(start(kind) + "/acme/stream");
        Digest wrong = Digest.of(new byte[] {1});
        try (BlobUpload upload = client.startUpload(repository)) {
            upload.write(2);
            assertThatThrownBy(() -> upload.commit(MediaTypes.OCI_LAYER, wrong))
                    .isInstanceOfSatisfying(
                            RegistryException.class,
                            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.DIGEST_MISMATCH));
        }
        assertThat(client.hasBlob(repository, wrong)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void referrers_are_found_by_the_api_or_the_fallback_tag(Kind kind) throws Exception {
        String domain = start(kind);
        Reference image = Reference.parse(domain + "/acme/hello:v1");
        Descriptor subject = Images.pushImage(client, image, Platform.parse("linux/amd64"), Images.layer(1000, 4));
        byte[] empty = {'{', '}'};
        Descriptor config = Descriptor.of(MediaTypes.OCI_EMPTY, empty);
        client.pushBlob(image, config, BlobSource.of(empty), List.of());
        for (String type : List.of("application/vnd.example.sbom", "application/vnd.example.signature")) {
            Manifest referrer = new Manifest(
                    MediaTypes.OCI_MANIFEST,
                    config,
                    List.of(config),
                    Map.of("of", type),
                    subject.withPlatform(null),
                    type);
            client.putManifest(image.withTag(null), MediaTypes.OCI_MANIFEST, referrer.toJson());
        }
        assertThat(client.referrers(image, null)).hasSize(2);
        assertThat(client.referrers(image.withDigest(subject.digest()), "application/vnd.example.sbom"))
                .singleElement()
                .satisfies(
                        found -> assertThat(found.annotations()).containsEntry("of", "application/vnd.example.sbom"));
        boolean fallback = client.tags(image).stream().anyMatch(tag -> tag.startsWith("sha256-"));
        assertThat(fallback).isEqualTo(kind == Kind.DEBIAN);
    }

    @ParameterizedTest
    @EnumSource
    void tags_come_in_pages_and_deleting_by_digest_takes_them_along(Kind kind) throws Exception {
        Reference image = Reference.parse(start(kind) + "/acme/hello");
        byte[] layer = Images.layer(1000, 5);
        Descriptor pushed = Images.pushImage(client, image.withTag("a"), Platform.parse("linux/amd64"), layer);
        byte[] json = client.manifest(image.withTag("a")).bytes();
        IntStream.range(0, 5).forEach(i -> client.putManifest(image.withTag("t" + i), MediaTypes.OCI_MANIFEST, json));
        assertThat(client.tags(image)).containsExactlyInAnyOrder("a", "t0", "t1", "t2", "t3", "t4");
        client.delete(image.withDigest(pushed.digest()));
        assertThat(client.head(image.withTag("t3"))).isNull();
        client.delete(image.withDigest(pushed.digest()));
        client.deleteBlob(image, Digest.of(layer));
        assertThat(client.hasBlob(image, Digest.of(layer))).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void a_manifest_without_its_blobs_is_refused(Kind kind) throws Exception {
        Reference image = Reference.parse(start(kind) + "/acme/hello:v1");
        Descriptor absent = Images.blob(Images.noise(10, 6));
        byte[] json = Manifest.of(MediaTypes.OCI_MANIFEST, absent.withMediaType(MediaTypes.OCI_CONFIG), List.of(absent))
                .toJson();
        assertThatThrownBy(() -> client.putManifest(image, MediaTypes.OCI_MANIFEST, json))
                .isInstanceOfSatisfying(RegistryException.class, e -> {
                    assertThat(e.code()).isEqualTo("MANIFEST_BLOB_UNKNOWN");
                    assertThat(e.kind()).isEqualTo(RegistryException.Kind.INVALID);
                });
    }

    @Test
    void skopeo_copies_into_our_registry_and_back() throws Exception {
        String domain = start(Kind.OURS);
        Images.pushIndex(client, Reference.parse(domain + "/acme/hello:v1"));
        String first = "docker://" + domain + "/acme/hello:v1";
        String second = "docker://" + domain + "/acme/copy:v2";
        DockerRegistry.skopeo(
                "copy",
                "--all",
                "--preserve-digests",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                first,
                second);
        String layout = "oci:" + folder.resolve("layout") + ":v1";
        DockerRegistry.skopeo("copy", "--src-tls-verify=false", second, layout);
        DockerRegistry.skopeo(
                "copy", "--dest-tls-verify=false", "--format", "v2s2", layout, "docker://" + domain + "/acme/v2s2:v1");
        RemoteManifest manifest = client.manifest(Reference.parse(domain + "/acme/v2s2:v1"));
        assertThat(manifest.descriptor().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
        assertThat(client.head(Reference.parse(domain + "/acme/copy:v2")))
                .isEqualTo(client.head(Reference.parse(domain + "/acme/hello:v1")));
        DockerRegistry.skopeo("delete", "--tls-verify=false", "docker://" + domain + "/acme/v2s2:v1");
        assertThat(client.head(Reference.parse(domain + "/acme/v2s2:v1"))).isNull();
    }

    @Test
    void two_pushes_of_one_blob_from_one_client_send_it_once_and_from_two_clients_both_succeed() throws Exception {
        Reference repository = Reference.parse(start(Kind.OURS) + "/acme/hello");
        byte[] content = Images.noise(5_000_000, 7);
        Descriptor blob = Images.blob(content);
        Runnable push = () -> client.pushBlob(repository, blob, BlobSource.of(content), List.of());
        Together.run(List.of(push, push, push));
        assertThat(counting.up.get()).isEqualTo(content.length);
        byte[] other = Images.noise(5_000_000, 8);
        Descriptor otherBlob = Images.blob(other);
        try (RegistryClient second = Images.client(new Counting())) {
            Together.run(List.of(
                    () -> client.pushBlob(repository, otherBlob, BlobSource.of(other), List.of()),
                    () -> second.pushBlob(repository, otherBlob, BlobSource.of(other), List.of())));
        }
        assertThat(client.blob(repository, otherBlob)).isEqualTo(other);
    }

    @Test
    void a_stream_that_is_closed_early_gives_its_place_back() throws Exception {
        Reference repository = Reference.parse(start(Kind.OURS) + "/acme/hello");
        byte[] content = Images.noise(2_000_000, 9);
        client.pushBlob(repository, Images.blob(content), BlobSource.of(content), List.of());
        for (int i = 0; i < 2 * Gate.PLACES; i++) {
            try (InputStream in = client.openBlob(repository, Images.blob(content))) {
                assertThat(in.read()).isEqualTo(content[0] & 0xff);
            }
        }
    }
}
