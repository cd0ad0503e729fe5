package dev.runner.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry as others see it: requests and answers of the specification. */
class RegistryServerTests {
    private static final byte[] CONTENT = "0123456789".getBytes(UTF_8);
    private static final Digest DIGEST = Digest.of(CONTENT);

    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RegistryServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(RegistryServer.Options.OPEN);
    }

    private RegistryServer start(RegistryServer.Options options) throws IOException {
        return RegistryServer.start(folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options);
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    @Test
    void a_blob_goes_up_in_one_post_and_comes_down_whole_and_in_ranges() throws Exception {
        HttpResponse<String> created = send("POST", "/v2/a/b/blobs/uploads/?digest=" + DIGEST, CONTENT);
        assertThat(created.statusCode()).isEqualTo(201);
        String path = header(created, "Location");
        assertThat(path).isEqualTo("/v2/a/b/blobs/" + DIGEST);
        assertThat(send("GET", path, null).body()).isEqualTo("0123456789");
        assertThat(range(path, "bytes=2-4")).isEqualTo("206 bytes 2-4/10 234");
        assertThat(range(path, "bytes=7-")).isEqualTo("206 bytes 7-9/10 789");
        assertThat(range(path, "bytes=-3")).isEqualTo("206 bytes 7-9/10 789");
        assertThat(range(path, "bytes=10-")).startsWith("416 bytes */10");
        HttpResponse<String> head = send("HEAD", path, null);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo("10");
        assertThat(header(head, "Docker-Content-Digest")).isEqualTo(DIGEST.toString());
        assertThat(send("GET", "/v2/a/other/blobs/" + DIGEST, null).statusCode())
                .isEqualTo(404);
        assertThat(send("DELETE", path, null).statusCode()).isEqualTo(202);
        assertThat(send("GET", path, null).body()).contains("BLOB_UNKNOWN");
    }

    @Test
    void chunks_must_follow_one_another() throws Exception {
        String upload = header(send("POST", "/v2/a/b/blobs/uploads/", new byte[0]), "Location");
        HttpResponse<String> first = patch(upload, "0-3", "0123");
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(header(first, "Range")).isEqualTo("0-3");
        HttpResponse<String> gap = patch(upload, "6-9", "6789");
        assertThat(gap.statusCode()).isEqualTo(416);
        assertThat(header(gap, "Range")).isEqualTo("0-3");
        assertThat(header(send("GET", upload, null), "Range")).isEqualTo("0-3");
        assertThat(patch(upload, "4-9", "456789").statusCode()).isEqualTo(202);
        assertThat(send("PUT", upload + "?digest=" + DIGEST, new byte[0]).statusCode())
                .isEqualTo(201);
        assertThat(send("GET", upload, null).body()).contains("BLOB_UPLOAD_UNKNOWN");
        assertThat(send("GET", "/v2/a/b/blobs/" + DIGEST, null).body()).isEqualTo("0123456789");
    }

    @Test
    void a_wrong_digest_and_a_cancelled_upload_leave_nothing() throws Exception {
        String upload = header(send("POST", "/v2/a/b/blobs/uploads/", new byte[0]), "Location");
        HttpResponse<String> refused = send("PUT", upload + "?digest=" + DIGEST, new byte[] {1});
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("DIGEST_INVALID");
        String other = header(send("POST", "/v2/a/b/blobs/uploads/", new byte[0]), "Location");
        assertThat(send("DELETE", other, null).statusCode()).isEqualTo(204);
        assertThat(send("DELETE", other, null).statusCode()).isEqualTo(404);
        assertThat(folder.resolve("repositories/a/b/_uploads")).isEmptyDirectory();
    }

    @Test
    void bytes_of_a_broken_connection_are_kept_and_another_process_may_end_the_upload() throws Exception {
        String upload = header(send("POST", "/v2/a/b/blobs/uploads/", new byte[0]), "Location");
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PATCH " + upload + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123").getBytes(UTF_8));
            out.flush();
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .contains(" 500 ");
        }
        server.close();
        server = start(RegistryServer.Options.OPEN);
        assertThat(send("GET", "/v2/a/b/blobs/" + DIGEST, null).statusCode()).isEqualTo(404);
        assertThat(header(send("GET", upload, null), "Range")).isEqualTo("0-3");
        try (RegistryServer second = start(RegistryServer.Options.OPEN)) {
            RegistryServer first = server;
            assertThat(patch(upload, "4-9", "456789").statusCode()).isEqualTo(202);
            server = second;
            assertThat(send("PUT", upload + "?digest=" + DIGEST, new byte[0]).statusCode())
                    .isEqualTo(201);
            server = first;
            assertThat(send("GET", "/v2/a/b/blobs/" + DIGEST, null).body()).isEqualTo("0123456789");
        }
    }

    @Test
    void a_mount_needs_the_blob_at_its_source() throws Exception {
        send("POST", "/v2/a/b/blobs/uploads/?digest=" + DIGEST, CONTENT);
        String mount = "/v2/c/blobs/uploads/?mount=" + DIGEST + "&from=";
        assertThat(send("POST", mount + "x/y", new byte[0]).statusCode()).isEqualTo(202);
        assertThat(send("POST", mount + "a/b", new byte[0]).statusCode()).isEqualTo(201);
        assertThat(send("HEAD", "/v2/c/blobs/" + DIGEST, null).statusCode()).isEqualTo(200);
    }

    @Test
    void manifests_are_checked_tagged_listed_in_pages_and_deleted() throws Exception {
        byte[] json = image(null, null);
        assertThat(put("v1", MediaTypes.OCI_MANIFEST, json).body()).contains("MANIFEST_BLOB_UNKNOWN");
        send("POST", "/v2/a/b/blobs/uploads/?digest=" + DIGEST, CONTENT);
        assertThat(put("v1", MediaTypes.DOCKER_MANIFEST, json).body()).contains("MANIFEST_INVALID");
        assertThat(put("v1", MediaTypes.OCI_MANIFEST, "{".getBytes(UTF_8)).body())
                .contains("MANIFEST_INVALID");
        assertThat(put(DIGEST.toString(), MediaTypes.OCI_MANIFEST, json).body()).contains("DIGEST_INVALID");
        for (String tag : List.of("v1", "v2", "v3")) {
            assertThat(put(tag, MediaTypes.OCI_MANIFEST, json).statusCode()).isEqualTo(201);
        }
        HttpResponse<String> page = send("GET", "/v2/a/b/tags/list?n=2", null);
        assertThat(page.body()).isEqualTo("{\"name\":\"a/b\",\"tags\":[\"v1\",\"v2\"]}");
        assertThat(header(page, "Link")).isEqualTo("</v2/a/b/tags/list?n=2&last=v2>; rel=\"next\"");
        HttpResponse<String> rest = send("GET", "/v2/a/b/tags/list?n=2&last=v2", null);
        assertThat(rest.body()).contains("[\"v3\"]");
        assertThat(rest.headers().firstValue("Link")).isEmpty();
        assertThat(send("GET", "/v2/_catalog", null).body()).isEqualTo("{\"repositories\":[\"a/b\"]}");
        assertThat(send("DELETE", "/v2/a/b/manifests/v1", null).statusCode()).isEqualTo(202);
        assertThat(send("GET", "/v2/a/b/manifests/v1", null).body()).contains("MANIFEST_UNKNOWN");
        assertThat(send("GET", "/v2/a/b/manifests/v2", null).body()).isEqualTo(new String(json, UTF_8));
        send("DELETE", "/v2/a/b/manifests/" + Digest.of(json), null);
        assertThat(send("GET", "/v2/a/b/tags/list", null).body()).contains("\"tags\":[]");
        assertThat(send("GET", "/v2/no/such/tags/list", null).body()).contains("NAME_UNKNOWN");
    }

    @Test
    void referrers_are_listed_and_filtered_and_go_with_their_manifest() throws Exception {
        send("POST", "/v2/a/b/blobs/uploads/?digest=" + DIGEST, CONTENT);
        Descriptor subject = Descriptor.of(MediaTypes.OCI_MANIFEST, image(null, null));
        byte[] referrer = image(subject, "application/vnd.example.a");
        HttpResponse<String> put = put("sbom", MediaTypes.OCI_MANIFEST, referrer);
        assertThat(header(put, "OCI-Subject")).isEqualTo(subject.digest().toString());
        String path = "/v2/a/b/referrers/" + subject.digest();
        assertThat(send("GET", path, null).body()).contains("application/vnd.example.a");
        HttpResponse<String> filtered = send("GET", path + "?artifactType=application/vnd.example.b", null);
        assertThat(filtered.body()).contains("\"manifests\":[]");
        assertThat(header(filtered, "OCI-Filters-Applied")).isEqualTo("artifactType");
        assertThat(header(filtered, "Content-Type")).isEqualTo(MediaTypes.OCI_INDEX);
        send("DELETE", "/v2/a/b/manifests/" + Digest.of(referrer), null);
        assertThat(send("GET", path, null).body()).contains("\"manifests\":[]");
    }

    @Test
    void a_read_only_registry_refuses_changes_and_a_closed_one_strangers() throws Exception {
        server.close();
        server = start(RegistryServer.Options.of("ci", Secret.of("p", "x")).withReadOnly(true));
        HttpResponse<String> stranger = send("GET", "/v2/", null);
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(header(stranger, "WWW-Authenticate")).startsWith("Basic realm=");
        HttpRequest push = HttpRequest.newBuilder(uri("/v2/a/b/blobs/uploads/"))
                .header("Authorization", "Basic Y2k6eA==")
                .POST(BodyPublishers.noBody())
                .build();
        assertThat(http.send(push, BodyHandlers.ofString()).body()).contains("UNSUPPORTED", "read-only");
    }

    @Test
    void paths_that_lead_out_of_the_folder_or_nowhere_are_refused() throws Exception {
        for (String path : List.of(
                "/v2/../../etc/blobs/" + DIGEST,
                "/v2/a/%2e%2e/blobs/" + DIGEST,
                "/v2/A/tags/list",
                "/v2/a/manifests/..",
                "/v2/a/blobs/uploads/..%2f..",
                "/v2/_uploads/tags/list",
                "/v2/a/b/blobs/sha256:../../x",
                "/etc/passwd",
                "/v2/a/b/unknown")) {
            String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(answer).as(path).containsPattern("HTTP/1.1 40[04] ").contains("\"errors\"");
        }
    }

    @Test
    void what_is_no_http_is_turned_away_at_once() throws Exception {
        assertThat(raw("\u0016\u0003\u0001 TLS greets"))
                .startsWith("HTTP/1.0 400 ")
                .endsWith("This registry speaks plain HTTP.\n");
        assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("POST /v2/a/blobs/uploads/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /v2/ HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("{}");
    }

    @Test
    void a_chunked_body_and_a_client_that_waits_to_be_asked_are_served() throws Exception {
        String request = "POST /v2/a/b/blobs/uploads/?digest=" + DIGEST
                + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "4;x=y\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n";
        assertThat(raw(request)).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created");
    }

    @Test
    void a_start_sweeps_what_has_been_left_for_long() throws Exception {
        send("POST", "/v2/a/b/blobs/uploads/?digest=" + DIGEST, CONTENT);
        byte[] loose = {1, 2, 3};
        send("POST", "/v2/a/b/blobs/uploads/?digest=" + Digest.of(loose), loose);
        send("DELETE", "/v2/a/b/blobs/" + Digest.of(loose), null);
        String stale = header(send("POST", "/v2/a/b/blobs/uploads/", new byte[0]), "Location");
        String fresh = header(send("POST", "/v2/a/b/blobs/uploads/", new byte[0]), "Location");
        Store store = Store.open(folder);
        FileTime old = FileTime.from(Instant.now().minusSeconds(100_000));
        Files.setLastModifiedTime(store.uploads("a/b").resolve(stale.substring(stale.lastIndexOf('/') + 1)), old);
        Files.setLastModifiedTime(store.content(DIGEST), old);
        Files.setLastModifiedTime(store.content(Digest.of(loose)), old);
        store.sweep(Instant.now());
        assertThat(send("GET", stale, null).statusCode()).isEqualTo(404);
        assertThat(send("GET", fresh, null).statusCode()).isEqualTo(204);
        assertThat(send("GET", "/v2/a/b/blobs/" + DIGEST, null).statusCode()).isEqualTo(200);
        assertThat(store.content(Digest.of(loose))).doesNotExist();
    }

    private static byte[] image(
            @org.jspecify.annotations.Nullable Descriptor subject, @org.jspecify.annotations.Nullable String type) {
        Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, CONTENT);
        return new Manifest(MediaTypes.OCI_MANIFEST, config, List.of(), Map.of(), subject, type).toJson();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    private HttpResponse<String> send(String method, String path, byte @org.jspecify.annotations.Nullable [] body)
            throws Exception {
        BodyPublisher content = body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
        return http.send(
                HttpRequest.newBuilder(uri(path)).method(method, content).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> patch(String path, String range, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Range", range)
                        .method("PATCH", BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> put(String reference, String type, byte[] json) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri("/v2/a/b/manifests/" + reference))
                        .header("Content-Type", type)
                        .PUT(BodyPublishers.ofByteArray(json))
                        .build(),
                BodyHandlers.ofString());
    }

    private String range(String path, String range) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri(path)).header("Range", range).build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + header(answer, "Content-Range") + " " + answer.body();
    }

    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (java.net.SocketException reset) {
            // A connection that is closed with unread bytes is reset.
            return "";
        }
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
