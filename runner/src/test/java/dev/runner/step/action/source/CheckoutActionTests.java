package dev.runner.step.action.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.checkout.CheckoutException;
import dev.runner.step.action.ActionRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As the README of actions/checkout has it; what differs for the workflow's own repository is said by the names. */
class CheckoutActionTests {
    @TempDir
    Path folder;

    private Path repository = Path.of("");
    private String first = "";
    private String second = "";

    @BeforeEach
    void makeRepository() throws Exception {
        repository = Files.createDirectories(folder.resolve("repository"));
        git(repository, "init", "-q", "-b", "main");
        Files.createDirectories(repository.resolve("docs"));
        Files.writeString(repository.resolve("a.txt"), "one");
        Files.writeString(repository.resolve("docs/b.txt"), "doc");
        first = commit("first");
        git(repository, "tag", "v1");
        Files.writeString(repository.resolve("a.txt"), "two");
        second = commit("second");
    }

    private String commit(String message) throws Exception {
        git(repository, "add", "-A");
        git(repository, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", message);
        return git(repository, "rev-parse", "HEAD");
    }

    private static String git(Path folder, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private ActionRun run() throws IOException {
        return new ActionRun(folder, repository).github("sha", second);
    }

    @Test
    void the_working_tree_is_taken_as_it_is() throws Exception {
        Files.writeString(repository.resolve("a.txt"), "not committed");
        Files.writeString(repository.resolve("new.txt"), "new");
        try (ActionRun run = run()) {
            run.main(new CheckoutAction());

            assertThat(run.workspace().resolve("a.txt")).hasContent("not committed");
            assertThat(run.workspace().resolve("new.txt")).exists();
            assertThat(run.output("commit")).isEqualTo(second);
            assertThat(run.output("ref")).isEqualTo("refs/heads/main");
            assertThat(git(run.workspace(), "log", "--format=%s")).isEqualTo("second\nfirst");
        }
    }

    @Test
    void a_run_for_another_commit_takes_that_commit() throws Exception {
        Files.writeString(repository.resolve("a.txt"), "not committed");
        try (ActionRun run = run().github("sha", first)) {
            run.main(new CheckoutAction());

            assertThat(run.workspace().resolve("a.txt")).hasContent("one");
            assertThat(run.output("commit")).isEqualTo(first);
        }
    }

    @Test
    void a_ref_of_the_steps_own_is_a_tag_a_branch_or_a_sha() throws Exception {
        git(repository, "branch", "old", first);
        for (String ref : List.of("v1", "old", "refs/heads/old", first)) {
            try (ActionRun run = run().with("ref", ref)) {
                run.main(new CheckoutAction());
                assertThat(run.workspace().resolve("a.txt")).hasContent("one");
                assertThat(run.output("ref")).isEqualTo(ref.equals(first) ? "" : ref);
            }
        }
        try (ActionRun run = run().with("ref", "nowhere")) {
            assertThatThrownBy(() -> run.main(new CheckoutAction())).isInstanceOf(CheckoutException.class);
        }
    }

    @Test
    void contents_of_git_lfs_come_along_when_they_are_asked_for() throws Exception {
        Process lfs = new ProcessBuilder("git", "lfs", "version")
                .redirectErrorStream(true)
                .start();
        assumeTrue(lfs.waitFor() == 0, "git-lfs is not installed");
        git(repository, "lfs", "install", "--local");
        Files.writeString(repository.resolve(".gitattributes"), "*.bin filter=lfs diff=lfs merge=lfs -text\n");
        Files.writeString(repository.resolve("big.bin"), "big");
        String third = commit("third");
        try (ActionRun run = run().with("ref", third).with("lfs", "true")) {
            run.main(new CheckoutAction());
            assertThat(run.workspace().resolve("big.bin")).hasContent("big");
            assertThat(git(run.workspace(), "lfs", "ls-files")).endsWith("* big.bin");
            assertThat(git(run.workspace(), "status", "--porcelain")).isEmpty();
        }
        try (ActionRun run = run().with("ref", third)) {
            run.main(new CheckoutAction());
            assertThat(run.workspace().resolve("big.bin")).content().startsWith("version https://git-lfs");
            assertThat(run.log.toString()).contains("1 file is a Git LFS pointer");
        }
    }

    @Test
    void a_path_lies_in_the_workspace_and_is_emptied() throws Exception {
        try (ActionRun run = run().with("path", "src/app")) {
            Files.createDirectories(run.workspace().resolve("src/app"));
            Files.writeString(run.workspace().resolve("src/app/left"), "x");
            Files.writeString(run.workspace().resolve("beside"), "x");
            run.main(new CheckoutAction());

            assertThat(run.workspace().resolve("src/app/a.txt")).exists();
            assertThat(run.workspace().resolve("src/app/left")).doesNotExist();
            assertThat(run.workspace().resolve("beside")).exists();
            assertThatThrownBy(() -> run.with("path", "../x").main(new CheckoutAction()))
                    .hasMessageContaining("is not under");
        }
    }

    @Test
    void untracked_files_stay_when_clean_is_off() throws Exception {
        try (ActionRun run = run()) {
            run.main(new CheckoutAction());
            Files.writeString(run.workspace().resolve("built"), "x");
            Files.writeString(run.workspace().resolve("a.txt"), "changed");
            Files.createDirectories(run.workspace().resolve("out/deep"));
            Files.writeString(run.workspace().resolve("out/deep/built"), "x");
            run.with("clean", "false").main(new CheckoutAction());

            assertThat(run.workspace().resolve("built")).exists();
            assertThat(run.workspace().resolve("out/deep/built")).exists();
            assertThat(run.workspace().resolve("a.txt")).hasContent("two");
        }
    }

    @Test
    void sparse_checkouts_take_folders_or_patterns() throws Exception {
        try (ActionRun run = run().with("ref", "main").with("sparse-checkout", "docs")) {
            run.main(new CheckoutAction());
            assertThat(run.workspace().resolve("docs/b.txt")).exists();
            assertThat(run.workspace().resolve("a.txt"))
                    .as("files at the root belong to a cone")
                    .exists();

            run.with("sparse-checkout-cone-mode", "false").main(new CheckoutAction());
            assertThat(run.workspace().resolve("docs/b.txt")).exists();
            assertThat(run.workspace().resolve("a.txt")).doesNotExist();
        }
    }

    @Test
    void another_repository_comes_from_the_server() throws Exception {
        Path server = Files.createDirectories(folder.resolve("server/acme"));
        git(
                folder,
                "clone",
                "-q",
                "--bare",
                repository.toString(),
                server.resolve("lib").toString());
        try (ActionRun run = run()) {
            run.with("repository", "acme/lib")
                    .with(
                            "github-server-url",
                            folder.resolve("server").toUri().toString().replaceFirst("/$", ""))
                    .with("ref", "v1")
                    .with("token", "")
                    .main(new CheckoutAction());

            assertThat(run.workspace().resolve("a.txt")).hasContent("one");
            assertThat(run.output("commit")).isEqualTo(first);
            assertThatThrownBy(() -> run.with("repository", "lib").main(new CheckoutAction()))
                    .hasMessageContaining("Expected format {owner}/{repo}");
        }
    }
}
