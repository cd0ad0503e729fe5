package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildResult;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** COPY, ADD and WORKDIR over an empty base: no sandbox and no registry is needed. */
class CopyTests {
    @TempDir
    Path folder;

    private Path context;
    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        context = Files.createDirectories(folder.resolve("context"));
        machine = Machine.at(folder.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
    }

    private List<String> copied(String dockerfile) throws Exception {
        BuildResult result = machine.build(context, dockerfile);
        int layers = machine.manifest(result.image().digest()).layers().size();
        return machine.layer(result, layers - 1);
    }

    @Test
    void a_file_becomes_the_destination_and_missing_folders_are_made() throws Exception {
        Machine.write(context.resolve("a.txt"), "a");
        assertThat(copied("FROM scratch\nCOPY a.txt /x/y\n")).containsExactly("d755 0:0 x", "f644 0:0 x/y");
    }

    @Test
    void a_file_goes_into_a_destination_with_a_slash() throws Exception {
        Machine.write(context.resolve("a.txt"), "a");
        assertThat(copied("FROM scratch\nCOPY a.txt /x/\n")).containsExactly("d755 0:0 x", "f644 0:0 x/a.txt");
    }

    @Test
    void a_file_goes_into_a_folder_of_an_earlier_layer_and_the_layer_has_the_folders_above_it() throws Exception {
        Machine.write(context.resolve("a.txt"), "a");
        Machine.write(context.resolve("d/b.txt"), "b");
        assertThat(copied("FROM scratch\nCOPY d /x\nCOPY a.txt /x\n"))
                .containsExactly("d755 0:0 x", "f644 0:0 x/a.txt");
    }

    @Test
    void a_folder_gives_its_content() throws Exception {
        Machine.write(context.resolve("d/e/b.txt"), "b");
        Files.createSymbolicLink(context.resolve("d/link"), Path.of("e/b.txt"));
        Files.createDirectories(context.resolve("d/empty"));
        assertThat(copied("FROM scratch\nCOPY d /x\n"))
                .containsExactly(
                        "d755 0:0 x",
                        "d755 0:0 x/e",
                        "f644 0:0 x/e/b.txt",
                        "d755 0:0 x/empty",
                        "l777 0:0 x/link -> e/b.txt");
    }

    @Test
    void wildcards_choose_and_one_that_matches_nothing_is_no_fault() throws Exception {
        Machine.write(context.resolve("a.txt"), "a");
        Machine.write(context.resolve("b.txt"), "b");
        Machine.write(context.resolve("c.md"), "c");
        assertThat(copied("FROM scratch\nCOPY *.txt nothing*.x /x/\n"))
                .containsExactly("d755 0:0 x", "f644 0:0 x/a.txt", "f644 0:0 x/b.txt");
    }

    @Test
    void owner_and_mode_are_set_on_what_is_copied_and_on_folders_that_are_made() throws Exception {
        Machine.write(context.resolve("d/a.txt"), "a");
        Machine.write(context.resolve("d/run"), "a");
        Files.setPosixFilePermissions(
                context.resolve("d/run"), java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        assertThat(copied("FROM scratch\nCOPY --chown=7:8 --chmod=u=rwX,go=rX d /x/\n"))
                .containsExactly("d755 7:8 x", "f644 7:8 x/a.txt", "f755 7:8 x/run");
        assertThat(copied("FROM scratch\nCOPY --chown=7 --chmod=4751 d/run /r\n"))
                .containsExactly("f4751 7:7 r");
    }

    @Test
    void a_symbolic_link_in_the_destination_is_followed_inside_the_root_only() throws Exception {
        Machine.write(context.resolve("a.txt"), "a");
        Files.createDirectories(context.resolve("links"));
        Files.createSymbolicLink(context.resolve("links/out"), Path.of("/../../../tmp/escape"));
        assertThat(copied("FROM scratch\nCOPY links /\nCOPY a.txt /out/\n"))
                .containsExactly("d755 0:0 tmp", "d755 0:0 tmp/escape", "f644 0:0 tmp/escape/a.txt");
    }

    @Test
    void a_source_that_leaves_the_context_by_a_link_or_by_dots_stays_inside() throws Exception {
        Machine.write(folder.resolve("outside.txt"), "secret");
        Files.createSymbolicLink(context.resolve("leak"), folder.resolve("outside.txt"));
        assertThatThrownBy(() -> copied("FROM scratch\nCOPY leak /x\n"))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("leak");
        assertThatThrownBy(() -> copied("FROM scratch\nCOPY ../outside.txt /x\n"))
                .isInstanceOfSatisfying(
                        BuildFailedException.class,
                        e -> assertThat(e.failure().span()).isNotNull());
    }

    @Test
    void what_is_ignored_is_not_copied_and_is_not_there() throws Exception {
        Machine.write(context.resolve(".dockerignore"), "**/*.log\nsecret\n!keep.log\n");
        Machine.write(context.resolve("a.log"), "a");
        Machine.write(context.resolve("keep.log"), "k");
        Machine.write(context.resolve("secret/x"), "x");
        assertThat(copied("FROM scratch\nCOPY . /x\n"))
                .containsExactly("d755 0:0 x", "f644 0:0 x/.dockerignore", "f644 0:0 x/keep.log");
        assertThatThrownBy(() -> copied("FROM scratch\nCOPY secret/x /x\n")).hasMessageContaining(".dockerignore");
    }

    @Test
    void excludes_and_parents_work() throws Exception {
        Machine.write(context.resolve("a/b/c.txt"), "c");
        Machine.write(context.resolve("a/b/d.md"), "d");
        assertThat(copied("FROM scratch\nCOPY --exclude=**/*.md a /x\n"))
                .containsExactly("d755 0:0 x", "d755 0:0 x/b", "f644 0:0 x/b/c.txt");
        assertThat(copied("FROM scratch\nCOPY --parents a/./b/c.txt /x/\n"))
                .containsExactly("d755 0:0 x", "d755 0:0 x/b", "f644 0:0 x/b/c.txt");
    }

    @Test
    void parents_select_by_patterns_of_any_depth_and_make_no_folder_for_nothing() throws Exception {
        for (String file : List.of("package.json", "a/package.json", "a/b/package.json", "a/b/c.txt", "d/e/f.txt")) {
            Machine.write(context.resolve(file), file);
        }
        Files.createSymbolicLink(context.resolve("a/link"), Path.of("b"));
        assertThat(copied("FROM scratch\nCOPY --parents ./**/package.json /x/\n"))
                .containsExactly(
                        "d755 0:0 x",
                        "d755 0:0 x/a",
                        "d755 0:0 x/a/b",
                        "f644 0:0 x/a/b/package.json",
                        "f644 0:0 x/a/package.json",
                        "f644 0:0 x/package.json");
        assertThat(copied("FROM scratch\nCOPY --parents --exclude=**/b **/*.txt a/l* /x/\n"))
                .containsExactly(
                        "d755 0:0 x",
                        "d755 0:0 x/a",
                        "l777 0:0 x/a/link -> b",
                        "d755 0:0 x/d",
                        "d755 0:0 x/d/e",
                        "f644 0:0 x/d/e/f.txt");
        assertThat(copied("FROM scratch\nCOPY --parents [ad]/./**/*.txt /x/\n"))
                .containsExactly(
                        "d755 0:0 x", "d755 0:0 x/b", "f644 0:0 x/b/c.txt", "d755 0:0 x/e", "f644 0:0 x/e/f.txt");
        assertThat(copied("FROM scratch\nCOPY --parents **/nothing d/e /x/\n"))
                .containsExactly("d755 0:0 x", "d755 0:0 x/d", "d755 0:0 x/d/e", "f644 0:0 x/d/e/f.txt");
        assertThatThrownBy(() -> copied("FROM scratch\nCOPY --parents a/gone /x/\n"))
                .hasMessageContaining("'/a/gone' is not there");
    }

    @Test
    void an_exclude_is_about_what_lies_below_a_source() throws Exception {
        Machine.write(context.resolve("a/b.txt"), "b");
        Machine.write(context.resolve("a/c.txt"), "c");
        assertThat(copied("FROM scratch\nCOPY --exclude=b.txt a/b.txt a/c* a /x/\n"))
                .containsExactly("d755 0:0 x", "f644 0:0 x/b.txt", "f644 0:0 x/c.txt");
        assertThat(copied("FROM scratch\nCOPY --exclude=a/b.txt --parents a/*.txt /x/\n"))
                .containsExactly("d755 0:0 x", "d755 0:0 x/a", "f644 0:0 x/a/c.txt");
    }

    @Test
    void what_stands_before_a_wildcard_must_be_there() throws Exception {
        Machine.write(context.resolve("a/b"), "b");
        assertThat(copied("FROM scratch\nCOPY a/x* a/b /x/\n")).containsExactly("d755 0:0 x", "f644 0:0 x/b");
        assertThatThrownBy(() -> copied("FROM scratch\nCOPY gone/* a/b /x/\n")).hasMessageContaining("/gone");
    }

    @Test
    void folders_made_for_a_copy_have_its_mode_under_a_umask() throws Exception {
        Machine.write(context.resolve("a"), "a");
        assertThat(copied("FROM scratch\nCOPY --chmod=7777 a /x/a\n")).containsExactly("d755 0:0 x", "f7777 0:0 x/a");
    }

    @Test
    void root_needs_no_accounts_and_a_name_needs_an_image() throws Exception {
        Machine.write(context.resolve("a"), "a");
        assertThat(copied("FROM scratch\nCOPY --chown=5:root a /x\n")).containsExactly("f644 5:0 x");
        assertThat(copied("FROM scratch\nCOPY --chown=+5: a /x\n")).containsExactly("f644 5:0 x");
        assertThat(copied("FROM scratch\nCOPY a /y\nCOPY --chown=app:app a /x\n"))
                .containsExactly("f644 0:0 x");
        assertThatThrownBy(() -> copied("FROM scratch\nCOPY --chown=app a /x\n"))
                .hasMessageContaining("'app'");
    }

    @Test
    void scratch_is_an_empty_folder_to_copy_from() throws Exception {
        assertThat(copied("FROM scratch\nCOPY --from=scratch / /x\n")).containsExactly("d755 0:0 x");
    }

    @Test
    void hard_links_survive_a_copy_between_stages() throws Exception {
        Machine.write(context.resolve("d/a"), "same");
        Files.createLink(context.resolve("d/b"), context.resolve("d/a"));
        assertThat(copied("FROM scratch AS one\nCOPY --chown=3:4 d /d\nFROM scratch\nCOPY --from=one /d /x\n"))
                .containsExactly("d755 0:0 x", "f644 3:4 x/a", "h644 3:4 x/b = x/a");
    }

    @Test
    void documents_become_files() throws Exception {
        BuildResult result =
                machine.build(context, "FROM scratch\nARG V=1\nCOPY <<one <<'two' /x/\nv=$V\none\nv=$V\ntwo\n");
        assertThat(machine.layer(result, 0)).containsExactly("d755 0:0 x", "f644 0:0 x/one", "f644 0:0 x/two");
        assertThat(((TarEntry.File) machine.entries(result, 0).get(1)).size()).isEqualTo(4);
        assertThat(((TarEntry.File) machine.entries(result, 0).get(2)).size()).isEqualTo(5);
    }

    @Test
    void an_archive_is_unpacked_by_add_whatever_its_name_and_copied_by_copy() throws Exception {
        Machine.write(context.resolve("src/in/file"), "x");
        for (String packed : List.of("--gzip", "--bzip2", "--xz", "--zstd", "--format=pax")) {
            pack(packed, context.resolve("archive.bin"));
            assertThat(copied("FROM scratch\nADD --chown=1:2 archive.bin /x/\n"))
                    .as(packed)
                    .containsExactly("d755 1:2 x", "d755 1:2 x/in", "f644 1:2 x/in/file");
        }
        assertThat(copied("FROM scratch\nCOPY archive.bin /x\n")).containsExactly("f644 0:0 x");
    }

    private void pack(String option, Path archive) throws Exception {
        Process tar = new ProcessBuilder("tar", option, "-cf", archive.toString(), "-C", "src", "in")
                .directory(context.toFile())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        Files.setPosixFilePermissions(archive, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void a_workdir_makes_its_folder_for_the_user_and_the_root_makes_no_layer() throws Exception {
        BuildResult result = machine.build(context, "FROM scratch\nUSER 5:6\nWORKDIR /\nWORKDIR a\nWORKDIR b/../c\n");
        assertThat(machine.manifest(result.image().digest()).layers()).hasSize(2);
        assertThat(machine.layer(result, 0)).containsExactly("d755 5:6 a");
        assertThat(machine.layer(result, 1)).containsExactly("d755 5:6 a", "d755 5:6 a/c");
        assertThat(machine.image(result).config().config().workingDirectory()).isEqualTo("/a/c");
    }

    @Test
    void a_file_does_not_replace_a_folder_nor_a_folder_a_file() throws Exception {
        Machine.write(context.resolve("a/b"), "x");
        Machine.write(context.resolve("b"), "y");
        assertThatThrownBy(() -> copied("FROM scratch\nCOPY a/b /x\nCOPY a /x\n"))
                .hasMessageContaining("/x");
        Machine.write(context.resolve("t/b/inner"), "y");
        assertThatThrownBy(() -> copied("FROM scratch\nCOPY t /x\nCOPY a /x\n")).hasMessageContaining("/x/b");
    }
}
