package dev.runner.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.sun.net.httpserver.HttpServer;
import dev.runner.oci.Descriptor;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import dev.runner.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What real registries do not do on demand. */
class FaultTests {
    private static final byte[] CONTENT = Images.noise(400_000, 1);
    private static final Descriptor BLOB = Images.blob(CONTENT);
    private static final String PATH = "/v2/acme/hello/blobs/" + BLOB.digest();

    private final Counting counting = new Counting();
    private final WireMockServer mock =
            new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final CredentialSource user =
            domain -> new Credentials.UserPassword("ci", Secret.of("password", "hidden-1"));
    private RegistryClient client = Images.client(RegistryConfiguration.DEFAULT, user, counting);
    private Reference repository = Reference.parse("localhost/none");

    @BeforeEach
    void start() {
        mock.start();
        repository = Reference.parse("127.0.0.1:" + mock.port() + "/acme/hello");
    }

    @AfterEach
    void stop() {
        client.close();
        mock.stop();
    }

    @Test
    void a_429_slows_down_by_what_the_registry_asks_and_does_not_fail() {
        inTurn(
                aResponse().withStatus(429).withHeader("Retry-After", "7"),
                aResponse().withStatus(429).withHeader("Retry-After", "3"),
                aResponse().withBody(CONTENT));
        assertThat(client.blob(repository, BLOB)).isEqualTo(CONTENT);
        assertThat(counting.waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(3));
    }

    @Test
    void a_503_and_a_dropped_connection_are_tried_again() {
        inTurn(
                aResponse().withStatus(503),
                aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
                aResponse().withFault(Fault.EMPTY_RESPONSE),
                aResponse().withBody(CONTENT));
        assertThat(client.blob(repository, BLOB)).isEqualTo(CONTENT);
        mock.verify(4, getRequestedFor(urlPathEqualTo(PATH)));
    }

    @Test
    void a_registry_that_stays_down_fails_as_unavailable_with_what_it_said() {
        mock.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(502)
                        .withBody("{\"errors\":[{\"code\":\"UNAVAILABLE\",\"message\":\"in the workshop\"}]}")));
        assertThatThrownBy(() -> client.blob(repository, BLOB))
                .isInstanceOfSatisfying(RegistryException.class, e -> {
                    assertThat(e.kind()).isEqualTo(RegistryException.Kind.UNAVAILABLE);
                    assertThat(e.retryable()).isTrue();
                    assertThat(e.status()).isEqualTo(502);
                    assertThat(e.code()).isEqualTo("UNAVAILABLE");
                    assertThat(e.repository()).isEqualTo("acme/hello");
                })
                .hasMessageContaining("in the workshop");
        assertThat(counting.requests).hasSize(Patience.NORMAL.attempts());
    }

    @Test
    void content_that_is_not_what_its_digest_says_is_refused_at_its_end() {
        byte[] wrong = CONTENT.clone();
        wrong[wrong.length - 1]++;
        mock.stubFor(get(anyUrl()).willReturn(aResponse().withBody(wrong)));
        assertThatThrownBy(() -> client.blob(repository, BLOB))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.DIGEST_MISMATCH));
        String manifest = "{\"schemaVersion\":2}";
        mock.stubFor(get(urlPathEqualTo("/v2/acme/hello/manifests/" + BLOB.digest()))
                .willReturn(aResponse()
                        .withHeader("Content-Type", MediaTypes.OCI_INDEX)
                        .withBody(manifest)));
        assertThatThrownBy(() -> client.manifest(repository.withDigest(BLOB.digest())))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.DIGEST_MISMATCH));
    }

    @Test
    void a_redirect_to_another_host_does_not_carry_credentials() {
        WireMockServer network =
                new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
        network.start();
        try {
            mock.stubFor(get(anyUrl())
                    .atPriority(9)
                    .willReturn(aResponse().withStatus(401).withHeader("WWW-Authenticate", "Basic realm=\"x\"")));
            mock.stubFor(get(urlPathEqualTo(PATH))
                    .withBasicAuth("ci", "hidden-1")
                    .willReturn(aResponse()
                            .withStatus(307)
                            .withHeader("Location", "http://localhost:" + network.port() + "/signed?key=1")));
            network.stubFor(get(anyUrl()).willReturn(aResponse().withBody(CONTENT)));
            assertThat(client.blob(repository, BLOB)).isEqualTo(CONTENT);
            network.verify(1, getRequestedFor(urlEqualTo("/signed?key=1")).withoutHeader("Authorization"));
        } finally {
            network.stop();
        }
    }

    @Test
    void a_blob_whose_connection_breaks_goes_on_by_ranges() throws IOException {
        List<String> ranges = Collections.synchronizedList(new ArrayList<>());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(String.valueOf(range));
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (from > 0) {
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes " + from + "-" + (CONTENT.length - 1) + "/" + CONTENT.length);
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, CONTENT.length - from);
            OutputStream out = exchange.getResponseBody();
            out.write(CONTENT, from, Math.min(150_000, CONTENT.length - from));
            out.flush();
            // Breaks the connection off where more was promised.
            exchange.close();
        });
        server.start();
        try {
            Reference broken =
                    Reference.parse("127.0.0.1:" + server.getAddress().getPort() + "/acme/hello");
            assertThat(client.blob(broken, BLOB)).isEqualTo(CONTENT);
        } finally {
            server.stop(0);
        }
        assertThat(ranges).hasSize(3).first().isEqualTo("null");
        assertThat(ranges.get(1)).startsWith("bytes=1");
        assertThat(counting.down.get()).isEqualTo(CONTENT.length);
    }

    @Test
    void a_broken_upload_asks_how_much_has_arrived_and_opens_the_source_again() throws IOException {
        byte[] content = Images.noise(3_000_000, 2);
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger patches = new AtomicInteger();
        server.createContext("/", exchange -> {
            String method = exchange.getRequestMethod();
            seen.add(method + " " + exchange.getRequestHeaders().getFirst("Content-Range"));
            exchange.getResponseHeaders().set("Location", "/v2/acme/hello/blobs/uploads/1");
            if (method.equals("PATCH") && patches.incrementAndGet() == 1) {
                exchange.getRequestBody().readNBytes(1_000_000);
                exchange.close();
                return;
            }
            exchange.getRequestBody().readAllBytes();
            if (method.equals("GET")) {
                exchange.getResponseHeaders().set("Range", "0-999999");
            }
            int status = switch (method) {
                case "HEAD" -> 404;
                case "GET" -> 204;
                case "PUT" -> 201;
                default -> 202;
            };
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        AtomicInteger opened = new AtomicInteger();
        BlobSource source = () -> {
            opened.incrementAndGet();
            return new ByteArrayInputStream(content);
        };
        try {
            Reference to = Reference.parse("127.0.0.1:" + server.getAddress().getPort() + "/acme/hello");
            client.pushBlob(to, Images.blob(content), source, List.of());
        } finally {
            server.stop(0);
        }
        assertThat(seen).contains("PATCH null", "GET null", "PATCH 1000000-2999999", "PUT null");
        assertThat(opened.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void a_source_that_cannot_be_read_fails_once_and_says_so() {
        mock.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202).withHeader("Location", "/upload")));
        mock.stubFor(com.github.tomakehurst.wiremock.client.WireMock.head(
                        com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo(PATH))
                .willReturn(aResponse().withStatus(404)));
        BlobSource gone = () -> {
            throw new IOException("the disk is gone");
        };
        assertThatThrownBy(() -> client.pushBlob(repository, BLOB, gone, List.of()))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.SOURCE))
                .hasMessageContaining("the disk is gone");
        assertThat(counting.waits).isEmpty();
    }

    @Test
    void a_short_chunk_minimum_of_the_registry_is_kept() {
        mock.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(202)
                        .withHeader("Location", "/upload")
                        .withHeader("OCI-Chunk-Min-Length", String.valueOf(12 << 20))));
        byte[] content = Images.noise(13 << 20, 3);
        try (BlobUpload upload = client.startUpload(repository)) {
            upload.write(content, 0, content.length);
            assertThatThrownBy(() -> upload.commit("x", Images.blob(content).digest()))
                    .isInstanceOf(RegistryException.class);
        }
        assertThat(mock.findAll(com.github.tomakehurst.wiremock.client.WireMock.patchRequestedFor(anyUrl())))
                .extracting(request -> request.getHeader("Content-Range"))
                .containsExactly("0-" + ((12 << 20) - 1), (12 << 20) + "-" + (content.length - 1));
    }

    @Test
    void nothing_listening_is_a_network_failure() {
        int port = mock.port();
        mock.stop();
        assertThatThrownBy(() -> client.manifest(Reference.parse("127.0.0.1:" + port + "/acme/hello")))
                .isInstanceOfSatisfying(RegistryException.class, e -> {
                    assertThat(e.kind()).isEqualTo(RegistryException.Kind.NETWORK);
                    assertThat(e.host()).isEqualTo("127.0.0.1:" + port);
                })
                .hasMessageContaining("cannot pull");
    }

    @Test
    void what_fails_because_the_client_was_closed_is_not_asked_again_in_tls() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Reference image = Reference.parse("127.0.0.1:" + silent.getLocalPort() + "/acme/hello:1");
            FutureTask<RuntimeException> asking = new FutureTask<>(() -> {
                try {
                    client.head(image);
                    return new IllegalStateException("nobody answers");
                } catch (RegistryException e) {
                    return e;
                }
            });
            Thread.ofVirtual().start(asking);
            try (Socket asked = silent.accept()) {
                asked.getInputStream().read();
                client.close();
                assertThat(asking.get(10, TimeUnit.SECONDS)).isInstanceOf(RegistryException.class);
            }
            silent.setSoTimeout(100);
            assertThatThrownBy(silent::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void a_gate_halves_its_places_on_429_and_opens_them_again() throws InterruptedException {
        Gate gate = new Gate();
        gate.slowDown(Duration.ZERO);
        assertThat(gate.places()).isEqualTo(Gate.PLACES / 2);
        for (int i = 0; i < 100; i++) {
            gate.speedUp();
        }
        assertThat(gate.places()).isEqualTo(Gate.PLACES);
        gate.enter(Gate.Direction.UP);
        gate.leave(Gate.Direction.UP);
    }

    @Test
    void a_registry_that_takes_two_requests_at_a_time_gets_every_blob() throws IOException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        Set<String> arrived = ConcurrentHashMap.newKeySet();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            boolean free = running.incrementAndGet() <= 2;
            exchange.getRequestBody().readAllBytes();
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            String method = exchange.getRequestMethod();
            if (free) {
                LockSupport.parkNanos(5_000_000);
                if (method.equals("PUT")) {
                    arrived.add(query.replaceAll(".*digest=", ""));
                }
            } else {
                refused.incrementAndGet();
            }
            running.decrementAndGet();
            exchange.getResponseHeaders().set("Location", "/v2/acme/hello/blobs/uploads/1");
            int status = switch (method) {
                case "HEAD" -> 404;
                case "PUT" -> 201;
                default -> 202;
            };
            exchange.sendResponseHeaders(free ? status : 429, -1);
            exchange.close();
        });
        server.start();
        Patience patience = new Patience(5, 12, Duration.ofMillis(20), Duration.ofMillis(100), Patience.NORMAL.pause());
        Sender sender = new Sender(
                new Transport(RegistryConfiguration.DEFAULT, counting, Map.of()),
                CredentialSource.anonymous(),
                counting,
                patience,
                InstantSource.system());
        List<BlobPush> pushes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            byte[] content = Images.noise(2_000, 100 + i);
            pushes.add(BlobPush.of(Images.blob(content), BlobSource.of(content)));
        }
        try (RegistryClient patient = new RegistryClient(RegistryConfiguration.DEFAULT, counting, sender)) {
            Reference to = Reference.parse("127.0.0.1:" + server.getAddress().getPort() + "/acme/hello");
            patient.pushBlobs(to, pushes);
        } finally {
            server.stop(0);
        }
        assertThat(arrived)
                .containsExactlyInAnyOrderElementsOf(pushes.stream()
                        .map(push -> push.blob().digest().toString())
                        .toList());
        assertThat(refused).hasPositiveValue();
    }

    private void inTurn(com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder... answers) {
        for (int i = 0; i < answers.length; i++) {
            mock.stubFor(get(urlPathEqualTo(PATH))
                    .inScenario("in turn")
                    .whenScenarioStateIs(i == 0 ? Scenario.STARTED : "step " + i)
                    .willReturn(answers[i])
                    .willSetStateTo("step " + (i + 1)));
        }
    }

    @Test
    void reading_a_blob_in_small_steps_gives_the_same() throws IOException {
        mock.stubFor(get(anyUrl()).willReturn(aResponse().withBody(CONTENT)));
        int at = 0;
        try (InputStream in = client.openBlob(repository, BLOB)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                assertThat((byte) next).isEqualTo(CONTENT[at++]);
            }
        }
        assertThat(at).isEqualTo(CONTENT.length);
    }
}
