package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What {@code runner/bin/upload-release} does, with servers that keep releases as GitHub and GitLab do. */
class ReleaseUploadTests {
    private static final String TOKEN = "token-that-nobody-may-see";

    @TempDir
    Path folder;

    private HttpServer server;
    private final List<String> asked = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final ArrayNode releases = JsonNodeFactory.instance.arrayNode();
    private final ArrayNode files = JsonNodeFactory.instance.arrayNode();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private volatile @Nullable Process started;
    private final List<String> commandLines = new CopyOnWriteArrayList<>();

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newSingleThreadExecutor());
        server.createContext("/", this::answer);
        server.start();
        for (String name :
                List.of("SHA256SUMS", "runner-1.0-linux-x64.tar.gz", "runner-1.0.cdx.json", "runner_1.0_amd64.deb")) {
            Files.writeString(folder.resolve(name), name);
        }
        Files.createDirectory(folder.resolve(".work"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        assertThat(output.toString(StandardCharsets.UTF_8)).doesNotContain(TOKEN);
    }

    @Test
    void a_release_of_github_is_a_draft_until_all_its_files_are_there_each_with_its_type() {
        assertThat(github("v1.0")).isEqualTo(ExitCode.PASSED);

        assertThat(asked)
                .containsSubsequence(
                        "POST /repos/acme/tool/releases",
                        "POST /uploads/1 SHA256SUMS text/plain",
                        "POST /uploads/1 runner-1.0-linux-x64.tar.gz application/gzip",
                        "POST /uploads/1 runner-1.0.cdx.json application/json",
                        "POST /uploads/1 runner_1.0_amd64.deb application/vnd.debian.binary-package",
                        "PATCH /repos/acme/tool/releases/1");
        assertThat(releases).hasSize(1);
        assertThat(releases.get(0).path("draft").asBoolean()).isFalse();
        assertThat(releases.get(0).path("prerelease").asBoolean()).isFalse();
    }

    @Test
    void again_nothing_is_sent_that_github_has_and_what_changed_is_replaced() throws IOException {
        github("v1.0-rc.1");
        asked.clear();

        assertThat(github("v1.0-rc.1")).isEqualTo(ExitCode.PASSED);
        assertThat(asked).allMatch(each -> each.startsWith("GET"));

        Files.writeString(folder.resolve("SHA256SUMS"), "others");
        assertThat(github("v1.0-rc.1")).isEqualTo(ExitCode.PASSED);
        assertThat(asked)
                .filteredOn(each -> !each.startsWith("GET"))
                .containsExactly("DELETE /repos/acme/tool/releases/assets/1", "POST /uploads/1 SHA256SUMS text/plain");
        assertThat(files).hasSize(4);
        assertThat(releases).hasSize(1);
        assertThat(releases.get(0).path("prerelease").asBoolean()).isTrue();
    }

    @Test
    void an_upload_that_broke_is_done_anew_and_an_interrupted_release_is_gone_on_with() {
        faults.add("POST /uploads/1 runner-1.0.cdx.json 502");
        assertThat(github("v1.0")).isEqualTo(ExitCode.PASSED);
        assertThat(files)
                .hasSize(4)
                .allMatch(file -> file.path("state").asString().equals("uploaded"));

        releases.removeAll();
        files.removeAll();
        faults.add("POST /uploads/2 runner-1.0.cdx.json 422");
        assertThat(github("v2.0")).isEqualTo(ExitCode.FAILED);
        assertThat(told())
                .contains("GitHub refuses to take runner-1.0.cdx.json (HTTP 422): Validation Failed; ")
                .contains("already_exists");
        assertThat(releases.get(0).path("draft").asBoolean()).isTrue();
        asked.clear();

        assertThat(github("v2.0")).isEqualTo(ExitCode.PASSED);
        assertThat(asked)
                .doesNotContain("POST /repos/acme/tool/releases")
                .contains("POST /uploads/2 runner-1.0.cdx.json application/json");
        assertThat(releases).hasSize(1);
        assertThat(releases.get(0).path("draft").asBoolean()).isFalse();
    }

    @Test
    void a_refused_token_and_a_repository_that_is_not_there_are_told_with_what_to_do() {
        faults.add("GET /repos/acme/tool/releases/tags/v1.0 401");
        assertThat(github("v1.0")).isEqualTo(ExitCode.FAILED);
        assertThat(told())
                .contains("GitHub refuses to tell of the release v1.0 (HTTP 401): Bad credentials ***")
                .contains("'contents: write'");
        assertThat(asked).hasSize(1);

        faults.add("GET /repos/acme/tool/releases 404");
        assertThat(github("v1.0")).isEqualTo(ExitCode.FAILED);
        assertThat(told()).contains("there is none, or the token does not see it");

        faults.add("GET /projects/7/packages 403");
        assertThat(gitlab("v1.0")).isEqualTo(ExitCode.FAILED);
        assertThat(told())
                .contains("GitLab refuses to list packages (HTTP 403)")
                .contains("package registry");
    }

    @Test
    void a_release_of_gitlab_links_its_packages_and_again_sends_only_what_it_lacks() throws IOException {
        assertThat(gitlab("v1.0")).isEqualTo(ExitCode.PASSED);
        assertThat(asked)
                .containsSubsequence(
                        "PUT /projects/7/packages/generic/runner/1.0/SHA256SUMS SHA256SUMS text/plain",
                        "PUT /projects/7/packages/generic/runner/1.0/runner_1.0_amd64.deb runner_1.0_amd64.deb"
                                + " application/vnd.debian.binary-package",
                        "POST /projects/7/releases");
        assertThat(releases.get(0).path("assets").path("links")).hasSize(4);
        asked.clear();

        assertThat(gitlab("v1.0")).isEqualTo(ExitCode.PASSED);
        assertThat(asked).allMatch(each -> each.startsWith("GET"));

        Files.writeString(folder.resolve("more.json"), "{}");
        assertThat(gitlab("v1.0")).isEqualTo(ExitCode.PASSED);
        assertThat(asked)
                .filteredOn(each -> !each.startsWith("GET"))
                .containsExactly(
                        "PUT /projects/7/packages/generic/runner/1.0/more.json more.json application/json",
                        "POST /projects/7/releases/v1.0/assets/links");
        assertThat(releases).hasSize(1);
    }

    @Test
    void the_token_is_in_no_process_arguments_and_outside_of_jobs_nothing_is_sent() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.runner.cli.ReleaseUpload",
                        "v1.0",
                        folder.toString())
                .redirectErrorStream(true);
        builder.environment().putAll(githubEnvironment());
        Process process = builder.start();
        started = process;
        output.write(process.getInputStream().readAllBytes());

        assertThat(process.waitFor()).as(told()).isEqualTo(ExitCode.PASSED);
        assertThat(commandLines)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .contains("dev.runner.cli.ReleaseUpload")
                        .doesNotContain(TOKEN));
        asked.clear();
        started = null;

        assertThat(uploaded("v1.0", Map.of())).isEqualTo(ExitCode.PASSED);
        assertThat(told()).contains("nothing is uploaded").contains("runner_1.0_amd64.deb");
        assertThat(uploaded("", githubEnvironment())).isEqualTo(ExitCode.BAD_INPUT);
        folder = folder.resolve("none");
        assertThat(uploaded("v1.0", githubEnvironment())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(asked).isEmpty();
    }

    private int github(String tag) {
        return uploaded(tag, githubEnvironment());
    }

    private Map<String, String> githubEnvironment() {
        return Map.of("GITHUB_TOKEN", TOKEN, "GITHUB_REPOSITORY", "acme/tool", "GITHUB_API_URL", address());
    }

    private int gitlab(String tag) {
        return uploaded(tag, Map.of("CI_JOB_TOKEN", TOKEN, "CI_PROJECT_ID", "7", "CI_API_V4_URL", address()));
    }

    private int uploaded(String tag, Map<String, String> environment) {
        PrintStream stream = new PrintStream(output, true, StandardCharsets.UTF_8);
        return ReleaseUpload.run(List.of(tag, folder.toString()), environment, Duration.ofMillis(1), stream, stream);
    }

    private String told() {
        return output.toString(StandardCharsets.UTF_8);
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        String query = exchange.getRequestURI().getQuery();
        String name = query != null && query.startsWith("name=")
                ? query.substring(5)
                : method.equals("PUT") ? path.substring(path.lastIndexOf('/') + 1) : "";
        String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        asked.add(method + " " + path + (name.isEmpty() ? "" : " " + name + " " + type));
        Process process = started;
        if (process != null) {
            commandLines.add(Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline")));
        }
        String given =
                exchange.getRequestHeaders().getFirst(path.startsWith("/projects") ? "JOB-TOKEN" : "Authorization");
        assertThat(given).endsWith(TOKEN);
        String request = method + " " + path + (name.isEmpty() ? "" : " " + name) + " ";
        String fault = faults.stream()
                .filter(each -> each.startsWith(request))
                .findFirst()
                .orElse(null);
        if (fault != null) {
            faults.remove(fault);
            int status = Integer.parseInt(fault.substring(request.length()));
            if (status == 502) {
                files.add(file(name, "starter", new byte[0]));
            }
            reply(
                    exchange,
                    status,
                    status == 401
                            ? "{\"message\":\"Bad credentials " + TOKEN + "\"}"
                            : "{\"message\":\"Validation Failed\",\"errors\":[{\"code\":\"already_exists\"}]}");
            return;
        }
        if (path.startsWith("/projects")) {
            gitlab(exchange, method, path.substring("/projects/7".length()), name, body);
        } else {
            github(exchange, method, path.replace("/repos/acme/tool/releases", ""), name, body);
        }
    }

    private void github(HttpExchange exchange, String method, String path, String name, byte[] body)
            throws IOException {
        if (path.startsWith("/uploads/")) {
            boolean twice = files.valueStream()
                    .anyMatch(file -> file.path("name").asString().equals(name));
            if (!twice) {
                files.add(file(name, "uploaded", body));
            }
            reply(exchange, twice ? 422 : 201, "{}");
        } else if (method.equals("DELETE")) {
            String id = path.substring("/assets/".length());
            files.removeIf(file -> file.path("id").asString().equals(id));
            reply(exchange, 204, "");
        } else if (method.equals("PATCH")) {
            ((ObjectNode) releases.get(0)).setAll((ObjectNode) JsonTree.read(body));
            reply(exchange, 200, "{}");
        } else if (method.equals("POST")) {
            ObjectNode release = (ObjectNode) JsonTree.read(body);
            int id = release.path("tag_name").asString().charAt(1) - '0';
            release.put("id", id).put("upload_url", address() + "/uploads/" + id + "{?name,label}");
            releases.add(release);
            reply(exchange, 201, JsonTree.text(release));
        } else if (path.startsWith("/tags/")) {
            JsonNode found = tagged(path.substring("/tags/".length()));
            if (found == null || found.path("draft").asBoolean(false)) {
                reply(exchange, 404, "{\"message\":\"Not Found\"}");
            } else {
                reply(exchange, 200, JsonTree.text(found));
            }
        } else {
            reply(exchange, 200, JsonTree.text(path.endsWith("/assets") ? files : releases));
        }
    }

    private void gitlab(HttpExchange exchange, String method, String path, String name, byte[] body)
            throws IOException {
        if (method.equals("PUT")) {
            files.add(file(name, "", body));
            reply(exchange, 201, "{}");
        } else if (path.equals("/packages")) {
            reply(exchange, 200, files.isEmpty() ? "[]" : "[{\"id\":3,\"name\":\"runner\",\"version\":\"1.0\"}]");
        } else if (path.endsWith("/package_files")) {
            reply(exchange, 200, JsonTree.text(files));
        } else if (path.endsWith("/links")) {
            ((ArrayNode) releases.get(0).path("assets").path("links")).add(JsonTree.read(body));
            reply(exchange, 201, "{}");
        } else if (method.equals("POST")) {
            releases.add(JsonTree.read(body));
            reply(exchange, 201, "{}");
        } else {
            JsonNode found = tagged(path.substring("/releases/".length()));
            reply(exchange, found == null ? 404 : 200, found == null ? "{}" : JsonTree.text(found));
        }
    }

    private @Nullable JsonNode tagged(String tag) {
        return releases.valueStream()
                .filter(release -> release.path("tag_name").asString().equals(tag))
                .findFirst()
                .orElse(null);
    }

    private ObjectNode file(String name, String state, byte[] content) {
        String digest = Digest.of(content).hex();
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", files.size() + 1)
                .put("name", name)
                .put("state", state)
                .put("digest", "sha256:" + digest)
                .put("file_name", name)
                .put("file_sha256", digest);
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
