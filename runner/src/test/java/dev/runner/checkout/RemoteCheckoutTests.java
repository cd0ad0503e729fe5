package dev.runner.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.runner.checkout.CheckoutException.Reason;
import dev.runner.checkout.CheckoutRequest.Scope;
import dev.runner.checkout.CheckoutRequest.Submodules;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over HTTP and SSH, against real servers. */
class RemoteCheckoutTests {
    private static final Secret PASSWORD = Secret.of("TOKEN", GitServers.PASSWORD);

    @TempDir
    Path folder;

    private Git git;
    private String first;

    @BeforeEach
    void repository() {
        git = Git.init(folder.resolve("repos/app"));
        git.write("a.txt", "a\n").write("bin/run", "#!/bin/sh\n").executable("bin/run");
        git.link("l", "a.txt");
        first = git.commit("first");
        git.write("a.txt", "b\n");
        git.commit("second");
    }

    private Commit run(CheckoutRequest request) throws InterruptedException {
        return new Checkout().run(request, CheckoutListener.SILENT);
    }

    private CheckoutRequest request(HttpServer server) {
        return CheckoutRequest.of(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/app/.git", folder.resolve("out"));
    }

    private void sameAsSource() {
        assertThat(Git.files(folder.resolve("out"))).isEqualTo(Git.files(git.folder()));
        assertThat(Git.in(folder.resolve("out")).run("status", "--porcelain")).isEmpty();
    }

    @Test
    void a_token_opens_a_private_repository_and_is_left_nowhere() throws Exception {
        HttpServer server = GitServers.http(folder.resolve("repos"), false);
        try {
            Commit commit = run(request(server).withCredentials(GitCredentials.token(PASSWORD)));
            assertThat(commit.branch()).isEqualTo("main");
            sameAsSource();
            assertNoCanary(folder.resolve("out"));
            run(request(server).withRef(first).withCredentials(GitCredentials.password(GitServers.USER, PASSWORD)));
            assertThat(folder.resolve("out/a.txt")).hasContent("a\n");
        } finally {
            server.stop(0);
        }
    }

    private static void assertNoCanary(Path root) throws IOException {
        try (var all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(text)
                        .as(file.toString())
                        .doesNotContain(GitServers.PASSWORD)
                        .doesNotContain("extraheader");
            }
        }
    }

    @Test
    void credentials_in_the_url_work_and_are_cut_from_it() throws Exception {
        HttpServer server = GitServers.http(folder.resolve("repos"), false);
        try {
            String url = request(server).repository().replace("http://", "http://ci:" + GitServers.PASSWORD + "@");
            run(CheckoutRequest.of(url, folder.resolve("out")));
            sameAsSource();
            assertNoCanary(folder.resolve("out"));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void wrong_or_missing_credentials_are_told_without_showing_them() throws Exception {
        HttpServer server = GitServers.http(folder.resolve("repos"), false);
        try {
            for (CheckoutRequest request : new CheckoutRequest[] {
                request(server), request(server).withCredentials(GitCredentials.token(Secret.of("T", "falsch-0815")))
            }) {
                assertThatThrownBy(() -> run(request)).isInstanceOfSatisfying(CheckoutException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED);
                    assertThat(e.retryable()).isFalse();
                    assertThat(e.getMessage()).doesNotContain("falsch-0815");
                });
            }
            assertThat(folder.resolve("out")).doesNotExist();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void persisted_credentials_let_later_steps_fetch() throws Exception {
        HttpServer server = GitServers.http(folder.resolve("repos"), false);
        try {
            run(request(server).withCredentials(GitCredentials.token(PASSWORD).withPersist(true)));
            assertThat(Git.in(folder.resolve("out")).run("fetch", "--unshallow", "origin"))
                    .isNotNull();
            assertThat(Git.in(folder.resolve("out")).run("rev-list", "--count", "HEAD"))
                    .isEqualTo("2");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("out/.git/config"))))
                    .isEqualTo("rw-------");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void a_commit_that_the_server_does_not_give_alone_is_found_in_its_branches() throws Exception {
        HttpServer server = GitServers.http(folder.resolve("repos"), true);
        try {
            git.run("config", "uploadpack.allowAnySHA1InWant", "false");
            git.run("config", "protocol.version", "0");
            assertThat(run(request(server).withRef(first)).sha()).isEqualTo(first);
            assertThat(run(request(server).withRef(first.substring(0, 7))).sha())
                    .isEqualTo(first);
            assertThatThrownBy(() -> run(request(server).withRef("00000000deadbeef00000000deadbeef00000000")))
                    .isInstanceOfSatisfying(
                            CheckoutException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_REF));
            assertThatThrownBy(() -> run(CheckoutRequest.of(
                            request(server).repository().replace("/app/", "/gone/"), folder.resolve("out"))))
                    .isInstanceOfSatisfying(
                            CheckoutException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void relative_submodules_of_a_server_come_from_it_and_local_ones_are_refused() throws Exception {
        Git library = Git.init(folder.resolve("repos/lib"));
        library.write("lib.txt", "l");
        library.commit("lib");
        git.run("submodule", "add", "-q", "../lib", "vendor/lib");
        git.write(".gitmodules", "[submodule \"vendor/lib\"]\n\tpath = vendor/lib\n\turl = ../../lib/.git\n");
        git.commit("submodule");
        HttpServer server = GitServers.http(folder.resolve("repos"), false);
        try {
            CheckoutRequest request = request(server)
                    .withCredentials(GitCredentials.token(PASSWORD))
                    .withScope(Scope.TIP.withSubmodules(Submodules.RECURSIVE));
            run(request);
            assertThat(folder.resolve("out/vendor/lib/lib.txt")).hasContent("l");
            git.write(".gitmodules", "[submodule \"x\"]\n\tpath = vendor/lib\n\turl = " + library.folder() + "\n");
            git.commit("evil");
            assertThatThrownBy(() -> run(request))
                    .isInstanceOfSatisfying(
                            CheckoutException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void plain_http_to_another_machine_gets_no_credentials() {
        assertThatThrownBy(() -> run(CheckoutRequest.of("http://git.example/x", folder.resolve("out"))
                        .withCredentials(GitCredentials.token(PASSWORD))))
                .isInstanceOfSatisfying(
                        CheckoutException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE));
    }

    @Test
    void an_interruption_ends_a_server_that_says_nothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    run(CheckoutRequest.of("http://127.0.0.1:" + silent.getLocalPort() + "/x", folder.resolve("out")));
                    end.complete(new AssertionError("it ended by itself"));
                } catch (Throwable e) {
                    end.complete(e);
                }
            });
            try (Socket accepted = silent.accept()) {
                InputStream in = accepted.getInputStream();
                assertThat(in.read()).isPositive();
                thread.interrupt();
                assertThat(end.get()).isInstanceOf(InterruptedException.class);
            }
        }
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
    void ssh_works_with_a_key_and_a_known_host_and_with_nothing_less(String type) throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/ssh-keygen")), "ssh-keygen is not installed");
        GitServers.keygen(folder.resolve("key"), type);
        GitServers.keygen(folder.resolve("other"), type);
        SshServer server = GitServers.ssh(folder, Files.readString(folder.resolve("key.pub")));
        try {
            Secret key =
                    Secret.of("KEY", Files.readString(folder.resolve("key")).strip());
            Secret hosts = Secret.of("HOSTS", GitServers.knownHosts(server));
            CheckoutRequest request = CheckoutRequest.of(
                    "ssh://git@127.0.0.1:" + server.getPort() + git.folder() + "/.git", folder.resolve("out"));
            run(request.withCredentials(GitCredentials.sshKey(key, hosts)));
            sameAsSource();
            Secret stranger = Secret.of("KEY", Files.readString(folder.resolve("other")));
            refused(request.withCredentials(GitCredentials.sshKey(stranger, hosts)), Reason.UNAUTHORIZED);
            refused(
                    request.withCredentials(GitCredentials.sshKey(key, Secret.of("H", "example.org ssh-rsa AAAA"))),
                    Reason.UNKNOWN_HOST_KEY);
            refused(
                    request.withCredentials(GitCredentials.sshKey(Secret.of("KEY", "nonsense"), hosts)),
                    Reason.UNAUTHORIZED);
        } finally {
            server.stop(true);
        }
    }

    private void refused(CheckoutRequest request, Reason reason) {
        assertThatThrownBy(() -> run(request))
                .isInstanceOfSatisfying(
                        CheckoutException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }
}
