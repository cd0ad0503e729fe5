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
        assertThat(outcome.out()).contains("\"ruleName\": \"MaintainerDeprecated\"", "\"line\": 2");
    }

    private static final String STAGES = """
            # A is first
            ARG A=1
            ARG B=${A}x
            ARG UNUSED=2
            # base is the base
            FROM scratch AS base
            ARG COMMON=from-base
            FROM scratch AS dep
            ARG DEPARG TARGETARCH
            RUN --mount=type=secret,target=/run/secrets/bytarget --mount=type=ssh true
            FROM base AS obs
            ONBUILD ARG TRIG=1
            FROM obs AS lower
            COPY --from=dep /x /x
            RUN --mount=type=secret,id=token,required=true true
            ARG COMMON
            FROM lower AS final
            ARG B
            # TWO is described
            ARG TWO=2 THREE=3
            """;

    @Test
    void an_outline_tells_what_a_target_takes_as_docker_prints_it() throws IOException {
        dockerfile(STAGES);
        assertThat(program.run("build", "--call=outline", "--build-arg", "TWO=given", context.toString())
                        .passed()
                        .out())
                .isEqualTo("""
                        TARGET: final

                        BUILD ARG   VALUE   DESCRIPTION
                        A           1       is first
                        B           1x     \s
                        DEPARG             \s
                        TRIG        1      \s
                        COMMON             \s
                        TWO         given   is described
                        THREE       3      \s

                        SECRET     REQUIRED
                        bytarget  \s
                        token      true

                        SSH       REQUIRED
                        default  \s

                        """);
        assertThat(program.run("build", "--call=outline,format=json", "--target=base", context.toString())
                        .passed()
                        .out())
                .startsWith("""
                        {
                          "name": "base",
                          "description": "is the base",
                          "args": [
                            {
                              "name": "COMMON",
                              "value": "from-base",
                              "location": {
                                "ranges": [
                                  {
                                    "start": {
                                      "line": 7
                                    },
                        """)
                .doesNotContain("secrets");
        Outcome none = program.run("build", "--call=outline", "--target=nope", context.toString());
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).contains("there is no stage 'nope'");
    }

    @Test
    void targets_are_listed_as_docker_prints_them() throws IOException {
        dockerfile(STAGES + "FROM scratch\n");
        assertThat(program.run("build", "--call=targets", context.toString())
                        .passed()
                        .out())
                .isEqualTo("""
                        TARGET    DESCRIPTION
                        base      is the base
                        dep      \s
                        obs      \s
                        lower    \s
                        final    \s
                        (default)\s
                        """);
        assertThat(program.run("build", "--call=targets,format=json", context.toString())
                        .passed()
                        .out())
                .contains("""
                            {
                              "default": true,
                              "base": "scratch",
                        """, "\"sources\": [\n    \"");
        assertThat(program.run("build", "--call=frobnicate", context.toString()).err())
                .contains("--call is build, check, outline or targets");
    }

    @Test
    void a_build_warns_of_what_its_target_needs_and_a_check_of_everything() throws IOException {
        dockerfile("FROM scratch AS unused\nWORKDIR here\nFROM scratch AS wanted\nCOPY Dockerfile /\n");
        assertThat(program.run("build", context.toString()).passed().err()).doesNotContain("WorkdirRelativePath");
        assertThat(program.run("check", context.toString()).out()).contains("WorkdirRelativePath");
        program.run("build", "--call=check,ignorestatus=true", context.toString())
                .passed();
        program.run("check", "--target=wanted", context.toString()).passed();
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
