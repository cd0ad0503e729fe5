package dev.runner.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretSourcesTests {
    @TempDir
    Path folder;

    private Secrets load(Map<String, String> environment, List<String> options, List<Path> files, String... wanted) {
        return new SecretSources(environment, options, files, folder).load(List.of(wanted));
    }

    private static @Nullable String value(Secrets secrets, String name) {
        Secret secret = secrets.find(name);
        return secret == null ? null : secret.reveal();
    }

    @Test
    void the_environment_gives_only_what_is_wanted() {
        Secrets secrets = load(Map.of("TOKEN", "t", "HOME", "/root"), List.of(), List.of(), "TOKEN", "OTHER");

        assertThat(secrets.names()).containsExactly("TOKEN");
        assertThat(secrets.missing(List.of("OTHER", "TOKEN", "OTHER"))).containsExactly("OTHER");
    }

    @Test
    void an_option_counts_before_a_file_and_a_file_before_the_environment() throws IOException {
        Files.writeString(folder.resolve("a.env"), "A=file\nB=file\nC=file\n");
        Files.writeString(folder.resolve("b.txt"), "option\n");

        Secrets secrets = load(
                Map.of("A", "environment", "C", "environment", "D", "environment"),
                List.of("B=@b.txt", "C"),
                List.of(Path.of("a.env")),
                "A",
                "D");

        assertThat(value(secrets, "A")).isEqualTo("file");
        assertThat(value(secrets, "B")).isEqualTo("option");
        assertThat(value(secrets, "C")).isEqualTo("environment");
        assertThat(value(secrets, "D")).isEqualTo("environment");
    }

    @Test
    void a_file_loses_one_line_break_at_its_end_and_nothing_else() throws IOException {
        Files.writeString(folder.resolve("key"), " line 1\nline 2\n\r\n");

        assertThat(value(load(Map.of(), List.of("KEY=@key"), List.of()), "KEY")).isEqualTo(" line 1\nline 2\n");
    }

    @Test
    void dotenv_syntax_is_read() throws IOException {
        Files.writeString(folder.resolve("env"), """
                # comment
                PLAIN = a b # comment
                export EXPORTED=x#y

                SINGLE='it is $raw \\n # all'
                DOUBLE="a \\"quoted\\"\\nline \\$5 \\d" # comment
                LINES="first
                second"
                EMPTY=
                COMMENT= # nothing
                """.replace("\nEMPTY", "\r\nEMPTY"));

        Secrets secrets = load(Map.of(), List.of(), List.of(Path.of("env")));

        assertThat(value(secrets, "PLAIN")).isEqualTo("a b");
        assertThat(value(secrets, "EXPORTED")).isEqualTo("x#y");
        assertThat(value(secrets, "SINGLE")).isEqualTo("it is $raw \\n # all");
        assertThat(value(secrets, "DOUBLE")).isEqualTo("a \"quoted\"\nline $5 \\d");
        assertThat(value(secrets, "LINES")).isEqualTo("first\nsecond");
        assertThat(value(secrets, "EMPTY")).isEmpty();
        assertThat(value(secrets, "COMMENT")).isEmpty();
    }

    @Test
    void all_problems_are_told_at_once_with_their_places_and_without_values() throws IOException {
        Files.writeString(folder.resolve("env"), "GOOD=canary\nno secret here\n1ST=canary\nX=\"canary");
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0xC3, 0x28});

        InvalidSecretsException failure = catchThrowableOfType(
                InvalidSecretsException.class,
                () -> load(
                        Map.of(),
                        List.of("ABSENT", "OPEN=canary", "FILE=@nowhere", "BIN=@binary", "canary!=@x", "LAST=@"),
                        List.of(Path.of("env"), Path.of("gone"))));

        assertThat(failure.problems().stream().map(SecretProblem::where))
                .containsExactly(
                        "env:2:1",
                        "env:3:1",
                        "env:4:3",
                        "--secret-file gone",
                        "--secret ABSENT",
                        "--secret OPEN",
                        "--secret FILE",
                        "--secret BIN",
                        "--secret",
                        "--secret LAST");
        assertThat(failure.problems().get(5).render()).isEqualTo("""
                --secret OPEN: error: a value on the command line can be seen by every user of the machine
                  help: write --secret OPEN and export the variable, or --secret OPEN=@file""");
        assertThat(failure).hasMessageNotContaining("canary");
    }

    @Test
    void a_secret_shows_its_name_only() {
        Secret secret = Secret.of("TOKEN", "canary");
        Secrets secrets = Secrets.of(secret);

        assertThat(secret.toString() + secrets + secrets.all()).doesNotContain("canary");
        assertThat(secret).hasSameHashCodeAs(Secret.of("TOKEN", "other")).isNotEqualTo(Secret.of("TOKEN", "other"));
        assertThat(secret).isEqualTo(Secret.of("TOKEN", "canary"));
        assertThatThrownBy(() -> secrets.all().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void sets_of_secrets_are_merged_and_the_other_counts() {
        Secrets merged = Secrets.of(Secret.of("A", "1"), Secret.of("B", "1"))
                .with(Secrets.of(Secret.of("B", "2"), Secret.of("C", "2")));

        assertThat(merged.names()).containsExactly("A", "B", "C");
        assertThat(value(merged, "B")).isEqualTo("2");
    }
}
