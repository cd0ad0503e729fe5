package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintCommandTests {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    private int lint(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Main.run(
                List.of("lint", file.toString()),
                Map.of("HOME", folder.toString()),
                InputStream.nullInputStream(),
                new PrintWriter(out, true),
                new PrintWriter(out, true));
    }

    @Test
    void a_good_workflow_has_no_findings() throws IOException {
        int code = lint(".github/workflows/good.yml", """
            on: push
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                    with: { fetch-depth: 0 }
                  - run: if true; then echo ${{ github.sha }}; fi
            """);

        assertThat(out).hasToString("");
        assertThat(code).isZero();
    }

    @Test
    void bash_and_the_built_in_actions_are_asked() throws IOException {
        int code = lint(".github/workflows/odd.yml", """
            on: push
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                    with: { fetch-dept: 0 }
                  - run: |
                      echo one
                      if true; then )
            """);

        assertThat(out.toString())
                .contains("odd.yml:7:17: warning: the action actions/checkout@v4 has no input 'fetch-dept'")
                .contains("did you mean 'fetch-depth'?")
                .contains("odd.yml:10:11: warning: the script is no shell: syntax error near unexpected token `)'");
        assertThat(code).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void faults_of_every_dialect_are_told() throws IOException {
        assertThat(lint("pipeline.yml", "jobs: {a: {stps: []}}")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(lint(".gitlab-ci.yml", "a: {scrip: [x]}")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(lint("workflow.yml", "on: pus\njobs: {}")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(out.toString()).contains("'steps'").contains("Unexpected value 'pus'");
    }
}
