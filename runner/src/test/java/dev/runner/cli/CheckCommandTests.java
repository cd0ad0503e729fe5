package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.Program.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code runner check} and {@code runner build --check}. */
class CheckCommandTests {
    @TempDir
    Path folder;

    private Program program;
    private Path context;

    @BeforeEach
    void start() throws IOException {
        program = Program.at(folder.resolve("home"));
        context = Files.createDirectories(folder.resolve("context"));
    }

    private void dockerfile(String text) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), text);
    }

    @Test
    void a_finding_is_shown_with_its_rule_and_place_and_the_exit_code_is_one() throws IOException {
        dockerfile("FROM scratch as One\nCMD echo hi\n");
        Outcome outcome = program.run("check", context.toString());
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out())
                .contains(
                        "3 warnings have been found!",
                        "WARNING: FromAsCasing - https://docs.docker.com/go/dockerfile/rule/from-as-casing/",
                        "rule/json-args-recommended/",
                        "Dockerfile:1\n",
                        "Dockerfile:2\n",
                        "   2 | >>> CMD echo hi\n");
        assertThat(program.run("check", context.resolve("Dockerfile").toString())
                        .out())
                .contains("3 warnings");
        assertThat(program.run("build", "--check", context.toString()).code()).isEqualTo(1);
    }

    @Test
    void a_clean_dockerfile_passes_and_nothing_is_built() throws IOException {
        dockerfile("FROM scratch\nCOPY missing.txt /\n");
        Outcome outcome =
                program.run("build", "--call=check", context.toString()).passed();
        assertThat(outcome.out()).isEqualTo("Check complete, no warnings found.\n");
    }

    @Test
    void json_is_as_docker_writes_it() throws IOException {
        dockerfile("FROM scratch\nMAINTAINER me\n");
        Outcome outcome = program.run("build", "--call=check,format=json", context.toString());
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).contains("\"ruleName\" : \"MaintainerDeprecated\"", "\"line\" : 2");
    }

    @Test
    void variables_of_a_base_image_are_defined_and_others_are_not() throws IOException {
        dockerfile("FROM scratch\nENV KNOWN=1\n");
        program.run("build", "-t", "base", context.toString()).passed();
        dockerfile("FROM base\nENV A=$KNOWN B=$UNKNOWN\n");
        Outcome outcome = program.run("check", context.toString());
        assertThat(outcome.out())
                .contains("UndefinedVar", "$UNKNOWN", "1 warning")
                .doesNotContain("'$KNOWN'");
    }

    @Test
    void findings_fail_the_build_when_the_dockerfile_says_so() throws IOException {
        dockerfile("# check=error=true\nFROM scratch as one\nCOPY Dockerfile /\n");
        Outcome outcome = program.run("build", context.toString());
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("FromAsCasing").doesNotContain("COPY Dockerfile");
        dockerfile("# check=skip=FromAsCasing;error=true\nFROM scratch as one\nCOPY Dockerfile /\n");
        program.run("build", context.toString()).passed();
    }

    @Test
    void an_unknown_front_end_is_a_clear_error() throws IOException {
        dockerfile("# syntax=example.org/other:1\nFROM scratch\n");
        Outcome outcome = program.run("build", context.toString());
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("unknown front-end 'example.org/other:1'");
        dockerfile("# syntax=docker/dockerfile:1.20-labs\nFROM scratch\nCOPY Dockerfile /\n");
        program.run("build", context.toString()).passed();
    }
}
