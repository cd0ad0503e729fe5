package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheCommandTests {
    @TempDir
    Path home;

    private Program program;

    @BeforeEach
    void build() throws IOException {
        program = Program.at(home);
        Path context = Files.createDirectories(home.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY a.txt /a\n");
        Files.writeString(context.resolve("a.txt"), "a".repeat(50_000));
        program.run("build", "-q", "-t", "acme/app", context.toString()).passed();
        Files.writeString(context.resolve("a.txt"), "b".repeat(70_000));
        program.run("build", "-q", context.toString()).passed();
    }

    @Test
    void du_sums_up_and_prune_asks_before_it_takes_what_no_name_needs() {
        String before = program.run("cache", "du").passed().out();
        assertThat(before).contains("RECLAIMABLE", "Shared:", "Private:", "Total:");

        assertThat(program.runWith("n\n", "cache", "prune").passed().out()).contains("Nothing was removed");
        assertThat(program.run("cache", "du").passed().out()).isEqualTo(before);

        assertThat(program.run("cache", "prune", "--force", "--filter", "until=1h")
                        .passed()
                        .out())
                .contains("Total:\t0 B");
        program.runWith("y\n", "cache", "prune").passed();
        String context = home.resolve("context").toString();
        program.run("build", "-q", "-t", "acme/again", "--explain", context).passed();
        assertThat(program.run("build", "-t", "acme/again", "--explain", context)
                        .passed()
                        .err())
                .contains("why steps ran:", "  hit   [1/1] COPY a.txt /a");
        program.run("build", "-q", "-t", "acme/kept", context).passed();
        program.run("cache", "prune", "-f", "--all").passed();
        assertThat(program.run("build", "-t", "acme/kept", context).passed().err())
                .contains("[1/1] COPY a.txt /a", "not cached");
        program.run("build", "-q", "-t", "acme/app", context).passed();
        assertThat(program.run("cache", "ls", "--format", "{{.Type}} {{.Shared}} {{json .UsageCount}}")
                        .passed()
                        .out())
                .contains("regular true ")
                .doesNotContain("regular false");
        assertThat(program.run("cache", "ls", "--format=json", "--filter", "type=regular")
                        .passed()
                        .out())
                .contains("\"Shared\":true,\"Size\":", "\"Reclaimable\":true");

        program.run("cache", "prune", "-a", "-f").passed();
        assertThat(program.run("cache", "ls").passed().out()).isEmpty();
    }

    @Test
    void faults_are_told_with_what_is_possible() throws IOException {
        assertThat(program.run("cache", "ls", "--filter", "colour=red"))
                .matches(outcome -> outcome.code() == ExitCode.BAD_INPUT)
                .matches(outcome -> outcome.err().contains("filters: until, id, type"));
        assertThat(program.run("cache", "prune", "-f", "--keep-storage", "much").err())
                .contains("--reserved-space is a size such as 512MB");
        assertThat(program.run("cache", "ls", "--format", "{{.Colour}}").err()).contains("fields: .ID");
        Path config = Files.createDirectories(home.resolve("config/runner")).resolve("config.yml");
        Files.writeString(config, "gc:\n  enabled: perhaps\n  rules:\n    - keep-duration: long\n      colour: red\n");
        assertThat(program.run("cache", "gc"))
                .matches(outcome -> outcome.code() == ExitCode.BAD_INPUT)
                .matches(outcome -> outcome.err().contains("expected true or false")
                        && outcome.err().contains("'keep-duration' is a duration")
                        && outcome.err().contains("colour"));
        Files.writeString(config, "gc:\n  rules:\n    - all: true\n      max-used-space: 1B\n");
        program.run("cache", "gc").passed();
        assertThat(program.run("cache", "ls").passed().out()).isEmpty();
    }
}
