package dev.runner.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.registry.Credentials;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.secret.Secret;
import java.net.URI;
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
                dev.runner.expression.Scope.empty());
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
