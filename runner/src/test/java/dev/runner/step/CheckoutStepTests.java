package dev.runner.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.schedule.StepFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckoutStepTests {
    @TempDir
    Path parent;

    private Path source;
    private PipelineFixture run;

    @BeforeEach
    void repository() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/git")), "git is not installed");
        source = Files.createDirectory(parent.resolve("source"));
        git("init", "-q", "-b", "main");
        Files.writeString(source.resolve("file.txt"), "content\n");
        git("add", ".");
        git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "first");
        run = new PipelineFixture(source);
    }

    @AfterEach
    void close() {
        if (run != null) {
            run.close();
        }
    }

    private String git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", source.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }

    @Test
    void the_commit_is_known_to_later_steps_and_to_scripts() throws Exception {
        String sha = git("rev-parse", "HEAD");
        run.steps("""
                - id: source
                  checkout: {}
                - run: |
                    cat file.txt
                    git rev-parse HEAD
                    echo "${{ commit.sha }} ${{ commit.branch }} ${{ commit.message }} ${{ commit.dirty }}"
                    echo "$RUNNER_COMMIT_SHORT ${{ steps.source.outputs.short }}"
                """);
        assertThat(run.output())
                .contains("content\n" + sha + "\n" + sha + " main first false\n" + sha.substring(0, 7) + " "
                        + sha.substring(0, 7));
        assertThat(run.result()).isEqualTo("success");
    }

    @Test
    void uncommitted_changes_come_along_when_the_run_is_dirty() throws Exception {
        Files.writeString(source.resolve("file.txt"), "changed\n");
        run.dirty().steps("- checkout: {}\n- run: cat file.txt; echo ${{ commit.sha }}\n");
        assertThat(run.output()).contains("changed").contains(git("rev-parse", "HEAD") + "-dirty");
    }

    @Test
    void a_detached_commit_has_the_branch_that_the_service_names() throws Exception {
        git("checkout", "-q", "--detach");
        run.environment.put("CI_COMMIT_SHA", git("rev-parse", "HEAD"));
        run.environment.put("CI_COMMIT_BRANCH", "feature/x");
        run.steps("- checkout: {}\n- run: echo 'on ${{ commit.branch }}'\n");
        assertThat(run.output()).contains("on feature/x");
    }

    @Test
    void what_cannot_be_checked_out_says_why_and_what_to_do() throws Exception {
        run.steps("- checkout: {ref: nope}\n");
        assertThat(run.failure().kind()).isEqualTo(Kind.BAD_INPUT);
        assertThat(run.failure().message()).contains("no branch, tag or commit 'nope'");
        try (PipelineFixture other = new PipelineFixture(source)) {
            other.steps("- checkout: {path: ../../etc}\n");
            assertThat(other.failure().message()).contains("leads out of the workspace");
        }
    }

    @Test
    void two_repositories_lie_side_by_side() throws Exception {
        run.steps("- checkout: {path: a}\n- checkout: {path: b}\n- run: cat a/file.txt b/file.txt\n");
        assertThat(run.output()).endsWith("content\ncontent");
    }
}
