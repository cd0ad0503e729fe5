package dev.runner.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Reference;
import dev.runner.registry.server.RegistryServer;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client with our registry behind a token service whose tokens run out after a few uses. */
class TokenTests {
    private static final String PASSWORD = "right-1";

    @TempDir
    Path folder;

    private final Counting counting = new Counting();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> usesLeft = new ConcurrentHashMap<>();
    private final Map<String, String> scopes = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private int uses = 1000;
    private HttpServer service;
    private RegistryServer registry;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        service = HttpServer.create(free, 0);
        service.createContext("/token", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String query = body.isEmpty() ? exchange.getRequestURI().getRawQuery() : body;
            String form = URLDecoder.decode(query == null ? "" : query, StandardCharsets.UTF_8);
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            asked.add(exchange.getRequestMethod() + " " + form);
            boolean known = form.contains("refresh_token=" + PASSWORD)
                    || Tokens.basic(new Credentials.UserPassword("ci", Secret.of("p", PASSWORD)))
                            .equals(authorization);
            String token = "token-" + number.incrementAndGet();
            usesLeft.put(token, new AtomicInteger(uses));
            scopes.put(token, form);
            String member = body.isEmpty() ? "token" : "access_token";
            byte[] json =
                    ("{\"" + member + "\":\"" + token + "\",\"expires_in\":300}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 401, json.length);
            exchange.getResponseBody().write(json);
            exchange.close();
        });
        service.start();
        String realm = "http://127.0.0.1:" + service.getAddress().getPort() + "/token";
        RegistryServer.TokenCheck check = new RegistryServer.TokenCheck() {
            @Override
            public String realm() {
                return realm;
            }

            @Override
            public boolean accepts(String token, String scope) {
                AtomicInteger left = usesLeft.get(token);
                String granted = scopes.getOrDefault(token, "");
                String name = scope.substring(0, scope.lastIndexOf(':') + 1);
                return left != null && left.decrementAndGet() >= 0 && granted.contains(name);
            }
        };
        registry = RegistryServer.start(folder, free, RegistryServer.Options.OPEN.withTokens(check));
    }

    @AfterEach
    void stop() {
        service.stop(0);
        registry.close();
    }

    private Reference repository(String name) {
        return Reference.parse("127.0.0.1:" + registry.address().getPort() + "/" + name);
    }

    private RegistryClient client(Credentials credentials) {
        return Images.client(RegistryConfiguration.DEFAULT, domain -> credentials, counting);
    }

    private static Credentials user(String password) {
        return new Credentials.UserPassword("ci", Secret.of("password", password));
    }

    @Test
    void one_token_serves_a_whole_push() {
        try (RegistryClient client = client(user(PASSWORD))) {
            Images.pushIndex(client, repository("acme/hello").withTag("v1"));
            assertThat(client.tags(repository("acme/hello"))).containsExactly("v1");
        }
        assertThat(asked).hasSizeLessThanOrEqualTo(3);
        assertThat(asked).allMatch(form -> form.contains("service=runner") && form.contains("account=ci"));
        assertThat(asked.getFirst()).contains("scope=repository:acme/hello:pull");
    }

    @Test
    void tokens_that_run_out_in_the_middle_of_a_push_are_renewed_and_nothing_is_lost() {
        uses = 3;
        byte[] content = Images.noise(3_000_000, 1);
        Descriptor blob = Images.blob(content);
        try (RegistryClient client = client(user(PASSWORD))) {
            Images.pushIndex(client, repository("acme/hello").withTag("v1"));
            client.pushBlob(repository("acme/hello"), blob, BlobSource.of(content), List.of());
            assertThat(client.blob(repository("acme/hello"), blob)).isEqualTo(content);
        }
        assertThat(asked).hasSizeGreaterThan(4);
    }

    @Test
    void a_mount_asks_for_both_repositories() {
        byte[] content = Images.noise(1000, 2);
        Descriptor blob = Images.blob(content);
        try (RegistryClient client = client(user(PASSWORD))) {
            client.pushBlob(repository("acme/one"), blob, BlobSource.of(content), List.of());
            client.pushBlob(repository("acme/two"), blob, BlobSource.of(content), List.of(repository("acme/one")));
        }
        assertThat(counting.mounted).hasSize(1);
        assertThat(asked)
                .anyMatch(form -> form.contains("scope=repository:acme/one:pull&")
                        && form.contains("scope=repository:acme/two:pull,push"));
    }

    @Test
    void an_identity_token_is_changed_by_oauth2() {
        byte[] content = Images.noise(1000, 3);
        try (RegistryClient client = client(new Credentials.IdentityToken(Secret.of("token", PASSWORD)))) {
            client.pushBlob(repository("acme/one"), Images.blob(content), BlobSource.of(content), List.of());
        }
        assertThat(asked).isNotEmpty().allMatch(form -> form.startsWith("POST grant_type=refresh_token"));
    }

    @Test
    void wrong_credentials_are_unauthorized_and_the_message_says_what_to_do() {
        try (RegistryClient client = client(user("wrong"))) {
            assertThatThrownBy(() -> client.manifest(repository("acme/hello")))
                    .isInstanceOfSatisfying(
                            RegistryException.class,
                            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.UNAUTHORIZED))
                    .hasMessageContaining("runner login 127.0.0.1:")
                    .hasMessageNotContaining("wrong");
            assertThatThrownBy(() -> client.checkLogin(repository("x").domain(), user("wrong")))
                    .isInstanceOfSatisfying(
                            RegistryException.class,
                            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.UNAUTHORIZED));
        }
    }

    @Test
    void a_login_is_checked_with_the_token_service() {
        try (RegistryClient client = client(Credentials.anonymous())) {
            LoginResult result = client.checkLogin(repository("x").domain(), user(PASSWORD));
            assertThat(result.method()).isEqualTo(LoginResult.Method.TOKEN);
        }
    }

    @Test
    void challenges_are_read_several_in_a_header_with_quotes_and_commas() {
        List<Challenge> challenges = Challenge.parse(List.of(
                "Negotiate, Basic realm=\"a \\\"b\\\", c\", Bearer realm=\"https://t.example/token\" ,service=x,"
                        + "scope=\"repository:a:pull,push repository:b:pull\"",
                "Digest  nonce = abc, qop=\"auth\""));
        assertThat(challenges).extracting(Challenge::scheme).containsExactly("negotiate", "basic", "bearer", "digest");
        assertThat(challenges.get(1).parameter("realm")).isEqualTo("a \"b\", c");
        assertThat(challenges.get(2).parameter("scope")).isEqualTo("repository:a:pull,push repository:b:pull");
        assertThat(challenges.get(2).parameter("service")).isEqualTo("x");
        assertThat(challenges.get(3).parameter("nonce")).isEqualTo("abc");
        assertThat(Challenge.parse(List.of("", ",,", "=broken"))).isEmpty();
        Challenge chosen = Tokens.choose(challenges);
        assertThat(chosen == null ? "" : chosen.scheme()).isEqualTo("bearer");
    }
}
