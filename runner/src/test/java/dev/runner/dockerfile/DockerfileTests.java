package dev.runner.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileTests {
    private static Dockerfile parse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        Dockerfile dockerfile = Dockerfile.parse(Source.of("Dockerfile", text), diagnostics);
        diagnostics.throwIfErrors();
        return dockerfile;
    }

    @Test
    void a_stage_is_found_by_name_or_number() {
        Dockerfile file = parse("FROM a AS One\nFROM b AS one\nFROM ONE AS three\n");
        assertThat(file.stage("oNe")).isSameAs(file.stages().get(1));
        assertThat(file.stage("0")).isSameAs(file.stages().getFirst());
        assertThat(file.stage("3")).isNull();
        assertThat(file.stage("")).isNull();
        assertThat(file.baseStage("one", 1)).isSameAs(file.stages().getFirst());
        assertThat(file.baseStage("one", 2)).isSameAs(file.stages().get(1));
        assertThat(file.baseStage("three", 2)).isNull();
        assertThat(file.baseStage("0", 2)).isNull();
    }

    @Test
    void a_trigger_is_one_instruction_that_may_be_a_trigger() {
        Diagnostics diagnostics = new Diagnostics();
        Source heredoc = Source.of("trigger", "COPY <<X /x\nx\nX");
        assertThat(Dockerfile.parseTrigger(heredoc, diagnostics)).isInstanceOf(Instruction.Copy.class);
        assertThat(diagnostics.sorted()).isEmpty();
        for (String wrong : new String[] {"FROM x", "ONBUILD RUN a", "RUN a\nRUN b", "RNU a", ""}) {
            Diagnostics faults = new Diagnostics();
            assertThat(Dockerfile.parseTrigger(Source.of("trigger", wrong), faults))
                    .isNull();
            assertThat(faults.hasErrors()).as(wrong).isTrue();
        }
    }

    @Test
    void a_line_beyond_the_limit_of_BuildKit_is_refused() {
        String start = "FROM scratch\nLABEL a=";
        String longest = "x".repeat(65_535 - "LABEL a=".length());
        assertThat(parse(start + longest + "\n").stages()).hasSize(1);
        assertThatThrownBy(() -> parse(start + longest + "x\n")).hasMessageContaining("65535");
        assertThatThrownBy(() -> parse(start + "é".repeat(40_000))).hasMessageContaining("65535");
    }

    @Test
    void the_escape_directive_rules_expansion_too() {
        Dockerfile file = parse("# escape=`\nFROM scratch\nENV a=`$x b=\\$x\n");
        Instruction.Env env =
                (Instruction.Env) file.stages().getFirst().instructions().getFirst();
        assertThat(env.expand(Map.of("x", "1")::get).pairs())
                .extracting(Instruction.Pair::value)
                .containsExactly("$x", "\\1");
    }

    @Test
    void a_word_that_cannot_be_expanded_is_blamed_on_its_instruction() {
        Instruction copy = parse("FROM scratch\n\nCOPY ${x:?give x} /\n")
                .stages()
                .getFirst()
                .instructions()
                .getFirst();
        assertThatThrownBy(() -> copy.expand(name -> null))
                .isInstanceOf(InvalidSourceException.class)
                .hasMessageContaining("Dockerfile:3:1")
                .hasCauseInstanceOf(ExpansionException.class);
    }

    @Test
    void an_image_of_another_platform_is_found_unless_the_rule_is_skipped() {
        CheckContext context = CheckContext.bare()
                .withImages((name, platform) -> new CheckContext.BaseImage(Map.of(), List.of(), false, "linux/arm64"));
        assertThat(Checks.run(parse("FROM x\n"), context).findings())
                .extracting(CheckFinding::message)
                .containsExactly("Base image x was pulled with platform \"linux/arm64\", expected \"linux/amd64\" for"
                        + " current build");
        Checks.Result skipped =
                Checks.run(parse("# check=skip=InvalidBaseImagePlatform;error=true\nFROM x\n"), context);
        assertThat(skipped.findings()).isEmpty();
        assertThat(skipped.failing()).isTrue();
    }

    /** Where BuildKit 0.25 finds it, and how much of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# check=skip=all\\n|skipped",
                "#   CHECK = skip=all\\n|skipped",
                "# syntax=docker/dockerfile:1\\n# check=skip=all\\n|skipped",
                "# escape=`\\n# check=skip=all\\n|skipped",
                "#!/usr/bin/env docker\\n# check=skip=all\\n|skipped",
                "# check=skip=Other,FromAsCasing\\n|skipped",
                "# hello\\n# check=skip=all\\n|found",
                "# unknown=x\\n# check=skip=all\\n|found",
                "\\n# check=skip=all\\n|found",
                "'  # check=skip=all\\n'|found",
                "'  # escape=`\\n# check=skip=all\\n'|found",
                "# check=skip=fromascasing\\n|found",
                "# check=skip=Other, FromAsCasing\\n|found"
            })
    void the_check_directive_counts_at_the_top_only(String top, String found) {
        Checks.Result result =
                Checks.run(parse(top.replace("\\n", "\n") + "FROM scratch as one\n"), CheckContext.bare());
        assertThat(result.findings()).hasSize(found.equals("found") ? 1 : 0);
        assertThat(Checks.run(parse("FROM scratch as one\n# check=skip=all\nCOPY a /\n"), CheckContext.bare())
                        .findings())
                .hasSize(1);
    }

    @Test
    void triggers_of_a_base_are_checked_where_they_are_pulled() {
        Dockerfile file = parse("FROM img AS low\nONBUILD CMD foo\nFROM low\nONBUILD ENV TOKEN=y\n");
        CheckContext context = CheckContext.bare()
                .withImages((name, platform) ->
                        new CheckContext.BaseImage(Map.of(), List.of("ENV PASSWORD=x"), false, "linux/amd64"));
        assertThat(Checks.run(file, context).findings())
                .extracting(finding ->
                        finding.rule().ruleName() + " " + finding.span().line())
                .containsExactly("SecretsUsedInArgOrEnv 1", "JSONArgsRecommended 3");
    }

    @Test
    void a_stage_that_the_target_does_not_need_is_not_followed() {
        Dockerfile file = parse("""
                FROM scratch AS unused
                WORKDIR relative
                FROM scratch AS source
                CMD echo
                FROM scratch
                RUN --mount=type=bind,from=source true
                """);
        assertThat(Checks.run(file, CheckContext.bare().withTarget("2")).findings())
                .extracting(finding -> finding.rule().ruleName())
                .containsExactly("JSONArgsRecommended");
        assertThat(Checks.run(file, CheckContext.bare()).findings()).hasSize(2);
    }

    @Test
    void all_rules_of_docker_are_here() {
        assertThat(CheckRule.values()).hasSize(22);
    }
}
