package dev.runner.registry.amazon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.runner.oci.Digest;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords of Amazon's registries, from a server that checks signatures as Amazon's do. */
class EcrLoginTests {
    private static final String REGISTRY = "012345678901.dkr.ecr.eu-west-1.amazonaws.com";
    private static final AwsCredentials.Keys KEYS = new AwsCredentials.Keys("AKIDEXAMPLE", "geheim/4711", null);

    @TempDir
    Path folder;

    private final List<String> asked = new ArrayList<>();
    private final Map<String, Secret> environment = new HashMap<>();
    private HttpServer server;
    private @Nullable String session;

    @BeforeEach
    void amazon() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
        set("AWS_ENDPOINT_URL", address());
        set("HOME", folder.toString());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void set(String name, String value) {
        environment.put(name, Secret.of(name, value));
    }

    private void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        String answer;
        int status = 200;
        if (body.startsWith("Action=AssumeRoleWithWebIdentity")) {
            asked.add(body);
            session = "session";
            answer =
                    "<R><Credentials><AccessKeyId>AKIDEXAMPLE</AccessKeyId><SecretAccessKey>geheim/4711</SecretAccessKey>"
                            + "<SessionToken>session</SessionToken></Credentials></R>";
        } else if (!isSigned(exchange, body)) {
            status = 400;
            answer = "{\"__type\":\"InvalidSignatureException\"}";
        } else {
            asked.add(target + " " + body);
            String token = Base64.getEncoder().encodeToString("AWS:pass:word".getBytes(StandardCharsets.UTF_8));
            String data = "{\"authorizationToken\":\"" + token + "\",\"proxyEndpoint\":\"https://%s\"}";
            answer = target.startsWith("Spencer")
                    ? "{\"authorizationData\":" + data.formatted("") + "}"
                    : "{\"authorizationData\":[" + data.formatted(REGISTRY) + ","
                            + data.formatted("111122223333.dkr.ecr.eu-west-1.amazonaws.com") + "]}";
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private boolean isSigned(HttpExchange exchange, String body) {
        String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        Map<String, String> headers = new TreeMap<>();
        String names = given.replaceFirst(".*SignedHeaders=([^,]*),.*", "$1");
        for (String name : names.split(";")) {
            headers.put(name, exchange.getRequestHeaders().getFirst(name));
        }
        String[] scope = given.replaceFirst(".*Credential=([^,]*),.*", "$1").split("/");
        var time = LocalDateTime.parse(headers.get("x-amz-date"), DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"))
                .toInstant(ZoneOffset.UTC);
        String wanted = new AwsSignature(KEYS, scope[2], scope[3], time)
                .authorization(
                        "POST",
                        URI.create(address() + "/"),
                        headers,
                        Digest.of(body.getBytes(StandardCharsets.UTF_8)).hex());
        return given.equals(wanted) && (session == null || session.equals(headers.get("x-amz-security-token")));
    }

    private List<String> login(AwsCredentials.@Nullable Keys keys, String registry) throws IOException {
        return new EcrLogin(new AwsCredentials(keys, environment))
                .passwords(registry).stream()
                        .map(one -> one.registry() + " " + one.username() + " "
                                + one.password().reveal())
                        .toList();
    }

    @Test
    void a_key_is_changed_for_passwords_of_the_registry_and_of_other_accounts() throws Exception {
        set("AWS_ACCOUNT_IDS", "111122223333");
        assertThat(login(KEYS, "https://" + REGISTRY + "/path"))
                .containsExactly(
                        REGISTRY + " AWS pass:word", "111122223333.dkr.ecr.eu-west-1.amazonaws.com AWS pass:word");
        assertThat(asked)
                .containsExactly("AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
                        + " {\"registryIds\":[\"012345678901\",\"111122223333\"]}");
    }

    @Test
    void the_public_registry_has_a_service_of_its_own() throws Exception {
        assertThat(login(KEYS, "public.ecr.aws")).containsExactly("public.ecr.aws AWS pass:word");
        assertThat(asked).containsExactly("SpencerFrontendService.GetAuthorizationToken {}");
    }

    @Test
    void keys_come_from_the_environment_or_a_profile() throws Exception {
        Path file = Files.createDirectories(folder.resolve(".aws")).resolve("credentials");
        Files.writeString(file, "[team]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = geheim/4711\n");
        set("AWS_PROFILE", "team");
        assertThat(login(null, REGISTRY)).hasSize(2);
        set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        set("AWS_SECRET_ACCESS_KEY", "geheim/4711");
        set("AWS_SESSION_TOKEN", "session");
        session = "session";
        assertThat(login(null, REGISTRY)).hasSize(2);
    }

    @Test
    void a_web_identity_is_changed_for_a_key_first() throws Exception {
        set(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                Files.writeString(folder.resolve("token"), "to.ken\n").toString());
        set("AWS_ROLE_ARN", "arn:aws:iam::1:role/ci");
        assertThat(login(null, REGISTRY)).hasSize(2);
        assertThat(asked.getFirst())
                .isEqualTo(
                        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fci"
                                + "&RoleSessionName=runner&WebIdentityToken=to.ken");
    }

    @Test
    void refusals_say_why_and_show_no_secret() {
        assertThatThrownBy(() -> login(new AwsCredentials.Keys("AKIDEXAMPLE", "wrong-4711", null), REGISTRY))
                .hasMessageContaining("status 400")
                .hasMessageContaining("InvalidSignatureException")
                .hasMessageNotContaining("4711");
        assertThatThrownBy(() -> login(null, REGISTRY)).hasMessageContaining("no access key for Amazon");
        assertThatThrownBy(() -> login(KEYS, "ghcr.io")).isInstanceOf(IllegalArgumentException.class);
        assertThat(EcrLogin.isEcr(REGISTRY)).isTrue();
        assertThat(EcrLogin.isEcr("ecr-public.aws.com/x")).isTrue();
        assertThat(EcrLogin.isEcr("dkr.ecr.example.com")).isFalse();
    }
}
