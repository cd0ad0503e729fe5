package dev.runner.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.schedule.Run;
import dev.runner.schedule.StepFailure.Kind;
import dev.runner.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts in real shells. */
class RunStepTests {
    @TempDir
    Path parent;

    private PipelineFixture run;

    @BeforeEach
    void fixture() throws Exception {
        run = new PipelineFixture(Files.createDirectory(parent.resolve("source")));
    }

    @AfterEach
    void close() {
        run.close();
    }

    @Test
    void values_are_handed_on_through_files() throws Exception {
        run.steps("""
                - id: first
                  run: |
                    echo "plain=one=two" >> "$RUNNER_OUTPUT"
                    printf 'long<<EOF\\nline 1\\nline 2\\nEOF\\n' >> "$RUNNER_OUTPUT"
                    echo "GREETING=hello" >> "$RUNNER_ENV"
                    mkdir -p tools && printf '#!/bin/sh\\necho tool ran\\n' > tools/mytool && chmod +x tools/mytool
                    echo "$PWD/tools" >> "$RUNNER_PATH"
                - run: |
                    echo "${{ steps.first.outputs.plain }}/$GREETING"
                    mytool
                    cat <<'END'
                    ${{ steps.first.outputs.long }}
                    END
                """);
        assertThat(run.output()).isEqualTo("one=two/hello\ntool ran\nline 1\nline 2");
        assertThat(run.result()).isEqualTo("success");
    }

    @Test
    void a_failing_command_ends_the_script_also_in_a_pipe_and_its_outputs_still_count() throws Exception {
        run.steps("""
                - run: |
                    echo "kept=yes" >> "$RUNNER_OUTPUT"
                    (exit 7) | cat
                    echo not reached
                """);
        assertThat(run.failure().exitCode()).isEqualTo(7);
        assertThat(run.failure().kind()).isEqualTo(Kind.FAILED);
        assertThat(run.outputs()).containsEntry("kept", "yes");
        assertThat(run.output()).doesNotContain("not reached");
    }

    @Test
    void every_shell_runs_its_own_language() throws Exception {
        run.steps("""
                - run: echo "bash $BASH_VERSION" | cut -c1-5
                - {shell: sh, run: "echo sh $0"}
                - {shell: python, run: "import sys; print('python', sys.version_info[0])"}
                - {shell: 'perl -w {0}', run: 'print "perl\\n";'}
                - {shell: "env LANG=C bash -u '{0}'", run: "echo custom"}
                """);
        assertThat(run.output())
                .contains("bash ")
                .contains("sh /")
                .contains("python 3")
                .contains("perl")
                .contains("custom");
        assertThat(run.result()).isEqualTo("success");
    }

    @Test
    void an_unknown_shell_and_one_that_is_not_installed_are_told_apart() throws Exception {
        run.steps("- {shell: bsh, run: 'true'}\n");
        assertThat(run.failure().kind()).isEqualTo(Kind.BAD_INPUT);
        assertThat(run.failure().remedy()).contains("did you mean 'bash'");
        try (PipelineFixture other = new PipelineFixture(parent.resolve("source"))) {
            other.steps("- {shell: 'no-such-shell-4711 {0}', run: 'true'}\n");
            assertThat(other.failure().kind()).isEqualTo(Kind.MACHINE_LACKS);
        }
    }

    @Test
    void the_environment_says_where_the_script_is() throws Exception {
        run.launcher("/usr/bin/env").environment.put("FROM_MACHINE", "yes");
        run.steps("""
                - run: |
                    mkdir sub
                    test "$PWD" = "$RUNNER_WORKSPACE"
                    test -d "$RUNNER_TEMP"
                    echo "$CI $RUNNER_JOB $FROM_MACHINE $OWN"
                    stat -c %a "$DOCKER_CONFIG" "$DOCKER_CONFIG/config.json"
                    echo "$(dirname "$(dirname "$(command -v runner)")")" > keep
                    runner echo "the launcher was started"
                  env: {OWN: mine}
                - run: basename "$PWD"
                  working-directory: sub
                """);
        assertThat(run.output()).isEqualTo("true job yes mine\n755\n600\nthe launcher was started\nsub");
    }

    @Test
    void a_missing_working_directory_and_a_bad_output_are_named() throws Exception {
        run.steps("- {run: 'true', working-directory: nowhere}\n");
        assertThat(run.failure().message()).contains("'nowhere' is not there");
        try (PipelineFixture other = new PipelineFixture(parent.resolve("source"))) {
            other.steps("- run: |\n    echo a=1 >> $RUNNER_OUTPUT\n    echo nonsense >> $RUNNER_OUTPUT\n");
            assertThat(other.failure().message()).startsWith("RUNNER_OUTPUT:2: 'nonsense'");
        }
    }

    @Test
    void secrets_are_masked_in_what_scripts_print() throws Exception {
        run.secrets.add(Secret.of("TOKEN", "s3cr3t-canary"));
        run.pipeline("""
                name: test
                secrets: [TOKEN]
                jobs:
                  job:
                    steps:
                      - run: echo "it is ${{ secrets.TOKEN }}"; printf s3cr3t-; printf 'canary\\n'
                """);
        assertThat(run.output()).isEqualTo("it is ***\n***");
    }

    @Test
    void cancelling_ends_the_whole_process_group() throws Exception {
        Path pids = parent.resolve("pids");
        run.atFirstLine(Run::cancel)
                .steps("- run: |\n    sleep 1000 & echo $! > " + pids + "; echo $$ >> " + pids
                        + "; echo started; wait\n");
        assertThat(run.result()).isEqualTo("cancelled");
        for (String pid : Files.readAllLines(pids)) {
            assertThat(Path.of("/proc", pid, "cmdline"))
                    .satisfiesAnyOf(
                            file -> assertThat(file).doesNotExist(),
                            file -> assertThat(file).isEmptyFile());
        }
    }

    @Test
    void a_script_that_ignores_the_wish_to_end_is_killed() throws Exception {
        Path pid = parent.resolve("pid");
        run.atFirstLine(first -> {
                    first.cancel();
                    first.cancel();
                })
                .steps("- run: |\n    trap '' TERM; echo $$ > " + pid
                        + "; echo started; while :; do sleep 1000; done\n");
        assertThat(run.result()).isEqualTo("cancelled");
        assertThat(Path.of("/proc", Files.readString(pid).strip(), "cmdline"))
                .satisfiesAnyOf(
                        file -> assertThat(file).doesNotExist(),
                        file -> assertThat(file).isEmptyFile());
    }

    @Test
    void nothing_of_a_run_is_left() throws Exception {
        run.steps("- run: echo $DOCKER_CONFIG\n");
        assertThat(Path.of(run.output())).doesNotExist();
        Assumptions.assumeTrue(Files.exists(parent.resolve("source-work")));
        assertThat(parent.resolve("source-work")).isEmptyDirectory();
    }
}
