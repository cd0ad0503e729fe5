package dev.runner.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.checkout.CheckoutException.Reason;
import dev.runner.checkout.CheckoutRequest.Scope;
import dev.runner.checkout.CheckoutRequest.Submodules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against real repositories; what {@code git clone} makes of them is what is right. */
class CheckoutTests {
    @TempDir
    Path folder;

    private Git git;
    private String first;
    private String second;

    @BeforeEach
    void repository() {
        git = Git.init(folder.resolve("source dir"));
        git.write("README.md", "# hello\n")
                .write("bin/tool", "#!/bin/sh\n")
                .executable("bin/tool")
                .write("deep/er/file.txt", "1\n2\n")
                .write("empty", "")
                .write("ünïcode name.txt", "é\n")
                .write("binary", new byte[] {0, 1, 2, (byte) 0xFF, '\r', '\n'});
        git.link("link", "bin/tool").link("broken", "nowhere//at/all/").link("up", "../outside");
        first = git.commit("first\n\nwith a body");
        git.run("tag", "v1.2.0");
        git.run("tag", "-a", "-m", "annotated", "v1.10.0");
        git.run("tag", "v1.10.0-rc.1");
        git.write("README.md", "# hello again\n");
        second = git.commit("second");
        git.run("branch", "feature/x", first);
    }

    private CheckoutRequest local() {
        return CheckoutRequest.of(git.folder().toString(), folder.resolve("out"));
    }

    private CheckoutRequest url() {
        return CheckoutRequest.of("file://" + git.folder(), folder.resolve("out"));
    }

    private Commit run(CheckoutRequest request) throws InterruptedException {
        return new Checkout().run(request, CheckoutListener.SILENT);
    }

    private Path cloned(String... arguments) {
        Path clone = folder.resolve("clone");
        List<String> all = new ArrayList<>(List.of("clone", "-q"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("file://" + git.folder(), clone.toString()));
        Git.in(folder).run(all.toArray(String[]::new));
        return clone;
    }

    private void sameAs(Path clone) {
        assertThat(Git.files(folder.resolve("out"))).isEqualTo(Git.files(clone));
    }

    private Git out() {
        return Git.in(folder.resolve("out"));
    }

    @Test
    void a_local_path_gives_what_git_clone_gives() throws Exception {
        Commit commit = run(local());
        sameAs(cloned());
        assertThat(commit.sha()).isEqualTo(second);
        assertThat(commit.shortSha()).isEqualTo(second.substring(0, 7));
        assertThat(commit.branch()).isEqualTo("main");
        assertThat(commit.tag()).isNull();
        assertThat(commit.message()).isEqualTo("second");
        assertThat(commit.author()).isEqualTo("Ada <ada@example.org>");
        assertThat(commit.time()).hasToString("2026-03-04T05:06:07+02:00");
        assertThat(commit.dirty()).isFalse();
    }

    @Test
    void git_finds_nothing_changed_in_a_local_checkout_and_sees_history_and_branch() throws Exception {
        run(local());
        assertThat(out().run("status", "--porcelain", "-b")).isEqualTo("## main...origin/main");
        assertThat(out().run("log", "--format=%s")).isEqualTo("second\nfirst");
        assertThat(out().run("fsck", "--strict")).doesNotContain("error");
    }

    @Test
    void the_source_repository_is_not_touched() throws Exception {
        String before = git.run("status", "--porcelain");
        var files = listing(git.folder());
        run(local());
        run(local().withDirty(true));
        assertThat(listing(git.folder())).isEqualTo(files);
        assertThat(git.run("status", "--porcelain")).isEqualTo(before);
    }

    private static List<String> listing(Path root) throws IOException {
        try (var all = Files.walk(root)) {
            return all.sorted()
                    .map(path -> path + " " + path.toFile().lastModified())
                    .toList();
        }
    }

    @Test
    void a_file_url_at_depth_one_gives_one_commit() throws Exception {
        Commit commit = run(url());
        sameAs(cloned());
        assertThat(commit.branch()).isEqualTo("main");
        assertThat(out().run("status", "--porcelain", "-b")).isEqualTo("## main...origin/main");
        assertThat(out().run("rev-list", "--count", "HEAD")).isEqualTo("1");
        assertThat(out().run("tag")).isEmpty();
    }

    @Test
    void depth_zero_gives_all_branches_and_tags() throws Exception {
        run(url().withScope(Scope.TIP.withDepth(0)));
        assertThat(out().run("rev-list", "--count", "HEAD")).isEqualTo("2");
        assertThat(out().run("tag")).isEqualTo("v1.10.0\nv1.10.0-rc.1\nv1.2.0");
        assertThat(out().run("branch", "-r")).contains("origin/feature/x").contains("origin/main");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"feature/x", "v1.2.0", "v1.10.0", "refs/heads/feature/x", "refs/tags/v1.2.0", "FULL", "SHORT"})
    void a_ref_is_found_in_a_local_path_and_over_a_url(String ref) throws Exception {
        String asked = ref.equals("FULL") ? first : ref.equals("SHORT") ? first.substring(0, 8) : ref;
        Path clone = cloned();
        Git.in(clone).run("checkout", "-q", first);
        for (CheckoutRequest request : List.of(local(), url())) {
            Commit commit = run(request.withRef(asked));
            sameAs(clone);
            assertThat(commit.sha()).isEqualTo(first);
            assertThat(commit.branch()).isEqualTo(asked.contains("feature") ? "feature/x" : null);
            assertThat(commit.tag()).isEqualTo(asked.contains("v1.2.0") ? "v1.2.0" : "v1.10.0");
            assertThat(commit.message()).isEqualTo("first\n\nwith a body");
            assertThat(out().run("status", "--porcelain")).isEmpty();
            assertThat(out().head()).isEqualTo(first);
        }
    }

    @Test
    void a_pull_request_ref_is_found() throws Exception {
        git.run("update-ref", "refs/pull/7/merge", first);
        for (CheckoutRequest request : List.of(local(), url())) {
            assertThat(run(request.withRef("refs/pull/7/merge")).sha()).isEqualTo(first);
            assertThat(run(request.withRef("pull/7/merge")).sha()).isEqualTo(first);
        }
    }

    @Test
    void a_commit_that_no_ref_names_is_fetched_where_the_server_gives_it_and_refused_where_not() throws Exception {
        git.write("x", "x");
        String middle = git.commit("middle");
        git.write("x", "y");
        git.commit("last");
        assertThat(run(url().withRef(middle)).sha()).isEqualTo(middle);
        assertThatThrownBy(() -> run(url().withRef("0123456789012345678901234567890123456789")))
                .isInstanceOfSatisfying(
                        CheckoutException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_REF));
        assertThat(folder.resolve("out").resolve(".git")).doesNotExist();
    }

    @Test
    void what_is_not_there_is_said() {
        refused(local().withRef("nope"), Reason.NO_SUCH_REF, "no branch, tag or commit 'nope'");
        refused(url().withRef("nope"), Reason.NO_SUCH_REF, "no branch, tag or commit 'nope'");
        refused(
                CheckoutRequest.of(folder.resolve("gone").toString(), folder.resolve("out")),
                Reason.NOT_FOUND,
                "no such folder");
        refused(
                CheckoutRequest.of("file://" + folder.resolve("gone"), folder.resolve("out")),
                Reason.NOT_FOUND,
                "gone");
        refused(CheckoutRequest.of("ext::sh -c id", folder.resolve("out")), Reason.NETWORK, "");
        refused(CheckoutRequest.of("gopher://x/y", folder.resolve("out")), Reason.UNSUPPORTED, "no transport");
    }

    private void refused(CheckoutRequest request, Reason reason, String message) {
        assertThatThrownBy(() -> run(request)).isInstanceOfSatisfying(CheckoutException.class, e -> {
            if (reason != Reason.NETWORK) {
                assertThat(e.reason()).isEqualTo(reason);
            }
            assertThat(e).hasMessageContaining(message);
        });
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void an_empty_repository_and_an_unborn_branch_are_told_apart() {
        Git empty = Git.init(folder.resolve("empty"));
        refused(CheckoutRequest.of(empty.folder().toString(), folder.resolve("out")), Reason.EMPTY, "no commit yet");
        refused(CheckoutRequest.of("file://" + empty.folder(), folder.resolve("out")), Reason.EMPTY, "no commit yet");
        git.run("symbolic-ref", "HEAD", "refs/heads/unborn");
        refused(local(), Reason.NO_SUCH_REF, "unborn");
        refused(url(), Reason.NO_SUCH_REF, "give a ref");
    }

    @Test
    void bare_linked_detached_shallow_and_inner_folders_work_as_sources() throws Exception {
        Path bare = folder.resolve("bare.git");
        Git.in(folder).run("clone", "-q", "--bare", git.folder().toString(), bare.toString());
        assertThat(run(CheckoutRequest.of(bare.toString(), folder.resolve("out")))
                        .branch())
                .isEqualTo("main");
        sameAs(cloned());

        Path linked = folder.resolve("linked");
        git.run("worktree", "add", "-q", linked.toString(), "feature/x");
        Commit commit = run(CheckoutRequest.of(linked.toString(), folder.resolve("out")));
        assertThat(commit.sha()).isEqualTo(first);
        assertThat(commit.branch()).isEqualTo("feature/x");
        assertThat(out().run("status", "--porcelain")).isEmpty();

        Git.in(linked).run("checkout", "-q", "--detach");
        commit = run(CheckoutRequest.of(linked.resolve("deep/er").toString(), folder.resolve("out")));
        assertThat(commit.branch()).isNull();
        assertThat(out().run("status", "--porcelain")).isEmpty();

        Path shallow = folder.resolve("shallow");
        Git.in(folder).run("clone", "-q", "--depth=1", "file://" + git.folder(), shallow.toString());
        run(CheckoutRequest.of(shallow.toString(), folder.resolve("out")));
        assertThat(out().run("rev-list", "--count", "HEAD")).isEqualTo("1");
        run(CheckoutRequest.of("file://" + shallow, folder.resolve("out")));
        sameAs(folder.resolve("clone"));
    }

    @Test
    void attributes_convert_line_ends_encoding_and_ident_as_git_does() throws Exception {
        git.write(".gitattributes", """
                *.bat text eol=crlf
                *.auto text=auto eol=crlf
                *.lf text eol=lf
                *.raw -text eol=crlf
                *.id ident
                *.u16 text working-tree-encoding=UTF-16LE-BOM
                """);
        git.write("a.bat", "one\ntwo\n").write("mixed.auto", "a\nb\n").write("bin.auto", "a\nb\0\n");
        git.write("a.lf", "x\ny\n")
                .write("a.raw", "x\ny\n")
                .write("a.id", "// $Id$ and $Id: old$\n")
                .write("none.u16", "");
        git.write("a.u16", new byte[] {(byte) 0xFF, (byte) 0xFE, 'h', 0, 'i', 0, '\n', 0});
        git.commit("attributes");
        run(local());
        Path clone = cloned();
        sameAs(clone);
        assertThat(Files.readString(folder.resolve("out/a.bat"))).isEqualTo("one\r\ntwo\r\n");
        assertThat(run(CheckoutRequest.of(clone.toString(), folder.resolve("out"))
                                .withDirty(true))
                        .dirty())
                .isFalse();
    }

    @Test
    void a_dirty_checkout_takes_the_working_tree_as_it_is() throws Exception {
        git.write(".gitignore", "*.log\nbuild/\n!keep.log\n").write("kept.txt", "x");
        git.run("add", "-f", ".gitignore", "kept.txt");
        git.run("commit", "-qm", "ignore");
        git.write("README.md", "changed\n").write("new/untracked", "u").executable("kept.txt");
        git.write("noise.log", "no").write("keep.log", "yes").write("build/out", "no");
        git.write("forced.log", "tracked");
        git.run("add", "-f", "forced.log");
        Files.delete(git.folder().resolve("empty"));
        git.link("newlink", "a//b/");
        Commit commit = run(local().withDirty(true));
        assertThat(commit.sha()).isEqualTo(git.head() + "-dirty");
        assertThat(commit.shortSha()).endsWith("-dirty");
        assertThat(commit.dirty()).isTrue();
        var expected = Git.files(git.folder());
        expected.keySet().removeIf(name -> name.equals("noise.log") || name.startsWith("build"));
        assertThat(Git.files(folder.resolve("out"))).isEqualTo(expected);
        assertThat(out().head()).isEqualTo(git.head());
    }

    @Test
    void a_clean_working_tree_taken_as_it_is_is_not_dirty() throws Exception {
        git.write(".gitignore", "*.log\n");
        git.commit("ignore");
        git.write("noise.log", "no");
        Commit commit = run(local().withDirty(true));
        assertThat(commit.sha()).isEqualTo(git.head());
        assertThat(commit.dirty()).isFalse();
        sameAs(cloned());
        assertThat(out().run("status", "--porcelain")).isEmpty();
    }

    @Test
    void each_kind_of_change_alone_makes_a_tree_dirty() throws Exception {
        assertThat(run(local().withDirty(true)).dirty()).isFalse();
        git.run("update-index", "--chmod=+x", "README.md");
        git.executable("README.md");
        assertThat(run(local().withDirty(true)).dirty()).as("mode").isTrue();
        git.run("reset", "-q", "--hard");
        git.write("u", "");
        assertThat(run(local().withDirty(true)).dirty()).as("untracked").isTrue();
        Files.delete(git.folder().resolve("u"));
        git.run("rm", "-q", "--cached", "empty");
        git.write(".git/info/exclude", "empty\n");
        assertThat(run(local().withDirty(true)).dirty())
                .as("removed from the index")
                .isTrue();
    }

    @Test
    void sparse_checkouts_write_what_git_writes() throws Exception {
        git.write("a/one", "1")
                .write("a/b/two", "2")
                .write("a/c/three", "3")
                .write("d/four", "4")
                .write("top.txt", "5");
        git.commit("more");
        Path clone = cloned("--no-checkout");
        Git.in(clone).run("sparse-checkout", "set", "--cone", "a/b", "deep");
        Git.in(clone).run("checkout", "-q", "main");
        run(local().withScope(Scope.TIP.withSparse(List.of("a/b/", "/deep"))));
        sameAs(clone);
        assertThat(out().run("status", "--porcelain")).isEmpty();
        Git.in(clone).run("sparse-checkout", "set", "--no-cone", "/a/", "!/a/c/", "*.txt");
        run(url().withScope(Scope.TIP.withSparse(List.of("/a/", "!/a/c/", "*.txt"))));
        sameAs(clone);
        assertThat(out().run("status", "--porcelain")).isEmpty();
    }

    @Test
    void submodules_come_along_when_asked_for() throws Exception {
        Git inner = Git.init(folder.resolve("inner"));
        inner.write("inner.txt", "i");
        inner.commit("inner");
        Git library = Git.init(folder.resolve("library"));
        library.write("lib.txt", "l");
        library.run("submodule", "add", "-q", "../inner", "nested");
        library.commit("library");
        git.run("submodule", "add", "-q", "../library", "vendor/library");
        git.commit("submodule");
        git.run("submodule", "update", "-q", "--init", "--recursive");

        run(local());
        assertThat(folder.resolve("out/vendor/library")).isEmptyDirectory();
        for (CheckoutRequest request : List.of(local(), url())) {
            run(request.withScope(Scope.TIP.withSubmodules(Submodules.TRUE)));
            assertThat(folder.resolve("out/vendor/library/lib.txt")).hasContent("l");
            assertThat(folder.resolve("out/vendor/library/nested")).isEmptyDirectory();
            run(request.withScope(Scope.TIP.withSubmodules(Submodules.RECURSIVE)));
            assertThat(folder.resolve("out/vendor/library/nested/inner.txt")).hasContent("i");
            assertThat(out().run("status", "--porcelain")).isEmpty();
            assertThat(out().run("submodule", "status", "--recursive"))
                    .doesNotContain("-")
                    .doesNotContain("+");
        }
        Files.writeString(git.folder().resolve("vendor/library/lib.txt"), "changed");
        Commit commit = run(local().withDirty(true).withScope(Scope.TIP.withSubmodules(Submodules.RECURSIVE)));
        assertThat(commit.dirty()).isTrue();
        assertThat(folder.resolve("out/vendor/library/lib.txt")).hasContent("changed");
        assertThat(folder.resolve("out/vendor/library/nested/inner.txt")).hasContent("i");
    }

    @Test
    void submodules_are_chosen_and_fetched_by_rules() throws Exception {
        Git library = Git.init(folder.resolve("library"));
        library.write("lib.txt", "recorded");
        library.commit("one");
        library.write("more.txt", "m");
        library.commit("two");
        library.run("branch", "next");
        git.run("submodule", "add", "-q", "-b", "next", "../library", "vendor/library");
        git.run("submodule", "add", "-q", "../library", "vendor/other");
        git.run("submodule", "add", "-q", "../library", "third");
        git.commit("submodules");
        library.run("checkout", "-q", "next");
        library.write("lib.txt", "newest");
        library.commit("three");
        Scope all = Scope.TIP.withSubmodules(Submodules.TRUE).withDepth(0);

        run(url().withScope(all.withRules(new SubmoduleRules(List.of(":(exclude)vendor/other"), 1, false, false))));

        assertThat(folder.resolve("out/vendor/library/lib.txt")).hasContent("recorded");
        assertThat(folder.resolve("out/third/lib.txt")).hasContent("recorded");
        assertThat(folder.resolve("out/vendor/other")).isEmptyDirectory();
        assertThat(Git.in(folder.resolve("out/third"))
                        .run("rev-list", "--count", "HEAD")
                        .strip())
                .isEqualTo("1");
        for (CheckoutRequest request : List.of(local(), url())) {
            run(request.withScope(all.withRules(new SubmoduleRules(List.of("vendor/l*"), null, true, false))));
            assertThat(folder.resolve("out/vendor/library/lib.txt")).hasContent("newest");
            assertThat(folder.resolve("out/third")).isEmptyDirectory();
        }
        SubmoduleRules https = new SubmoduleRules(List.of(), null, false, true);
        assertThat(https.address("git@example.org:group/a.git")).isEqualTo("https://example.org/group/a.git");
        assertThat(https.address("ssh://git@example.org:22/group/a")).isEqualTo("https://example.org/group/a");
        assertThat(https.address("../a")).isEqualTo("../a");
    }

    @Test
    void lfs_pointers_stay_and_are_noted() throws Exception {
        String content = "big content";
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:"
                + java.util.HexFormat.of()
                        .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                                .digest(content.getBytes()))
                + "\nsize 11\n";
        git.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
                .write("a.bin", pointer);
        git.commit("lfs");
        List<String> notes = new ArrayList<>();
        new Checkout().run(local(), new CheckoutListener() {
            @Override
            public void progress(String task, int done, int total) {}

            @Override
            public void note(String text) {
                notes.add(text);
            }
        });
        assertThat(folder.resolve("out/a.bin")).hasContent(pointer);
        assertThat(notes).singleElement().asString().contains("1 file is a Git LFS pointer");
        git.write("a.bin", content);
        assertThat(run(local().withDirty(true)).dirty()).isFalse();
        assertThat(folder.resolve("out/a.bin")).hasContent(content);
    }

    @Test
    void a_second_checkout_replaces_the_first_and_another_repository_is_refused() throws Exception {
        run(local());
        Files.writeString(folder.resolve("out/left-over"), "x");
        run(local().withRef(first));
        assertThat(folder.resolve("out/left-over")).doesNotExist();
        Git other = Git.init(folder.resolve("other"));
        assertThatThrownBy(() -> run(CheckoutRequest.of(git.folder().toString(), other.folder())))
                .hasMessageContaining("another repository is there");
        for (Path bad : List.of(git.folder(), folder, git.folder().resolve(".git/x"))) {
            assertThatThrownBy(() -> run(CheckoutRequest.of(git.folder().toString(), bad)))
                    .isInstanceOf(CheckoutException.class);
        }
        assertThat(git.run("status", "--porcelain")).isEmpty();
    }

    @Test
    void files_that_were_there_stay_unless_the_commit_has_them() throws Exception {
        Path out = folder.resolve("out");
        Files.createDirectories(out.resolve("bin"));
        Files.writeString(out.resolve("mine"), "stays");
        Files.writeString(out.resolve("README.md"), "goes");
        Files.createSymbolicLink(out.resolve("deep"), folder.resolve("elsewhere"));
        run(local());
        assertThat(out.resolve("mine")).hasContent("stays");
        assertThat(out.resolve("README.md")).hasContent("# hello again\n");
        assertThat(out.resolve("deep/er/file.txt")).exists();
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void an_interruption_stops_it_and_leaves_nothing() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> run(local())).isInstanceOf(InterruptedException.class);
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
