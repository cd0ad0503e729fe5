package dev.runner.cli.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.registry.RegistryConfiguration;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuilderRegistriesTests {
    private static RegistryConfiguration of(String toml) {
        return BuilderRegistries.of(new BuilderSettings(List.of(), List.of(), toml));
    }

    @Test
    void mirrors_authorities_and_plain_http_of_buildkitd_toml_are_obeyed() {
        RegistryConfiguration read = of("""
                [registry."docker.io"]
                  mirrors = ["127.0.0.1:5000/hub", "mirror.example.com"]
                [registry."127.0.0.1:5000"]
                  http = true
                [registry."registry.example.com"]
                  insecure = true
                  ca = ["/etc/ssl/acme.pem"]
                """);
        assertThat(BuilderRegistries.flags(read))
                .containsExactlyInAnyOrder(
                        "--registry-mirror=docker.io=http://127.0.0.1:5000/hub",
                        "--registry-mirror=docker.io=https://mirror.example.com",
                        "--registry-ca=registry.example.com=/etc/ssl/acme.pem",
                        "--registry-insecure=127.0.0.1:5000",
                        "--registry-insecure=registry.example.com");
        assertThat(read.authorities()).containsEntry("registry.example.com", Path.of("/etc/ssl/acme.pem"));
    }

    @Test
    void what_only_buildkit_can_do_is_refused_by_name() {
        assertThatThrownBy(() -> of("""
                [registry."a.example.com"]
                  [[registry."a.example.com".keypair]]
                    key = "key.pem"
                    cert = "cert.pem"
                """)).hasMessageContaining("client certificate (keypair)");
    }
}
