package dev.runner.step.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.host.process.OutputSink;
import dev.runner.schedule.Cancellation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScriptShellTests {
    /** A place that has these programs. */
    private record Having(Set<String> programs) implements StepPlace {
        @Override
        public boolean has(String program) {
            return programs.contains(program);
        }

        @Override
        public List<String> node() {
            return List.of();
        }

        @Override
        public String inside(Path file) {
            return file.toString();
        }

        @Override
        public Path outside(Path file) {
            return file;
        }

        @Override
        public Map<String, String> environment(Map<String, String> variables, List<String> folders) {
            return variables;
        }

        @Override
        public int run(Launch launch, OutputSink out, OutputSink error, Cancellation cancellation) {
            return 0;
        }
    }

    private static final StepPlace ALL = new Having(Set.of("bash", "python"));

    private static List<String> command(@Nullable String shell) {
        return ScriptShell.of(shell, ALL).command("/s", ALL);
    }

    @Test
    void the_flags_are_githubs() {
        assertThat(command(null)).containsExactly("bash", "-e", "/s");
        assertThat(ScriptShell.of(null, new Having(Set.of())).command("/s", ALL))
                .containsExactly("sh", "-e", "/s");
        assertThat(command("bash")).containsExactly("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "/s");
        assertThat(command("sh")).containsExactly("sh", "-e", "/s");
        assertThat(command("python")).containsExactly("python", "/s");
        assertThat(command("pwsh")).containsExactly("pwsh", "-command", ". '/s'");
        assertThat(command("bash -x {0}")).containsExactly("bash", "-x", "/s");
        assertThat(command("perl -e \"do '{0}'\" {{}}")).containsExactly("perl", "-e", "do '/s'", "{}");
    }

    @Test
    void python_3_stands_in_where_there_is_no_python() {
        StepPlace place = new Having(Set.of("python3"));

        assertThat(ScriptShell.of("python", place).command("/s", place)).containsExactly("python3", "/s");
    }

    @Test
    void scripts_of_powershell_and_cmd_are_wrapped() {
        ScriptShell pwsh = ScriptShell.of("pwsh", ALL);

        assertThat(pwsh.extension()).isEqualTo(".ps1");
        assertThat(pwsh.script("x"))
                .isEqualTo("$ErrorActionPreference = 'stop'\nx\n"
                        + "if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }");
        assertThat(ScriptShell.of("cmd", ALL).script("x")).isEqualTo("@echo off\nx");
        assertThat(ScriptShell.of("bash", ALL).script("x")).isEqualTo("x");
    }
}
