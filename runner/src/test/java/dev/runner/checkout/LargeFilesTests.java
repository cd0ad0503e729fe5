package dev.runner.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.runner.checkout.CheckoutException.Reason;
import dev.runner.checkout.CheckoutRequest.Scope;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents of Git LFS, of repositories that the real git-lfs has made. */
class LargeFilesTests {
    private static final Scope WITH_LARGE_FILES = Scope.TIP.withLargeFiles(true);
    private static final Pattern OID = Pattern.compile("\"oid\":\"([0-9a-f]{64})\",\"size\":(\\d+)");

    @TempDir
    Path folder;

    private final List<String> batches = Collections.synchronizedList(new ArrayList<>());
    private final List<String> downloads = Collections.synchronizedList(new ArrayList<>());
    private final List<HttpServer> servers = new ArrayList<>();
    private Git git;
    private HttpServer store;
    private boolean spoiled;

    @BeforeEach
    void repository() throws Exception {
        Process lfs = new ProcessBuilder("git", "lfs", "version")
                .redirectErrorStream(true)
                .start();
        Assumptions.assumeTrue(lfs.waitFor() == 0, "git-lfs is not installed");
        git = Git.init(folder.resolve("repos/app"));
        git.run("lfs", "install", "--local");
        git.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
        git.write("big.bin", "big\n".repeat(40)).write("a/other.bin", "other\n").write("small.txt", "small\n");
        git.executable("a/other.bin");
        git.commit("large files");
        store = server();
        store.createContext("/", this::give);
    }

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    private HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        servers.add(server);
        return server;
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The store of objects, which is another server than the one that is asked, and wants to see a header of its own. */
    private void give(HttpExchange exchange) throws IOException {
        downloads.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/moved/")) {
            exchange.getResponseHeaders().add("Location", path.substring("/moved".length()));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
            return;
        }
        String id = path.substring(1);
        boolean known = "yes".equals(exchange.getRequestHeaders().getFirst("X-Signed"));
        byte[] content = spoiled
                ? "spoiled".getBytes(StandardCharsets.UTF_8)
                : Files.readAllBytes(git.folder().resolve(".git/" + new LargeFilePointer(id, 0).place()));
        exchange.sendResponseHeaders(known ? 200 : 403, known ? content.length : -1);
        if (known) {
            exchange.getResponseBody().write(content);
        }
        exchange.close();
    }

    /** The batch API, behind the authentication of the repositories. */
    private void batch(HttpExchange exchange) throws IOException {
        String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        batches.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + question);
        List<String> objects = OID.matcher(question)
                .results()
                .map(object -> "{\"oid\":\"" + object.group(1) + "\",\"size\":" + object.group(2)
                        + ",\"actions\":{\"download\":{\"href\":\"" + address(store)
                        + (objectIsSmall(object.group(2)) ? "/moved/" : "/") + object.group(1)
                        + "\",\"header\":{\"X-Signed\":\"yes\"}}}}")
                .toList();
        byte[] answer = ("{\"transfer\":\"basic\",\"objects\":[" + String.join(",", objects) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.git-lfs+json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static boolean objectIsSmall(String size) {
        return size.length() < 3;
    }

    private HttpServer repositories() throws IOException {
        HttpServer server = GitServers.http(folder.resolve("repos"), false);
        servers.add(server);
        server.createContext("/app/.git/info/lfs/objects/batch", this::batch);
        return server;
    }

    private CheckoutRequest request(String repository) {
        return CheckoutRequest.of(repository, folder.resolve("out")).withScope(WITH_LARGE_FILES);
    }

    private static void run(CheckoutRequest request) throws InterruptedException {
        new Checkout().run(request, CheckoutListener.SILENT);
    }

    private void sameAsSource() {
        assertThat(Git.files(folder.resolve("out"))).isEqualTo(Git.files(git.folder()));
        Git out = Git.in(folder.resolve("out"));
        out.run("lfs", "install", "--local", "--skip-repo");
        assertThat(out.run("status", "--porcelain")).isEmpty();
        assertThat(out.run("lfs", "ls-files")).contains("* a/other.bin").contains("* big.bin");
    }

    @Test
    void they_come_from_the_server_and_the_token_goes_to_no_other() throws Exception {
        String url = address(repositories()) + "/app/.git";
        GitCredentials token = GitCredentials.token(Secret.of("TOKEN", GitServers.PASSWORD));
        run(request(url).withCredentials(token));
        sameAsSource();
        assertThat(batches).singleElement().asString().startsWith("Basic ");
        assertThat(downloads).hasSize(3).containsOnly("null");
    }

    @Test
    void without_being_asked_for_pointers_stay() throws Exception {
        List<String> notes = new ArrayList<>();
        CheckoutRequest request = request(git.folder().toString()).withScope(Scope.TIP);
        new Checkout().run(request, new CheckoutListener() {
            @Override
            public void progress(String task, int done, int total) {}

            @Override
            public void note(String text) {
                notes.add(text);
            }
        });
        assertThat(folder.resolve("out/big.bin")).content().startsWith("version https://git-lfs");
        assertThat(notes).singleElement().asString().startsWith("2 files are Git LFS pointers");
    }

    @Test
    void a_repository_of_this_machine_gives_what_it_has_and_asks_for_the_rest() throws Exception {
        run(request(git.folder().toString()));
        sameAsSource();
        String server = address(repositories()).replace("http://", "http://ci:" + GitServers.PASSWORD + "@");
        Path copy = folder.resolve("copy");
        Git.in(folder).run("clone", "-q", server + "/app/.git", copy.toString());
        assertThat(copy.resolve("big.bin")).content().startsWith("version https://git-lfs");
        run(request(copy.toString()));
        sameAsSource();
        assertThat(batches).hasSize(1);
        // What has not been committed counts, and a pointer in the working tree is still one.
        Files.writeString(copy.resolve("new.txt"), "new\n");
        run(request(copy.toString()).withDirty(true));
        assertThat(folder.resolve("out/big.bin"))
                .hasSameBinaryContentAs(git.folder().resolve("big.bin"));
        assertThat(folder.resolve("out/new.txt")).hasContent("new\n");
    }

    @Test
    void content_that_is_not_what_its_pointer_says_is_refused() throws Exception {
        spoiled = true;
        String url = address(repositories()).replace("http://", "http://ci:" + GitServers.PASSWORD + "@");
        assertThatThrownBy(() -> run(request(url + "/app/.git")))
                .isInstanceOfSatisfying(
                        CheckoutException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NETWORK))
                .hasMessageContaining("its content is not what its pointer says")
                .hasMessageNotContaining(GitServers.PASSWORD);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void what_the_commit_excludes_is_not_fetched() throws Exception {
        git.write(".lfsconfig", "[lfs]\n\tfetchexclude = a/*\n");
        git.commit("settings");
        run(request(git.folder().toString()));
        assertThat(folder.resolve("out/a/other.bin")).content().startsWith("version https://git-lfs");
        assertThat(folder.resolve("out/big.bin")).content().startsWith("big\n");
    }

    @Test
    void over_ssh_the_server_says_whom_to_ask() throws Exception {
        HttpServer lfs = server();
        lfs.createContext("/lfs/objects/batch", this::batch);
        Path answer = Files.writeString(
                folder.resolve("answer"),
                "{\"href\":\"" + address(lfs) + "/lfs/\",\"header\":{\"Authorization\":\"RemoteAuth abc\"}}");
        Path key = folder.resolve("key");
        GitServers.keygen(key, "ed25519");
        SshServer server = GitServers.ssh(folder, Files.readString(folder.resolve("key.pub")));
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        server.setCommandFactory((channel, command) -> {
            asked.add(command);
            return ProcessShellCommandFactory.INSTANCE.createCommand(
                    channel, command.startsWith("git-lfs-authenticate ") ? "cat " + answer : command);
        });
        try {
            run(request("ssh://git@127.0.0.1:" + server.getPort() + git.folder())
                    .withCredentials(GitCredentials.sshKey(
                            Secret.of("KEY", Files.readString(key)),
                            Secret.of("HOSTS", GitServers.knownHosts(server)))));
        } finally {
            server.stop(true);
        }
        sameAsSource();
        assertThat(asked.getLast()).isEqualTo("git-lfs-authenticate '" + git.folder() + "' download");
        assertThat(batches).singleElement().asString().startsWith("RemoteAuth abc");
    }
}
