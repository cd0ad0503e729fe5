package dev.runner.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerConfigTests {
    @TempDir
    Path folder;

    private static Credentials user(String name, String password) {
        return new Credentials.UserPassword(name, Secret.of("password of test", password));
    }

    private DockerConfig config(String json) throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, json);
        return DockerConfig.at(file, Map.of("PATH", folder + ":" + System.getenv("PATH"), "STATE", folder.toString()));
    }

    @Test
    void without_a_file_everyone_is_nobody() {
        DockerConfig config =
                DockerConfig.of(Map.of("DOCKER_CONFIG", folder.resolve("absent").toString()));
        assertThat(config.find("docker.io")).isEqualTo(Credentials.anonymous());
        assertThat(config.file()).isEqualTo(folder.resolve("absent/config.json"));
    }

    @Test
    void what_is_stored_is_found_again_and_other_members_are_kept() throws IOException {
        DockerConfig config = config("{\"detachKeys\":\"ctrl-x\",\"auths\":{\"other\":{\"auth\":\"YTpi\"}}}");
        assertThat(config.store("docker.io", user("ci", "pass:word"))).isFalse();
        assertThat(config.store("localhost:5000", user("me", "x"))).isFalse();
        String text = Files.readString(config.file());
        assertThat(text)
                .contains("ctrl-x", "\"other\"", "https://index.docker.io/v1/")
                .doesNotContain("pass:word");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.file())))
                .isEqualTo("rw-------");
        assertThat(name(config.find("docker.io"))).isEqualTo("ci/pass:word");
        assertThat(name(config.find("localhost:5000"))).isEqualTo("me/x");
        assertThat(name(config.find("other"))).isEqualTo("a/b");
        assertThat(config.erase("docker.io")).isTrue();
        assertThat(config.erase("docker.io")).isFalse();
        assertThat(config.find("docker.io")).isEqualTo(Credentials.anonymous());
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void spellings_of_a_domain_and_tokens_are_understood() throws IOException {
        DockerConfig config = config("""
                {"auths":{"https://ghcr.io/v2/":{"auth":"YTpi"},
                "q.example":{"auth":"PHRva2VuPjo=","identitytoken":"t1"},"r.example":{"registrytoken":"t2"},
                "plain.example":{"username":"u","password":"p"}}}""");
        assertThat(name(config.find("ghcr.io"))).isEqualTo("a/b");
        assertThat(config.find("q.example"))
                .isInstanceOfSatisfying(
                        Credentials.IdentityToken.class,
                        token -> assertThat(token.token().reveal()).isEqualTo("t1"));
        assertThat(config.find("r.example")).isInstanceOf(Credentials.RegistryToken.class);
        assertThat(name(config.find("plain.example"))).isEqualTo("u/p");
        assertThat(config.find("gcr.io")).isEqualTo(Credentials.anonymous());
    }

    @Test
    void a_helper_keeps_gives_and_forgets_by_its_standard_input() throws IOException {
        DockerConfig config = config("{\"credHelpers\":{\"h.example\":\"test\"}}");
        Path helper = folder.resolve("docker-credential-test");
        Files.writeString(helper, """
                #!/bin/sh
                [ $# -eq 1 ] || exit 9
                case $1 in
                store) cat > "$STATE/kept" ;;
                get) read server || true
                     [ -f "$STATE/kept" ] || { echo "credentials not found in native keychain"; exit 1; }
                     cat "$STATE/kept" ;;
                erase) rm "$STATE/kept" ;;
                esac
                """);
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwx------"));
        assertThat(config.find("h.example")).isEqualTo(Credentials.anonymous());
        assertThat(config.store("h.example", user("ci", "kept secret"))).isTrue();
        assertThat(Files.readString(config.file())).doesNotContain("kept secret", "a2VwdCBzZWNyZXQ");
        assertThat(name(config.find("h.example"))).isEqualTo("ci/kept secret");
        assertThat(config.erase("h.example")).isTrue();
        assertThat(folder.resolve("kept")).doesNotExist();
    }

    @Test
    void a_helper_that_is_not_installed_is_no_reason_to_fail_a_public_pull() throws IOException {
        DockerConfig config = config("{\"credsStore\":\"absent\"}");
        assertThat(config.find("docker.io")).isEqualTo(Credentials.anonymous());
        assertThatThrownBy(() -> config.store("docker.io", user("ci", "x")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("docker-credential-absent");
    }

    @Test
    void a_broken_file_is_named_and_not_quoted() throws IOException {
        DockerConfig config = config("{\"auths\": {\"a\": {\"auth\": hidden}}}");
        assertThatThrownBy(() -> config.find("a"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("config.json")
                .hasMessageNotContaining("hidden");
        DockerConfig other = config("{\"auths\":{\"a\":{\"auth\":\"%%\"}}}");
        assertThatThrownBy(() -> other.find("a")).hasMessageContaining("runner login a");
    }

    @Test
    void sources_are_asked_in_turn() {
        MemoryCredentials memory = new MemoryCredentials();
        CredentialSource both = CredentialSource.firstOf(memory, domain -> user("later", "x"));
        assertThat(name(both.find("docker.io"))).isEqualTo("later/x");
        memory.put("index.docker.io", user("first", "y"));
        assertThat(name(both.find("docker.io"))).isEqualTo("first/y");
        memory.remove("docker.io");
        assertThat(name(both.find("docker.io"))).isEqualTo("later/x");
    }

    private static String name(Credentials credentials) {
        return credentials instanceof Credentials.UserPassword user
                ? user.username() + "/" + user.password().reveal()
                : credentials.toString();
    }
}
