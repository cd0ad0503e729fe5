package dev.runner.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.expression.Scope;
import dev.runner.oci.Digest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import dev.runner.registry.Credentials;
import dev.runner.registry.DockerConfig;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.secret.Secret;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunServicesTests {
    @TempDir
    Path home;

    private RunServices start(Map<String, String> environment) throws Exception {
        return RunServices.start(
                new RunServices.Options(
                        List.of("/usr/bin/env", "it's"),
                        home,
                        false,
                        home.resolve("data"),
                        null,
                        RegistryConfiguration.DEFAULT.withRewrite("docker.io", URI.create("http://127.0.0.1:5000")),
                        environment),
                Scope.empty());
    }

    @Test
    void the_users_docker_config_is_read_and_never_written() throws Exception {
        Path config = Files.createDirectories(home.resolve(".docker")).resolve("config.json");
        String text = """
                {"auths": {"one.example": {"auth": "dTpw"}, "kept.example": {}}, "credsStore": "keychain", "proxies": {}}""";
        Files.writeString(config, text);
        Map<String, String> environment = Map.of("HOME", home.toString(), "PATH", "/usr/bin");
        try (RunServices services = start(environment)) {
            services.login("two.example:5000", new Credentials.UserPassword("ci", Secret.of("p", "geheim")));
            services.login("docker.io", new Credentials.UserPassword("ci", Secret.of("p", "geheim")));
            Map<String, String> given = services.environment(environment);
            assertThat(given.get("PATH")).endsWith("/bin:/usr/bin");
            assertThat(RegistryEnvironment.read(given).rewrites()).containsKey("docker.io");
            String made = Files.readString(Path.of(given.get("DOCKER_CONFIG"), "config.json"));
            assertThat(made)
                    .contains("\"two.example:5000\":{\"auth\":\"Y2k6Z2VoZWlt\"}")
                    .contains("https://index.docker.io/v1/")
                    .contains("\"credHelpers\":{\"kept.example\":\"keychain\"}")
                    .contains("dTpw")
                    .contains("proxies")
                    .doesNotContain("credsStore");
            assertThat(services.credentials().find("two.example:5000"))
                    .isEqualTo(new Credentials.UserPassword("ci", Secret.of("p", "geheim")));
        }
        assertThat(config).hasContent(text);
    }

    private RunServices.Options withRegistry(int port) {
        var registry = new dev.runner.pipeline.Pipeline.EmbeddedRegistry(
                "127.0.0.1",
                port,
                null,
                dev.runner.source.Source.of("test.yml", "x").all());
        return new RunServices.Options(
                List.of("/bin/true"),
                home,
                false,
                home.resolve("data"),
                registry,
                RegistryConfiguration.DEFAULT,
                Map.of("HOME", home.toString()));
    }

    @Test
    void what_a_script_logs_in_to_counts_for_the_steps_after_it() throws Exception {
        try (RunServices services = start(Map.of("HOME", home.toString(), "PATH", ""))) {
            Path config = Path.of(String.valueOf(services.environment(Map.of()).get("DOCKER_CONFIG")), "config.json");
            DockerConfig.at(config, Map.of())
                    .store("ghcr.io", new Credentials.UserPassword("ann", Secret.of("password", "geheim")));
            services.login("quay.io", new Credentials.UserPassword("bob", Secret.of("password", "secret")));
            assertThat(services.credentials().find("ghcr.io"))
                    .isInstanceOfSatisfying(
                            Credentials.UserPassword.class,
                            user -> assertThat(user.username()).isEqualTo("ann"));
            assertThat(config).content().contains("ghcr.io", "quay.io");
        }
    }

    @Test
    void scripts_find_our_docker_where_no_engine_is_wanted_or_there() throws Exception {
        for (String choice : List.of("runner", "engine", "auto")) {
            Map<String, String> environment = Map.of("HOME", home.toString(), "PATH", "", "RUNNER_DOCKER", choice);
            try (RunServices services = start(environment)) {
                Path bin = Path.of(String.valueOf(services.environment(Map.of()).get("PATH")));
                assertThat(Files.exists(bin.resolve("docker"))).isEqualTo(!choice.equals("engine"));
            }
        }
    }

    @Test
    void the_embedded_registry_keeps_its_content_from_run_to_run() throws Exception {
        byte[] manifest = "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[]}"
                .formatted(MediaTypes.OCI_INDEX)
                .getBytes(StandardCharsets.UTF_8);
        Digest digest;
        try (RunServices services = RunServices.start(withRegistry(0), Scope.empty());
                RegistryClient client = client(services)) {
            Reference name = Reference.parse(services.registry() + "/acme/empty:1");
            digest = client.putManifest(name, MediaTypes.OCI_INDEX, manifest).digest();
            assertThat(services.environment(Map.of())).containsEntry("RUNNER_REGISTRY", services.registry());
        }
        try (RunServices services = RunServices.start(withRegistry(0), Scope.empty());
                RegistryClient client = client(services)) {
            Reference name = Reference.parse(services.registry() + "/acme/empty:1");
            assertThat(client.manifest(name).descriptor().digest()).isEqualTo(digest);
        }
    }

    private static RegistryClient client(RunServices services) {
        return RegistryClient.of(RegistryConfiguration.DEFAULT, services.credentials(), new TransferListener() {});
    }

    @Test
    void a_registry_that_serves_already_is_used_and_another_program_is_told() throws Exception {
        try (RunServices first = RunServices.start(withRegistry(0), Scope.empty())) {
            int port = Integer.parseInt(String.valueOf(first.registry()).replaceFirst(".*:", ""));
            try (RunServices second = RunServices.start(withRegistry(port), Scope.empty())) {
                assertThat(second.registry()).isEqualTo(first.registry());
            }
        }
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread answering = Thread.ofVirtual().start(() -> {
                try (var accepted = other.accept()) {
                    accepted.getOutputStream().write("220 mail ready\r\n".getBytes(StandardCharsets.UTF_8));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThatThrownBy(() -> RunServices.start(withRegistry(other.getLocalPort()), Scope.empty()))
                    .hasMessageContaining("is taken by another program");
            answering.join();
        }
    }

    @Test
    void a_docker_config_of_the_pipelines_own_stays() throws Exception {
        try (RunServices services = start(Map.of("HOME", home.toString(), "DOCKER_CONFIG", "/machines"))) {
            assertThat(services.environment(Map.of("DOCKER_CONFIG", "/steps")))
                    .containsEntry("DOCKER_CONFIG", "/steps");
            assertThat(services.environment(Map.of("DOCKER_CONFIG", "/machines"))
                            .get("DOCKER_CONFIG"))
                    .startsWith(System.getProperty("java.io.tmpdir"));
        }
    }
}
