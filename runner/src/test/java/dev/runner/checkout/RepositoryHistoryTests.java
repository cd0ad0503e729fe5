package dev.runner.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.checkout.RepositoryHistory.Change;
import dev.runner.checkout.RepositoryHistory.Revision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.StoredConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryHistoryTests {
    @TempDir
    Path folder;

    @Test
    void a_repository_tells_of_its_commits_branches_and_owner() throws Exception {
        String first;
        String second;
        String side;
        try (Git git = Git.init()
                .setDirectory(folder.toFile())
                .setInitialBranch("main")
                .call()) {
            StoredConfig config = git.getRepository().getConfig();
            config.setString("user", null, "name", "Mona Lisa");
            config.setString("user", null, "email", "mona@example.com");
            config.setString("remote", "origin", "url", "git@github.com:octo/cat.git");
            config.save();
            first = commit(git, "a.txt", "one", "First");
            git.branchCreate().setName("topic").call();
            second = commit(git, "b.txt", "two", "Second\n\nwith a body");
            Files.delete(folder.resolve("a.txt"));
            git.rm().addFilepattern("a.txt").call();
            commit(git, "b.txt", "three", "Third");
            git.checkout().setName("topic").call();
            side = commit(git, "c.txt", "side", "Side");
        }

        try (RepositoryHistory history = Objects.requireNonNull(RepositoryHistory.open(folder))) {
            String main = Objects.requireNonNull(history.resolve("refs/heads/main"));
            assertThat(history.origin()).isEqualTo("git@github.com:octo/cat.git");
            assertThat(history.branch()).isEqualTo("topic");
            assertThat(history.defaultBranch()).isEqualTo("main");
            assertThat(history.user(folder).name()).isEqualTo("Mona Lisa");
            assertThat(history.resolve("refs/heads/none")).isNull();
            assertThat(history.resolve("no..ref")).isNull();
            assertThat(history.mergeBase(main, side)).isEqualTo(first);
            assertThat(history.revisions(first, main, 9))
                    .extracting(Revision::message)
                    .containsExactly("Second\n\nwith a body", "Third");
            assertThat(history.changes(second, main))
                    .containsExactlyInAnyOrder(
                            new Change("a.txt", Change.Kind.REMOVED), new Change("b.txt", Change.Kind.MODIFIED));
            assertThat(history.changes(null, first)).containsExactly(new Change("a.txt", Change.Kind.ADDED));
            assertThat(history.changes("f".repeat(40), first)).isNull();
            assertThat(Objects.requireNonNull(history.revision(second)).parents())
                    .isEqualTo(List.of(first));
        }
    }

    @Test
    void a_folder_outside_of_any_repository_has_none() {
        assertThat(RepositoryHistory.open(folder)).isNull();
    }

    private String commit(Git git, String file, String text, String message) throws Exception {
        Files.writeString(folder.resolve(file), text);
        git.add().addFilepattern(file).call();
        return git.commit().setMessage(message).setSign(false).call().name();
    }
}
