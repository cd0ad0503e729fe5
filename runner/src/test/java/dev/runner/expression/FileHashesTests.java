package dev.runner.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHashesTests {
    @TempDir
    Path folder;

    private Path workspace;

    @BeforeEach
    void lay_files_out() throws IOException {
        workspace = folder.resolve("work [1]");
        for (String file : List.of(
                "a.lock", "b.txt", "sub/a.lock", "sub/deep/a.lock", "sub/.hidden/x.lock", "sub-1/a.lock", "Z.lock")) {
            write(workspace.resolve(file), "content of " + file);
        }
        write(folder.resolve("outside.lock"), "outside");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private List<String> find(boolean follow, String... patterns) throws IOException {
        return FileGlob.of(workspace, Arrays.asList(patterns), follow).find().stream()
                .map(path ->
                        path.startsWith(workspace) ? workspace.relativize(path).toString() : path.toString())
                .toList();
    }

    @Test
    void the_hash_is_that_of_the_raw_hashes_in_order() throws Exception {
        MessageDigest all = MessageDigest.getInstance("SHA-256");
        for (String file : List.of("Z.lock", "a.lock")) {
            all.update(MessageDigest.getInstance("SHA-256")
                    .digest(("content of " + file).getBytes(StandardCharsets.UTF_8)));
        }

        assertThat(FileHashes.hash(workspace, List.of("*.lock")))
                .isEqualTo(HexFormat.of().formatHex(all.digest()));
        assertThat(FileHashes.hash(workspace, List.of("*.lock\n# a comment\n\n")))
                .hasSize(64);
    }

    @Test
    void nothing_found_is_the_empty_string() throws IOException {
        assertThat(FileHashes.hash(workspace, List.of("**/none", "gone/x"))).isEmpty();
        assertThat(FileHashes.hash(workspace, List.of("!**"))).isEmpty();
        assertThat(FileHashes.hash(workspace, List.of())).isEmpty();
    }

    @Test
    void files_outside_of_the_workspace_do_not_count() throws IOException {
        assertThat(FileHashes.hash(
                        workspace, List.of(folder.resolve("outside.lock").toString())))
                .isEmpty();
        assertThat(FileHashes.hash(
                        workspace,
                        List.of(workspace.resolve("a.lock").toString().replace("[", "[[]"))))
                .isEqualTo(FileHashes.hash(workspace, List.of("a.lock")));
    }

    @Test
    void two_stars_are_any_number_of_folders_and_files_come_depth_first_by_their_bytes() throws IOException {
        assertThat(find(false, "**/*.lock"))
                .containsExactly(
                        "Z.lock", "a.lock", "sub/.hidden/x.lock", "sub/a.lock", "sub/deep/a.lock", "sub-1/a.lock");
        assertThat(find(false, "sub/**/a.lock")).containsExactly("sub/a.lock", "sub/deep/a.lock");
    }

    @Test
    void a_folder_means_what_is_below_it() throws IOException {
        assertThat(find(false, "sub")).isEqualTo(find(false, "sub/**")).hasSize(3);
        assertThat(find(false, "./sub/")).hasSize(3);
    }

    @Test
    void later_patterns_take_away_and_give_back() throws IOException {
        assertThat(find(false, "**/*.lock", "!sub", "sub/deep/**"))
                .containsExactly("Z.lock", "a.lock", "sub/deep/a.lock", "sub-1/a.lock");
        assertThat(find(false, "**", "!**/*.lock")).containsExactly("b.txt");
        assertThat(find(false, "!!b.txt")).containsExactly("b.txt");
    }

    @Test
    void wildcards_stay_within_a_name_and_sets_are_known() throws IOException {
        assertThat(find(false, "?.lock")).containsExactly("Z.lock", "a.lock");
        assertThat(find(false, "[a-c].*")).containsExactly("a.lock", "b.txt");
        assertThat(find(false, "[!a-c].lock")).containsExactly("Z.lock");
        assertThat(find(false, "su*/a.lock")).containsExactly("sub/a.lock", "sub-1/a.lock");
        assertThat(find(false, "{a,b}.lock")).isEmpty();
    }

    @Test
    void links_are_followed_only_when_asked_and_never_in_circles() throws IOException {
        Files.createSymbolicLink(workspace.resolve("sub/deep/up"), workspace.resolve("sub"));
        Files.createSymbolicLink(workspace.resolve("link"), workspace.resolve("sub-1"));

        assertThat(find(false, "link/**")).containsExactly("link");
        assertThat(FileHashes.hash(workspace, List.of("link/**"))).isEmpty();
        assertThat(find(true, "link/**")).containsExactly("link/a.lock");
        assertThat(find(true, "sub/**/a.lock")).containsExactly("sub/a.lock", "sub/deep/a.lock");
        assertThat(FileHashes.hash(workspace, List.of("--follow-symbolic-links", "link/**")))
                .hasSize(64);
    }

    @Test
    void patterns_and_options_that_are_not_allowed_are_told() {
        assertThatThrownBy(() -> FileHashes.hash(workspace, List.of("a/../b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the pattern 'a/../b' is not allowed: '.' and '..' can only stand in front");
        assertThatThrownBy(() -> FileHashes.hash(workspace, List.of("--other", "a")))
                .hasMessage("hashFiles does not know the option '--other', only --follow-symbolic-links");
        assertThatThrownBy(() -> FileHashes.hash(workspace, List.of("!"))).hasMessage("the pattern '!' is empty");
    }
}
