package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretKeepersTests {
    @TempDir
    Path folder;

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private SecretKeepers keepers() {
        return new SecretKeepers(Map.of("PATH", folder + ":/usr/bin:/bin"));
    }

    @Test
    void the_keyring_is_asked_for_what_is_missing() throws Exception {
        program("secret-tool", "[ \"$*\" = 'lookup service runner name A' ] && printf 'from the ring\\n'");

        assertThat(keepers().kept(List.of("A", "B")).all())
                .extracting(Secret::reveal)
                .containsExactly("from the ring");
        assertThat(keepers().kept(List.of("B")).names()).isEmpty();
    }

    @Test
    void githubs_command_line_has_the_token_and_nothing_else() throws Exception {
        program("gh", "[ \"$*\" = 'auth token' ] && echo gho_token");

        assertThat(keepers().asked("GITHUB_TOKEN")).isEqualTo("gho_token");
        assertThat(keepers().asked("OTHER")).isNull();
    }

    @Test
    void a_keeper_that_fails_has_nothing() throws Exception {
        program("gh", "echo no; exit 1");

        assertThat(keepers().asked("GITHUB_TOKEN")).isNull();
        assertThat(new SecretKeepers(Map.of()).asked("GITHUB_TOKEN")).isNull();
    }
}
