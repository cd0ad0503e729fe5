package dev.runner.step.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActionSourceTests {
    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();
    private String first = "";

    @BeforeEach
    void publish() throws Exception {
        first = commit("one", "v1");
    }

    private String commit(String text, String tag) throws Exception {
        Path repository = Files.createDirectories(folder.resolve("server/someone/tool"));
        Files.writeString(repository.resolve("action.yml"), "name: " + text + "\n");
        Files.createDirectories(repository.resolve("sub"));
        Files.writeString(repository.resolve("sub/run.sh"), text);
        try (Git git = Git.init()
                .setDirectory(repository.toFile())
                .setInitialBranch("main")
                .call()) {
            git.add().addFilepattern(".").call();
            String sha = git.commit()
                    .setMessage(text)
                    .setAuthor("Ann", "ann@example.com")
                    .setCommitter("Ann", "ann@example.com")
                    .setSign(false)
                    .call()
                    .name();
            git.tag().setName(tag).setForceUpdate(true).setAnnotated(false).call();
            return sha;
        }
    }

    private ActionSource source(boolean offline) {
        return new ActionSource(folder.resolve("server").toUri().toString(), offline, folder.resolve("kept"));
    }

    private ActionSource.Fetched fetch(ActionSource source, String ref) throws Exception {
        return source.fetch((ActionReference.Remote) ActionReference.parse("someone/tool/sub@" + ref), "", said::add);
    }

    @Test
    void a_ref_is_fetched_by_its_sha_and_kept() throws Exception {
        ActionSource.Fetched fetched = fetch(source(false), "v1");

        assertThat(fetched.sha()).isEqualTo(first);
        assertThat(fetched.folder().resolve("sub/run.sh")).hasContent("one");
        assertThat(fetched.folder().resolve(".git")).doesNotExist();
        assertThat(said).containsExactly("Download action repository 'someone/tool/sub@v1' (SHA:" + first + ")");
    }

    @Test
    void offline_a_ref_is_what_it_was_last() throws Exception {
        fetch(source(false), "v1");
        commit("two", "v1");

        assertThat(fetch(source(true), "v1").sha()).isEqualTo(first);
        assertThat(fetch(source(false), "v1").sha()).isNotEqualTo(first);
        assertThatThrownBy(() -> fetch(source(true), "v2")).hasMessageContaining("this run is offline");
    }

    @Test
    void a_sha_that_is_kept_is_not_asked_for() throws Exception {
        fetch(source(false), "v1");
        ActionCache.delete(folder.resolve("server"));

        assertThat(fetch(source(false), first).folder().resolve("sub/run.sh")).hasContent("one");
    }

    @Test
    void what_has_been_changed_on_disk_is_fetched_anew() throws Exception {
        ActionSource.Fetched fetched = fetch(source(false), "v1");
        Files.writeString(fetched.folder().resolve("sub/run.sh"), "evil");

        assertThatThrownBy(() -> fetch(source(true), "v1")).hasMessageContaining("has not been fetched yet");
        assertThat(fetch(source(false), first).folder().resolve("sub/run.sh")).hasContent("one");
    }

    @Test
    void what_is_not_there_is_told_in_githubs_words() {
        assertThatThrownBy(() -> fetch(source(false), "v9"))
                .hasMessage("Unable to resolve action `someone/tool@v9`, unable to find version `v9`");
        assertThatThrownBy(() -> source(false)
                        .fetch((ActionReference.Remote) ActionReference.parse("no/body@v1"), "", said::add))
                .hasMessage("Unable to resolve action `no/body`, repository not found");
    }

    @Test
    void references_are_read() {
        assertThat(ActionReference.parse("docker://alpine:3.8")).isEqualTo(new ActionReference.Image("alpine:3.8"));
        assertThat(ActionReference.parse("./.github/x")).isEqualTo(new ActionReference.Local(".github/x"));
        ActionReference.Remote remote = (ActionReference.Remote) ActionReference.parse("Own/Repo/a/b@v4.1.2");
        assertThat(remote.name()).isEqualTo("own/repo/a/b");
        assertThat(remote.major()).isEqualTo(4);
        assertThat(((ActionReference.Remote) ActionReference.parse("a/b@main")).major())
                .isZero();
        assertThatThrownBy(() -> ActionReference.parse("a/b"))
                .hasMessage("Expected format {org}/{repo}[/path]@ref. Actual 'a/b'");
    }
}
