package dev.runner.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.oci.Reference;
import dev.runner.registry.RegistryException.Kind;
import dev.runner.registry.server.RegistryServer;
import dev.runner.secret.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginAndTlsTests {
    @TempDir
    Path folder;

    private final Counting counting = new Counting();

    @Test
    void basic_authentication_of_debians_registry_works_and_refuses() throws Exception {
        try (DockerRegistry registry = DockerRegistry.startWithUser(folder, "ci", "right")) {
            checkBasic(registry.domain());
        }
    }

    @Test
    void basic_authentication_of_our_registry_works_and_refuses() throws Exception {
        RegistryServer.Options options = RegistryServer.Options.of("ci", Secret.of("password", "right"));
        try (RegistryServer registry = RegistryServer.start(folder, free(), options)) {
            checkBasic("127.0.0.1:" + registry.address().getPort());
        }
    }

    private void checkBasic(String domain) throws Exception {
        MemoryCredentials memory = new MemoryCredentials();
        Reference image = Reference.parse(domain + "/acme/hello:v1");
        Credentials right = new Credentials.UserPassword("ci", Secret.of("password", "right"));
        Credentials wrong = new Credentials.UserPassword("ci", Secret.of("password", "wrong"));
        try (RegistryClient client = Images.client(RegistryConfiguration.DEFAULT, memory, counting)) {
            assertThatThrownBy(() -> client.manifest(image))
                    .isInstanceOfSatisfying(
                            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
                    .hasMessageContaining("log in first: runner login " + domain);
            assertThatThrownBy(() -> client.checkLogin(domain, wrong)).hasMessageContaining("refuses the credentials");
            assertThat(client.checkLogin(domain, right).method()).isEqualTo(LoginResult.Method.BASIC);
            memory.put(domain, right);
            Images.pushIndex(client, image);
            assertThat(DockerRegistry.skopeo(
                            "inspect", "--raw", "--tls-verify=false", "--creds", "ci:right", "docker://" + image))
                    .contains("manifests");
            memory.put(domain, wrong);
            assertThatThrownBy(() -> client.manifest(image)).hasMessageContaining("check them");
        }
    }

    @Test
    void a_certificate_of_ones_own_authority_is_trusted_when_it_is_named_and_only_then() throws Exception {
        DockerRegistry.Certificates certificates = DockerRegistry.Certificates.generate(folder.resolve("tls"));
        try (DockerRegistry registry = DockerRegistry.startWithTls(folder.resolve("registry"), certificates)) {
            String domain = registry.domain();
            Reference image = Reference.parse(domain + "/acme/hello:v1");
            RegistryConfiguration named = RegistryConfiguration.parse(
                    List.of(), List.of(), List.of(domain + "=" + certificates.authority()), List.of());
            try (RegistryClient client = Images.client(named, CredentialSource.anonymous(), counting)) {
                Images.pushIndex(client, image);
            }
            RegistryConfiguration insecure =
                    RegistryConfiguration.parse(List.of(), List.of(), List.of(), List.of(domain));
            try (RegistryClient client = Images.client(insecure, CredentialSource.anonymous(), counting)) {
                assertThat(client.tags(image)).containsExactly("v1");
            }
            // Found out to speak TLS although loopback is asked in plain HTTP first, and then not trusted.
            try (RegistryClient client = Images.client(counting)) {
                assertThatThrownBy(() -> client.tags(image))
                        .isInstanceOfSatisfying(
                                RegistryException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.TLS))
                        .hasMessageContaining("--registry-ca " + domain + "=FILE");
            }
        }
    }

    @Test
    void an_insecure_host_that_speaks_plain_http_is_reached() throws Exception {
        try (RegistryServer registry = RegistryServer.start(folder, free(), RegistryServer.Options.OPEN)) {
            String domain = "127.0.0.1:" + registry.address().getPort();
            RegistryConfiguration insecure = RegistryConfiguration.DEFAULT.withInsecure("127.0.0.1");
            try (RegistryClient client = Images.client(insecure, CredentialSource.anonymous(), counting)) {
                Images.pushIndex(client, Reference.parse(domain + "/acme/hello:v1"));
                assertThat(client.checkLogin(domain, Credentials.anonymous()).method())
                        .isEqualTo(LoginResult.Method.NONE);
            }
        }
    }

    @Test
    void pulls_ask_the_mirror_first_and_the_origin_where_it_has_nothing() throws Exception {
        try (RegistryServer mirror = RegistryServer.start(folder.resolve("m"), free(), RegistryServer.Options.OPEN);
                RegistryServer origin = RegistryServer.start(folder.resolve("o"), free(), RegistryServer.Options.OPEN);
                RegistryClient plain = Images.client(new Counting())) {
            String mirrorUrl = "http://127.0.0.1:" + mirror.address().getPort();
            String originDomain = "127.0.0.1:" + origin.address().getPort();
            Images.pushIndex(plain, Reference.parse(mirrorUrl.substring(7) + "/hub/acme/both:v1"));
            Images.pushIndex(plain, Reference.parse(originDomain + "/acme/only:v1"));
            RegistryConfiguration configuration =
                    RegistryConfiguration.DEFAULT.withMirror(originDomain, URI.create(mirrorUrl + "/hub"));
            try (RegistryClient client = Images.client(configuration, CredentialSource.anonymous(), counting)) {
                assertThat(client.manifest(Reference.parse(originDomain + "/acme/both:v1"))
                                .isIndex())
                        .isTrue();
                assertThat(client.manifest(Reference.parse(originDomain + "/acme/only:v1"))
                                .isIndex())
                        .isTrue();
                assertThat(client.head(Reference.parse(originDomain + "/acme/none:v1")))
                        .isNull();
                Images.pushIndex(client, Reference.parse(originDomain + "/acme/pushed:v1"));
                assertThat(plain.tags(Reference.parse(originDomain + "/acme/pushed")))
                        .containsExactly("v1");
            }
            assertThat(counting.requests)
                    .startsWith(
                            "GET /v2/hub/acme/both/manifests/v1 200",
                            "GET /v2/hub/acme/only/manifests/v1 404",
                            "GET /v2/acme/only/manifests/v1 200");
        }
    }

    @Test
    void a_rewrite_takes_pulls_pushes_and_logins_of_a_domain_elsewhere_with_its_credentials() throws Exception {
        RegistryServer.Options options = RegistryServer.Options.of("ci", Secret.of("password", "right"));
        try (RegistryServer registry = RegistryServer.start(folder, free(), options)) {
            String url = "http://127.0.0.1:" + registry.address().getPort();
            RegistryConfiguration configuration =
                    RegistryConfiguration.parse(List.of(), List.of("docker.io=" + url), List.of(), List.of());
            MemoryCredentials memory = new MemoryCredentials();
            Credentials right = new Credentials.UserPassword("ci", Secret.of("password", "right"));
            memory.put("docker.io", right);
            try (RegistryClient client = Images.client(configuration, memory, counting)) {
                Images.pushIndex(client, Reference.parse("hello:v1"));
                assertThat(client.tags(Reference.parse("docker.io/library/hello")))
                        .containsExactly("v1");
                assertThat(client.checkLogin("docker.io", right).endpoint()).startsWith(url);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry.example/v2/, proxy.example:3128",
        "http://registry.example/v2/, plain.example:8080",
        "https://quiet.example/, direct",
        "https://deep.quiet.example/, direct",
        "https://notquiet.example/, proxy.example:3128",
        "https://below.dot.example/, direct",
        "https://dot.example/, proxy.example:3128",
        "https://10.1.2.3/, direct",
        "https://10.2.2.3/, proxy.example:3128",
        "https://port.example:5000/, direct",
        "https://port.example:5001/, proxy.example:3128",
        "http://127.0.0.1:5000/, direct",
        "http://localhost:5000/, direct",
        "http://[::1]:5000/, direct"
    })
    void proxies_follow_the_environment(String url, String expected) {
        ProxyRules rules = ProxyRules.of(Map.of(
                "HTTPS_PROXY", "http://u:p@proxy.example:3128",
                "http_proxy", "plain.example:8080",
                "NO_PROXY", "quiet.example, .dot.example,10.1.0.0/16,port.example:5000"));
        var address = rules.select(URI.create(url)).getFirst().address();
        String found = address instanceof InetSocketAddress socket
                ? socket.getHostString() + ":" + socket.getPort()
                : "direct";
        assertThat(found).isEqualTo(expected);
        assertThat(rules.userInfo(InetSocketAddress.createUnresolved("proxy.example", 3128)))
                .isEqualTo("u:p");
    }

    @ParameterizedTest
    @CsvSource({"docker.io", "=http://x", "docker.io=ftp://x", "docker.io=http://u:p@x", "docker.io=http://x?y"})
    void a_mirror_that_makes_no_sense_is_refused(String text) {
        assertThatThrownBy(() -> RegistryConfiguration.parse(List.of(text), List.of(), List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static InetSocketAddress free() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
