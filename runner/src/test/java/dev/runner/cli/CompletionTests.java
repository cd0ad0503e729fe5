package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.host.process.Executables;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completions in the shells themselves, and manual pages as man reads them. */
class CompletionTests {
    @TempDir
    Path folder;

    private String in(String shell, String script) throws Exception {
        Assumptions.assumeTrue(Executables.find(shell) != null, shell + " is not installed");
        Program.Outcome completion = Program.at(folder).run("completion", shell).passed();
        Path file = Files.writeString(folder.resolve("completion"), completion.out());
        Process process = new ProcessBuilder(shell, "-c", script.replace("FILE", file.toString()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static String bash(String words, int at) {
        return "source FILE; COMP_WORDS=(" + words + "); COMP_CWORD=" + at + "; _runner; echo \"${COMPREPLY[@]}\"";
    }

    @Test
    void bash_completes_commands_and_flags() throws Exception {
        assertThat(in("bash", bash("runner ca", 1)).strip()).isEqualTo("cache");
        assertThat(in("bash", bash("runner cache p", 2)).strip()).isEqualTo("prune");
        assertThat(in("bash", bash("runner build -t cache --pla", 4)).strip()).isEqualTo("--platform");
    }

    @Test
    void bash_leaves_values_and_files_to_itself() throws Exception {
        assertThat(in("bash", bash("runner build --file D", 3)).strip()).isEmpty();
    }

    @Test
    void fish_completes_commands_and_flags() throws Exception {
        String script = "source FILE; complete -C'runner cache p'; complete -C'runner build --pla'";

        assertThat(in("fish", script)).startsWith("prune\t").contains("--platform\t");
    }

    @Test
    void zsh_takes_the_completion() throws Exception {
        String script = "autoload -Uz compinit; compinit -D -u; source FILE; print $_comps[runner]";

        assertThat(in("zsh", script).strip()).isEqualTo("_runner");
    }

    @Test
    void an_unknown_shell_is_bad_input() {
        assertThat(Program.at(folder).run("completion", "tcsh").code()).isEqualTo(ExitCode.BAD_INPUT);
    }

    @Test
    void each_command_has_a_manual_page() throws Exception {
        Program.at(folder).run("man", "--to", folder.resolve("man1").toString()).passed();

        assertThat(Files.readString(folder.resolve("man1/runner-cache-prune.1")))
                .startsWith(".TH \"RUNNER-CACHE-PRUNE\" 1")
                .contains(".SH SYNOPSIS", ".BR runner (1)");
        assertThat(folder.resolve("man1/runner-build.1")).exists();
    }
}
