package dev.runner.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.checkout.CheckoutException.Reason;
import dev.runner.checkout.CheckoutRequest.Scope;
import dev.runner.checkout.CheckoutRequest.Submodules;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repositories that want to start programs or to write outside of their folder. */
class HostileRepositoryTests {
    @TempDir
    Path folder;

    private Commit run(CheckoutRequest request) throws InterruptedException {
        return new Checkout().run(request, CheckoutListener.SILENT);
    }

    @Test
    void nothing_that_the_repository_names_is_started() throws Exception {
        Git git = Git.init(folder.resolve("source"));
        git.write(".gitattributes", "* filter=evil\n").write("a", "a\n").write("sub/.gitattributes", "* ident\n");
        git.commit("one");
        Path trap = folder.resolve("sprung");
        String command = "touch " + trap;
        git.write(".git/hooks/post-checkout", "#!/bin/sh\n" + command + "\n").executable(".git/hooks/post-checkout");
        git.write(".git/config", """
                [core]
                \trepositoryformatversion = 0
                \tfsmonitor = %1$s
                \tsshCommand = %1$s
                \thooksPath = %2$s
                \tworktree = /etc
                \tpager = %1$s
                [filter "evil"]
                \tclean = %1$s
                \tsmudge = %1$s
                \tprocess = %1$s
                \trequired = true
                [uploadpack]
                \tpackObjectsHook = %1$s
                [remote "origin"]
                \tuploadpack = %1$s
                """.formatted(command, git.folder().resolve(".git/hooks")));
        git.write("a", "changed\n");
        Path out = folder.resolve("out");
        run(CheckoutRequest.of(git.folder().toString(), out));
        assertThat(out.resolve("a")).hasContent("a\n");
        run(CheckoutRequest.of(git.folder().toString(), out).withDirty(true));
        assertThat(out.resolve("a")).hasContent("changed\n");
        run(CheckoutRequest.of("file://" + git.folder(), out));
        assertThat(trap).doesNotExist();
        assertThat(out.resolve(".git/hooks")).doesNotExist();
        assertThat(out.resolve(".git/config")).content().doesNotContain("touch");
    }

    @ParameterizedTest
    @ValueSource(strings = {".git", ".GIT", "..", "."})
    void a_tree_that_writes_into_git_or_upwards_is_refused(String name) throws Exception {
        Git git = Git.init(folder.resolve("source"));
        git.write("payload", "x\n");
        git.commit("one");
        String blob = git.run("rev-parse", "HEAD:payload");
        String inner = tree(git, "100644 blob " + blob + "\tconfig");
        String outer = tree(git, "040000 tree " + inner + "\t" + name);
        git.run("update-ref", "refs/heads/evil", git.run("commit-tree", "-m", "evil", outer));
        assertThatThrownBy(() -> run(CheckoutRequest.of(git.folder().toString(), folder.resolve("out"))
                        .withRef("evil")))
                .isInstanceOfSatisfying(
                        CheckoutException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE));
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** A tree object as it is given, without the checks that {@code git mktree} makes of names. */
    private String tree(Git git, String line) throws Exception {
        String[] mode = line.split("[ \t]");
        byte[] id = java.util.HexFormat.of().parseHex(mode[2]);
        byte[] head = (mode[0].replaceFirst("^0", "") + " " + mode[3] + "\0").getBytes();
        byte[] all = java.util.Arrays.copyOf(head, head.length + id.length);
        System.arraycopy(id, 0, all, head.length, id.length);
        Path file = folder.resolve("tree");
        Files.write(file, all);
        return git.run("hash-object", "-t", "tree", "-w", "--literally", file.toString());
    }

    @Test
    void a_tree_with_a_link_and_a_folder_of_one_name_does_not_write_through_the_link() throws Exception {
        Git git = Git.init(folder.resolve("source"));
        git.write("payload", "x\n");
        git.commit("one");
        String blob = git.run("rev-parse", "HEAD:payload");
        git.write("target", folder.resolve("outside").toString());
        String link = git.run("hash-object", "-w", "target");
        String inner = tree(git, "100644 blob " + blob + "\tpwned");
        Path file = folder.resolve("both");
        var bytes = new java.io.ByteArrayOutputStream();
        bytes.write("120000 a\0".getBytes());
        bytes.write(java.util.HexFormat.of().parseHex(link));
        bytes.write("40000 a\0".getBytes());
        bytes.write(java.util.HexFormat.of().parseHex(inner));
        Files.write(file, bytes.toByteArray());
        String outer = git.run("hash-object", "-t", "tree", "-w", "--literally", file.toString());
        git.run("update-ref", "refs/heads/evil", git.run("commit-tree", "-m", "evil", outer));
        Files.createDirectories(folder.resolve("outside"));
        assertThatThrownBy(() -> run(CheckoutRequest.of(git.folder().toString(), folder.resolve("out"))
                        .withRef("evil")))
                .isInstanceOf(CheckoutException.class);
        assertThat(folder.resolve("outside")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "a/../../hooks", "-x", "/abs"})
    void a_submodule_with_a_name_that_leads_out_is_refused(String name) {
        Git library = Git.init(folder.resolve("library"));
        library.write("l", "l");
        library.commit("l");
        Git git = Git.init(folder.resolve("source"));
        git.run("submodule", "add", "-q", "../library", "sub");
        git.write(".gitmodules", "[submodule \"" + name + "\"]\n\tpath = sub\n\turl = ../library\n");
        git.commit("evil");
        assertThatThrownBy(() -> run(CheckoutRequest.of("file://" + git.folder(), folder.resolve("out"))
                        .withScope(Scope.TIP.withSubmodules(Submodules.TRUE))))
                .isInstanceOfSatisfying(
                        CheckoutException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE));
    }

    @Test
    void credentials_in_a_url_are_not_shown() {
        assertThat(Location.redacted("cannot fetch https://me:geheim@example.org/x"))
                .isEqualTo("cannot fetch https://***@example.org/x");
        assertThat(Location.redacted("https://geheim@example.org/x")).doesNotContain("geheim");
        assertThat(Location.redacted("ssh://git@example.org/x")).isEqualTo("ssh://git@example.org/x");
        assertThat(Location.redacted("ssh://git:geheim@example.org/x")).doesNotContain("geheim");
        assertThatThrownBy(() -> run(CheckoutRequest.of("https://me:geheim@127.0.0.1:1/x", folder.resolve("out"))))
                .isInstanceOfSatisfying(CheckoutException.class, e -> {
                    java.io.StringWriter all = new java.io.StringWriter();
                    e.printStackTrace(new java.io.PrintWriter(all));
                    assertThat(all.toString()).doesNotContain("geheim");
                    assertThat(e.repository()).doesNotContain("geheim");
                    assertThat(e.retryable()).isTrue();
                });
    }
}
