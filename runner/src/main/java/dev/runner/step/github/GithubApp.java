package dev.runner.step.github;

import dev.runner.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A GitHub App that issues a token for every job, with the job's permissions on the workflow's repository and no others,
 * as GitHub does; the token is revoked when the job ends.
 *
 * @see <a href="https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app">Create an
 *     installation access token for an app</a>
 */
public final class GithubApp {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What a token may do in a repository whose settings say "read repository contents and packages". */
    private static final Map<String, String> STANDARD = Map.of("contents", "read", "packages", "read");

    /** Scopes of workflows that no App has. */
    private static final Set<String> OF_WORKFLOWS_ONLY = Set.of("id-token", "models", "copilot-requests");

    /** {@code rsaEncryption} and the version, which PKCS#8 puts before the key of PKCS#1. */
    private static final byte[] ALGORITHM = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    private final String id;
    private final PrivateKey key;

    private GithubApp(String id, PrivateKey key) {
        this.id = id;
        this.key = key;
    }

    /**
     * The App of an id and a private key.
     *
     * @param id the App's id or client id
     * @param key in PEM, as GitHub gives it ({@code BEGIN RSA PRIVATE KEY}) or in PKCS#8 ({@code BEGIN PRIVATE KEY})
     * @throws IllegalArgumentException when the key is none
     */
    public static GithubApp of(String id, Secret key) {
        String text = key.reveal().strip();
        boolean old = text.startsWith("-----BEGIN RSA PRIVATE KEY-----");
        if (!old && !text.startsWith("-----BEGIN PRIVATE KEY-----")) {
            throw new IllegalArgumentException(
                    "the App's key is no private key in PEM: it begins with -----BEGIN RSA PRIVATE KEY-----");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(text.replaceAll("-----[^-]*-----", ""));
            PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(old ? wrapped(der) : der);
            return new GithubApp(id, KeyFactory.getInstance("RSA").generatePrivate(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause might quote the key.
            throw new IllegalArgumentException("the App's key cannot be read: its text is damaged");
        }
    }

    private static byte[] wrapped(byte[] der) {
        byte[] octets = tagged(0x04, der);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(ALGORITHM);
        all.writeBytes(octets);
        return tagged(0x30, all.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        all.write(0x82);
        all.write(content.length >> 8);
        all.write(content.length);
        all.writeBytes(content);
        return all.toByteArray();
    }

    /**
     * A job's token.
     *
     * @param permissions what it may do, as the server calls it
     * @param lacking what the job asks for and the App must not do itself
     */
    record Token(String api, Secret value, Map<String, String> permissions, List<String> lacking)
            implements AutoCloseable {
        Token {
            permissions = Map.copyOf(permissions);
            lacking = List.copyOf(lacking);
        }

        /** Revokes it. */
        @Override
        public void close() throws IOException, InterruptedException {
            send("DELETE", api + "/installation/token", value.reveal(), null);
        }
    }

    /**
     * Issues a token.
     *
     * @param api such as {@code https://api.github.com}
     * @param repository such as {@code octocat/Hello-World}
     * @param permissions by scope; null for the standard ones
     * @return null when it would be allowed nothing
     */
    @Nullable
    Token issue(String api, String repository, @Nullable Map<String, String> permissions)
            throws IOException, InterruptedException {
        Map<String, String> asked = permissions == null ? STANDARD : permissions;
        if (asked.isEmpty()) {
            return null;
        }
        JsonNode installation = send("GET", api + "/repos/" + repository + "/installation", assertion(), null);
        ObjectNode wish = JSON.createObjectNode();
        wish.putArray("repositories").add(repository.substring(repository.indexOf('/') + 1));
        ObjectNode scopes = wish.putObject("permissions").put("metadata", "read");
        List<String> lacking = new ArrayList<>();
        new TreeMap<>(asked).forEach((scope, level) -> {
            String name = scope.replace('-', '_');
            String has = installation.path("permissions").path(name).asString("");
            if (OF_WORKFLOWS_ONLY.contains(scope) || has.isEmpty()) {
                lacking.add(scope + ": " + level);
            } else if (level.equals("write") && has.equals("read")) {
                lacking.add(scope + ": write");
                scopes.put(name, "read");
            } else {
                scopes.put(name, level);
            }
        });
        String place = api + "/app/installations/" + installation.path("id").asString("") + "/access_tokens";
        JsonNode issued = send("POST", place, assertion(), wish);
        String value = issued.path("token").asString("");
        if (value.isEmpty()) {
            throw new IOException("GitHub's answer to " + place + " has no token");
        }
        Map<String, String> given = new HashMap<>();
        issued.path("permissions")
                .properties()
                .forEach(scope -> given.put(scope.getKey(), scope.getValue().asString("")));
        return new Token(api, Secret.of("GITHUB_TOKEN", value), given, lacking);
    }

    /**
     * Who the App is, for ten minutes.
     *
     * @see <a
     *     href="https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app">Generating
     *     a JSON Web Token for a GitHub App</a>
     */
    private String assertion() {
        // A minute back, for clocks that differ.
        long now = Instant.now().getEpochSecond() - 60;
        ObjectNode claims =
                JSON.createObjectNode().put("iat", now).put("exp", now + 600).put("iss", id);
        String text = encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoded(JSON.writeValueAsBytes(claims));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java signs with RSA", e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static JsonNode send(String method, String place, String bearer, @Nullable JsonNode body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(place))
                .timeout(PATIENCE)
                .header("Accept", "application/vnd.github+json")
                .header("X-GitHub-Api-Version", "2022-11-28")
                .header("Authorization", "Bearer " + bearer)
                .method(
                        method,
                        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            JsonNode told = answer.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(answer.body());
            if (answer.statusCode() >= 300) {
                throw new IOException(method + " " + place + " answers with status " + answer.statusCode() + ": "
                        + told.path("message").asString("no reason is given"));
            }
            return told;
        } catch (JacksonException e) {
            throw new IOException(method + " " + place + " answers with what is no JSON", e);
        }
    }
}
