package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokens of jobs: those of a GitHub App, from a server that checks what GitHub checks, and those of people. */
class GithubAppTests {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> revoked = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private KeyPair keys;
    private Path output;

    @BeforeEach
    void github() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        output = Files.createDirectory(folder.resolve("output"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v3/", this::serve);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String what = exchange.getRequestMethod() + " "
                + exchange.getRequestURI().getPath().substring("/api/v3".length());
        String bearer = exchange.getRequestHeaders().getFirst("Authorization").replaceFirst("^Bearer ", "");
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String answer;
        int status = 200;
        if (what.equals("DELETE /installation/token")) {
            revoked.add(bearer);
            answer = "";
            status = 204;
        } else if (!isTheApp(bearer)) {
            answer = "{\"message\":\"A JSON web token could not be decoded\"}";
            status = 401;
        } else if (what.equals("GET /repos/octocat/app/installation")) {
            answer =
                    "{\"id\":77,\"permissions\":{\"metadata\":\"read\",\"contents\":\"write\",\"pull_requests\":\"read\","
                            + "\"packages\":\"read\"}}";
        } else if (what.equals("POST /app/installations/77/access_tokens")) {
            requests.add(body);
            status = 201;
            JsonNode scopes = JSON.readTree(body).path("permissions");
            answer = "{\"token\":\"ghs_issued" + requests.size() + "\",\"permissions\":" + scopes + "}";
        } else {
            answer = "{\"message\":\"Not Found\"}";
            status = 404;
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private boolean isTheApp(String token) {
        try {
            String[] parts = token.split("\\.");
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(keys.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            long now = Instant.now().getEpochSecond();
            long from = claims.path("iat").asLong();
            long until = claims.path("exp").asLong();
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && claims.path("iss").asString("").equals("4711")
                    && from <= now
                    && until > now
                    && until - from <= 600;
        } catch (Exception e) {
            return false;
        }
    }

    private Path key(boolean old) throws IOException {
        byte[] der = keys.getPrivate().getEncoded();
        // What PKCS#8 puts around the key of PKCS#1 has 26 bytes.
        byte[] inner = old ? Arrays.copyOfRange(der, 26, der.length) : der;
        String kind = old ? "RSA PRIVATE KEY" : "PRIVATE KEY";
        return Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(inner) + "\n-----END " + kind
                        + "-----\n");
    }

    private String run(int code, String jobs, Map<String, String> more, String... flags) throws Exception {
        Path repository = folder.resolve("repository");
        Path file =
                Files.createDirectories(repository.resolve(".github/workflows")).resolve("w.yml");
        Files.writeString(
                file,
                "on: push\njobs:\n" + jobs.replace("OUT", output.toString()).indent(2));
        try (Git git = Git.init()
                .setDirectory(repository.toFile())
                .setInitialBranch("main")
                .call()) {
            git.getRepository().getConfig().setString("remote", "origin", "url", "https://github.com/octocat/app.git");
            git.getRepository().getConfig().save();
        }
        Map<String, String> environment = new HashMap<>(Map.of(
                "PATH",
                System.getenv().getOrDefault("PATH", ""),
                "HOME",
                folder.toString(),
                "GITHUB_SERVER_URL",
                "http://127.0.0.1:" + server.getAddress().getPort()));
        environment.putAll(more);
        List<String> words = new ArrayList<>(List.of("exec", "--output", "plain", "--jobs", "1"));
        words.addAll(List.of(flags));
        words.add(file.toString());
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintWriter out = new PrintWriter(log, true, StandardCharsets.UTF_8);
        RunnerCommand root = new RunnerCommand(words, environment, InputStream.nullInputStream(), out, out, () -> log);
        int ended = Main.run(root, words);
        out.flush();
        String said = log.toString(StandardCharsets.UTF_8);
        assertThat(ended).as(said).isEqualTo(code);
        return said;
    }

    private static final String JOBS = """
            a:
              runs-on: x
              permissions: {contents: read, pull-requests: write, id-token: write}
              env: {OF_JOB: '${{ github.token }}'}
              steps: [{run: 'echo "$OF_JOB ${{ secrets.GITHUB_TOKEN }}" | tee OUT/a'}]
            b:
              runs-on: x
              permissions: {}
              steps: [{run: 'echo "<${{ github.token }}${{ secrets.GITHUB_TOKEN }}>" > OUT/b'}]
            c:
              runs-on: x
              steps: [{run: 'echo "${{ github.token }}" > OUT/c; exit 1'}]
            """;

    @Test
    void an_app_gives_every_job_a_token_with_its_permissions_until_it_ends() throws Exception {
        String said = run(1, JOBS, Map.of(), "--github-app", "4711=@" + key(true));

        assertThat(output.resolve("a")).hasContent("ghs_issued1 ghs_issued1\n");
        assertThat(output.resolve("b")).hasContent("<>\n");
        assertThat(output.resolve("c")).hasContent("ghs_issued2\n");
        assertThat(requests)
                .containsExactly(
                        "{\"repositories\":[\"app\"],\"permissions\":{\"metadata\":\"read\",\"contents\":\"read\","
                                + "\"pull_requests\":\"read\"}}",
                        "{\"repositories\":[\"app\"],\"permissions\":{\"metadata\":\"read\",\"contents\":\"read\","
                                + "\"packages\":\"read\"}}");
        assertThat(revoked).containsExactly("ghs_issued1", "ghs_issued2");
        assertThat(said)
                .contains("| *** ***\n")
                .contains("| GITHUB_TOKEN may: contents: read, metadata: read, pull_requests: read\n")
                .contains("so neither may this job: id-token: write, pull-requests: write")
                .doesNotContain("ghs_");
    }

    @Test
    void a_key_in_either_form_may_come_from_the_environment() throws Exception {
        run(1, JOBS, Map.of("RUNNER_GITHUB_APP", "4711=@" + key(false)));

        assertThat(revoked).hasSize(2);
    }

    @Test
    void an_app_that_gives_no_token_fails_the_job_and_says_why() throws Exception {
        String said = run(1, JOBS, Map.of(), "--github-app", "4712=@" + key(true));

        assertThat(said)
                .contains("the GitHub App issued no token: GET")
                .contains("status 401: A JSON web token could not be decoded")
                .contains("check that the App is installed");
        assertThat(output.resolve("a")).doesNotExist();
        assertThat(output.resolve("b")).exists();
        Files.writeString(folder.resolve("key.pem"), "-----BEGIN RSA PRIVATE KEY-----\nSGVsbG8=\n");
        assertThat(run(2, JOBS, Map.of(), "--github-app", "1=@" + folder.resolve("key.pem")))
                .contains("the App's key cannot be read")
                .doesNotContain("SGVs");
    }

    @Test
    void a_token_of_a_person_is_given_as_it_is_but_to_jobs_that_may_nothing() throws Exception {
        String said = run(1, JOBS, Map.of("GITHUB_TOKEN", "ghp_person"));

        assertThat(output.resolve("a")).hasContent("ghp_person ghp_person\n");
        assertThat(output.resolve("b")).hasContent("<>\n");
        assertThat(output.resolve("c")).hasContent("ghp_person\n");
        assertThat(said)
                .contains("b: permissions none, so it gets no token\n")
                .contains("GITHUB_TOKEN is given as it is to jobs with permissions")
                .doesNotContain("ghp_person");
        assertThat(requests).isEmpty();
    }
}
