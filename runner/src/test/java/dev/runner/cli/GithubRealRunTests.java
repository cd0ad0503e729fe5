package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.runner.checkout.GitServers;
import dev.runner.host.process.Executables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workflows in a process of their own: at a terminal, with signals, with workflows of a server, with other shells. */
@Timeout(90)
class GithubRealRunTests {
    @TempDir
    Path folder;

    private String bin = "/bin";

    private Path workflow(String text) throws IOException {
        Path file = Files.createDirectories(folder.resolve("my project/.github/workflows"))
                .resolve("w.yml");
        return Files.writeString(file, text.replace("FOLDER", folder.toString()));
    }

    private static List<String> command(String... words) {
        return ProgramProcess.command(words);
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("XDG_") || name.startsWith("GITHUB_"));
        environment.put("HOME", folder.toString());
        return builder;
    }

    private record Ended(int code, String said) {}

    /** In this process. */
    private Ended run(String... words) {
        Map<String, String> environment = Map.of(
                "HOME", folder.toString(), "PATH", bin + ":" + System.getenv().getOrDefault("PATH", ""));
        List<String> arguments = List.of(words);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintWriter out = new PrintWriter(log, true, StandardCharsets.UTF_8);
        int code = Main.run(
                new RunnerCommand(arguments, environment, InputStream.nullInputStream(), out, out, () -> log),
                arguments);
        out.flush();
        return new Ended(code, log.toString(StandardCharsets.UTF_8));
    }

    /** A process at a terminal, which {@code script} makes. */
    private Process terminal(String... words) throws IOException {
        assumeTrue(Executables.find("script") != null, "script is not installed");
        String line = command(words).stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        return builder(List.of("script", "-qec", line, "/dev/null")).start();
    }

    /** Reads until these words have been shown. */
    private static String read(Process process, String words) throws IOException {
        StringBuilder said = new StringBuilder();
        InputStream in = process.getInputStream();
        for (int one = in.read(); one >= 0; one = in.read()) {
            said.append((char) one);
            if (said.indexOf(words) >= 0) {
                return said.toString();
            }
        }
        throw new AssertionError("ended without '" + words + "': " + said);
    }

    private static void type(Process process, String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    @Test
    void a_secret_is_asked_for_at_the_terminal_and_not_shown() throws Exception {
        Path file = workflow("""
                on: push
                jobs:
                  one:
                    runs-on: x
                    steps:
                      - run: echo "got ${{ secrets.DEPLOY }}"; printf %s '${{ secrets.DEPLOY }}' > FOLDER/given
                """);
        Process process = terminal("exec", "--output", "plain", "--secret", "DEPLOY", file.toString());
        try {
            String before = read(process, "secret DEPLOY: ");
            type(process, "hidden-4711\r");
            String after = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(before + after).isZero();
            assertThat(after).contains("got ***").doesNotContain("4711");
            assertThat(folder.resolve("given")).hasContent("hidden-4711");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void a_shell_opens_where_a_step_has_failed_and_the_job_goes_on_after_it() throws Exception {
        Path file = workflow("""
                on: push
                jobs:
                  one:
                    runs-on: x
                    env: {OF_JOB: of-job}
                    steps:
                      - run: echo text > in-workspace
                      - {run: exit 3, env: {OF_STEP: of-step}}
                      - {run: touch FOLDER/tidied, if: always()}
                """);
        Process process = terminal("exec", "--shell-on-failure", file.toString());
        try {
            read(process, "exit code 3");
            type(process, "echo $OF_JOB $OF_STEP $(cat in-workspace) > " + folder + "/seen; exit\r");
            process.getInputStream().readAllBytes();
            assertThat(process.waitFor()).isEqualTo(ExitCode.FAILED);
            assertThat(folder.resolve("seen")).hasContent("of-job of-step text");
            assertThat(folder.resolve("tidied")).exists();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void after_ctrl_c_steps_that_always_run_do_and_others_do_not() throws Exception {
        Path file = workflow("""
                on: push
                jobs:
                  one:
                    runs-on: x
                    steps:
                      - run: echo $$ > FOLDER/pid; touch FOLDER/begun; exec sleep 600
                      - run: touch FOLDER/never
                      - {run: sleep 0.3; touch FOLDER/always, if: always()}
                      - {run: touch FOLDER/cancelled, if: cancelled()}
                  two:
                    needs: one
                    runs-on: x
                    steps: [{run: touch FOLDER/second}]
                """);
        // Where the tests run in the background of a script, all that they start ignores this signal.
        List<String> heeding = new ArrayList<>(List.of("env", "--default-signal=INT"));
        heeding.addAll(command("exec", "--output", "plain", file.toString()));
        Process process =
                builder(heeding).redirectOutput(folder.resolve("said").toFile()).start();
        try {
            while (!Files.exists(folder.resolve("begun"))) {
                assertThat(process.isAlive()).isTrue();
                TimeUnit.MILLISECONDS.sleep(20);
            }
            long step = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor()).isEqualTo(ExitCode.CANCELLED);
            assertThat(folder.resolve("always")).exists();
            assertThat(folder.resolve("cancelled")).exists();
            assertThat(folder.resolve("never")).doesNotExist();
            assertThat(folder.resolve("second")).doesNotExist();
            assertThat(ProcessHandle.of(step)).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void other_shells_are_started_as_on_github() throws Exception {
        Path shells = Files.createDirectories(folder.resolve("bin"));
        bin = shells.toString();
        for (String shell : List.of("pwsh", "powershell", "cmd")) {
            Path fake = Files.writeString(shells.resolve(shell), """
                    #!/bin/sh
                    for word; do echo "%s <$word>"; done
                    sed 's/^/script: /' $(echo "$*" | grep -o '/[-/_.a-zA-Z0-9]*[.][pc][sm][1d]')
                    """.formatted(shell));
            assertThat(fake.toFile().setExecutable(true)).isTrue();
        }
        Path file = workflow("""
                on: push
                jobs:
                  one:
                    runs-on: x
                    steps:
                      - {run: Write-Output hello, shell: pwsh}
                      - {run: Write-Output old, shell: powershell}
                      - {run: echo %CD%, shell: cmd}
                      - {run: x, shell: 'pwsh -NoProfile -File {0}'}
                """);
        Ended ended = run("exec", "--output", "plain", file.toString());
        String said = ended.said();
        assertThat(ended.code()).as(said).isZero();
        assertThat(said.lines()
                        .filter(line -> line.startsWith("one | ") && line.matches(".*(<|script: ).*"))
                        .map(line ->
                                line.substring("one | ".length()).replaceAll("/\\S*/temporary/[-0-9a-f]*", "SCRIPT")))
                .containsExactly(
                        "pwsh <-command>",
                        "pwsh <. 'SCRIPT.ps1'>",
                        "script: $ErrorActionPreference = 'stop'",
                        "script: Write-Output hello",
                        "script: if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }",
                        "powershell <-command>",
                        "powershell <. 'SCRIPT.ps1'>",
                        "script: $ErrorActionPreference = 'stop'",
                        "script: Write-Output old",
                        "script: if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }",
                        "cmd </D>",
                        "cmd </E:ON>",
                        "cmd </V:OFF>",
                        "cmd </S>",
                        "cmd </C>",
                        "cmd <CALL SCRIPT.cmd>",
                        "script: @echo off",
                        "script: echo %CD%",
                        "pwsh <-NoProfile>",
                        "pwsh <-File>",
                        "pwsh <SCRIPT.ps1>",
                        "script: $ErrorActionPreference = 'stop'",
                        "script: x",
                        "script: if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }");
    }

    @Test
    void workflows_of_another_repository_come_from_the_server_with_those_that_they_call() throws Exception {
        Path flows = Files.createDirectories(folder.resolve("served/octo/flows"));
        Path inner = Files.createDirectories(flows.resolve(".github/workflows"));
        Files.writeString(inner.resolve("outer.yml"), """
                on:
                  workflow_call:
                    inputs: {who: {type: string, required: true}}
                    secrets: {KEY: {required: true}}
                    outputs: {said: {value: '${{ jobs.inner.outputs.said }}'}}
                jobs:
                  inner:
                    uses: ./.github/workflows/inner.yml
                    with: {who: '${{ inputs.who }}'}
                    secrets: inherit
                """);
        Files.writeString(inner.resolve("inner.yml"), """
                on: {workflow_call: {inputs: {who: {type: string}}, outputs: {said: {value: '${{ jobs.a.outputs.said }}'}}}}
                jobs:
                  a:
                    runs-on: x
                    outputs: {said: '${{ steps.s.outputs.said }}'}
                    steps: [{id: s, run: 'echo "said=hello ${{ inputs.who }} ${{ secrets.KEY == github.sha }}" >> $GITHUB_OUTPUT'}]
                """);
        try (Git git = Git.init().setDirectory(flows.toFile()).call()) {
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("flows")
                    .setAuthor("Ann", "a@example.org")
                    .setCommitter("Ann", "a@example.org")
                    .setSign(false)
                    .call();
            git.tag().setName("v1").setAnnotated(false).call();
        }
        Path file = workflow("""
                on: push
                jobs:
                  call:
                    uses: octo/flows/.github/workflows/outer.yml@v1
                    with: {who: world}
                    secrets: {KEY: '${{ github.sha }}'}
                  after:
                    needs: call
                    runs-on: x
                    steps: [{run: 'echo "<${{ needs.call.outputs.said }}> in ${{ github.repository }}"'}]
                """);
        HttpServer server = GitServers.http(folder.resolve("served"), true);
        String from = "http://127.0.0.1:" + server.getAddress().getPort();
        Ended ended;
        try {
            ended = run("exec", "--output", "plain", "--actions-from", from, file.toString());
        } finally {
            server.stop(0);
        }
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said()).contains("after | <hello world true> in local/my-project\n");
        Ended offline = run("exec", "--output", "plain", "--offline", "--actions-from", from, file.toString());
        assertThat(offline.code()).as(offline.said()).isZero();
    }

    @Test
    void what_jobs_keep_is_listed_taken_and_deleted() throws Exception {
        Path file = workflow("""
                on: push
                jobs:
                  one:
                    runs-on: x
                    steps:
                      - run: echo text > file; mkdir kept; echo kept > kept/file
                      - uses: actions/upload-artifact@v4
                        with: {name: mine, path: file}
                      - uses: actions/cache/save@v4
                        with: {key: my-key-1, path: kept}
                """);
        assertThat(run("exec", file.toString()).code()).isZero();

        assertThat(run("artifacts", "ls").said()).containsPattern("\\d{13} +mine +\\S+ +1 +\\d+ ?B");
        assertThat(run(
                                "artifacts",
                                "get",
                                "mine",
                                "--into",
                                folder.resolve("got").toString())
                        .code())
                .isZero();
        assertThat(folder.resolve("got/file")).hasContent("text");
        assertThat(run("cache", "ls", "--jobs").said()).contains("my-key-1");
        assertThat(run("cache", "rm", "my-key-*").said()).isEqualTo("deleted my-key-1\n");
        assertThat(run("artifacts", "rm", "--all").said()).containsPattern("deleted \\d+ mine");
        Ended none = run("artifacts", "get", "mine");
        assertThat(none.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(none.said()).contains("there is no artifact 'mine'");
    }

    @Test
    void another_attempt_for_another_commit_says_so() throws Exception {
        Path file = workflow("on: push\njobs:\n  one:\n    runs-on: x\n    steps: [{run: 'true'}]\n");
        Path root = folder.resolve("my project");
        List<String> commits = new ArrayList<>();
        try (Git git = Git.init().setDirectory(root.toFile()).call()) {
            for (String message : List.of("one", "two")) {
                commits.add(git.commit()
                        .setMessage(message)
                        .setAllowEmpty(true)
                        .setAuthor("Ann", "a@example.org")
                        .setCommitter("Ann", "a@example.org")
                        .setSign(false)
                        .call()
                        .name());
                if (message.equals("one")) {
                    assertThat(run("exec", file.toString()).code()).isZero();
                    assertThat(run("exec", "--rerun", "all", file.toString()).said())
                            .doesNotContain("the attempt before");
                }
            }
        }
        assertThat(run("exec", "--rerun", "all", file.toString()).said())
                .contains("the attempt before was for commit " + commits.get(0) + ", and this one is for "
                        + commits.get(1));
    }
}
