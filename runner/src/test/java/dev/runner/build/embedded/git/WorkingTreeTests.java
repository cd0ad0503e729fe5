package dev.runner.build.embedded.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.embedded.store.FileDigests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real git. */
class WorkingTreeTests {
    @TempDir
    Path folder;

    private Path top;
    private int settled;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void commit() throws Exception {
        top = folder.resolve("checkout");
        environment.put("HOME", folder.toString());
        write("src/main.txt", "hello\n");
        write("src/a/very/long/path/to/a file.txt", "deep\n");
        write("top.bin", "top\n");
        git("init", "-q", ".");
        git("add", ".");
        git("commit", "-q", "-m", "first");
        settle();
    }

    /** Makes all look as if they had been written hours before the index, each time in another: git counts seconds. */
    private void settle() throws Exception {
        FileTime before = FileTime.from(Instant.now().minusSeconds(3600L * ++settled));
        try (var files = Files.walk(top)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().contains("/.git/"))
                    .toList()) {
                Files.setLastModifiedTime(file, before);
            }
        }
        // The times of inodes cannot be set, so the index is looked after again when their clock has ticked.
        FileTime now = FileTime.from(Instant.now());
        while (Files.getLastModifiedTime(Files.createTempFile(folder, "tick", ""))
                        .compareTo(now)
                <= 0) {
            Thread.onSpinWait();
        }
        git("update-index", "--refresh");
        git("status");
    }

    private void write(String path, String text) throws IOException {
        Path file = top.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void git(String... words) throws Exception {
        List<String> command = new java.util.ArrayList<>(
                List.of("git", "-c", "user.name=a", "-c", "user.email=a@localhost", "-C", top.toString()));
        command.addAll(List.of(words));
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().put("HOME", folder.toString());
        process.environment().put("GIT_CONFIG_NOSYSTEM", "1");
        Process running = process.start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor()).as(output).isZero();
    }

    private @Nullable String object(Path context, String path) throws IOException {
        WorkingTree tree = Objects.requireNonNull(WorkingTree.around(context, environment));
        return tree.object(path, FileDigests.stamp(context.resolve(path)));
    }

    private @Nullable String object(String path) throws IOException {
        return object(top, path);
    }

    private static String id(String text) throws Exception {
        MessageDigest hash = MessageDigest.getInstance("SHA-1");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        hash.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(hash.digest(bytes));
    }

    @Test
    void a_clean_file_is_its_object_from_any_folder_of_the_checkout_and_in_any_version_of_the_index() throws Exception {
        for (int version = 2; version <= 4; version++) {
            git("update-index", "--index-version", String.valueOf(version));
            settle();
            assertThat(object("src/main.txt")).as("version %d", version).isEqualTo(id("hello\n"));
            assertThat(object(top.resolve("src"), "a/very/long/path/to/a file.txt"))
                    .isEqualTo(id("deep\n"));
        }
        write("new.txt", "untracked\n");
        assertThat(object("new.txt")).isNull();
        assertThat(WorkingTree.around(folder.resolve("nowhere"), environment)).isNull();
    }

    @Test
    void a_change_of_equal_size_with_its_time_set_back_is_seen() throws Exception {
        Path file = top.resolve("src/main.txt");
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, "jello\n");
        Files.setLastModifiedTime(file, before);
        assertThat(Files.size(file)).isEqualTo(6);
        assertThat(object("src/main.txt")).isNull();
        assertThat(object("top.bin")).isNotNull();
    }

    @Test
    void a_file_put_in_the_place_of_another_is_seen() throws Exception {
        Path other = folder.resolve("other");
        Files.writeString(other, "jello\n");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(top.resolve("src/main.txt")));
        Files.move(other, top.resolve("src/main.txt"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(object("src/main.txt")).isNull();
    }

    @Test
    void a_file_as_young_as_the_index_is_read() throws Exception {
        Path index = top.resolve(".git/index");
        Path file = top.resolve("src/main.txt");
        FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
        Files.setLastModifiedTime(index, changed);
        assertThat(object("src/main.txt")).isNull();
    }

    @Test
    void what_git_is_told_to_believe_is_not_believed_here() throws Exception {
        git("update-index", "--assume-unchanged", "src/main.txt");
        git("update-index", "--skip-worktree", "top.bin");
        settle();
        assertThat(object("src/main.txt")).isNull();
        assertThat(object("top.bin")).isNull();
    }

    @Test
    void where_line_ends_may_be_changed_nothing_stands_for_a_content() throws Exception {
        git("config", "core.autocrlf", "input");
        assertThat(object("top.bin")).isNull();
        git("config", "core.autocrlf", "false");
        assertThat(object("top.bin")).isNotNull();
        Files.writeString(folder.resolve("more"), "[core]\n\tautocrlf = true\n");
        git("config", "include.path", folder.resolve("more").toString());
        assertThat(object("top.bin")).isNull();
        git("config", "--unset", "include.path");
        Files.writeString(folder.resolve(".gitconfig"), "[core] AutoCRLF = true\n");
        assertThat(object("top.bin")).isNull();
        Files.delete(folder.resolve(".gitconfig"));
        environment.put("GIT_CONFIG_KEY_0", "core.autocrlf");
        assertThat(object("top.bin")).isNull();
    }

    @Test
    void files_that_attributes_may_change_are_read_and_others_are_not() throws Exception {
        write(".gitattributes", "*.txt text=auto\n*.bin -text\n# *.bin filter=x\n");
        assertThat(object("src/main.txt")).isNull();
        assertThat(object("top.bin")).isNotNull();
        write(".gitattributes", "*.png binary\n");
        write("src/.gitattributes", "main.* filter=lfs diff=lfs -text\n");
        assertThat(object("src/main.txt")).isNull();
        assertThat(object("src/a/very/long/path/to/a file.txt")).isNotNull();
        write("src/.gitattributes", "[attr]big filter=lfs\n");
        assertThat(object("src/a/very/long/path/to/a file.txt")).isNull();
        Files.delete(top.resolve("src/.gitattributes"));
        Files.createDirectories(top.resolve(".git/info"));
        write(".git/info/attributes", "/top.bin ident\n");
        assertThat(object("top.bin")).isNull();
    }

    @Test
    void attributes_that_only_the_index_has_count() throws Exception {
        write(".gitattributes", "* -text\n");
        git("add", ".gitattributes");
        settle();
        assertThat(object("top.bin")).isNotNull();
        Files.delete(top.resolve(".gitattributes"));
        assertThat(object("top.bin")).isNull();
    }

    @Test
    void a_worktree_has_an_index_of_its_own() throws Exception {
        Path other = folder.resolve("other");
        git("worktree", "add", "-q", other.toString());
        top = other;
        settle();
        assertThat(object("src/main.txt")).isEqualTo(id("hello\n"));
    }

    @Test
    void an_index_that_is_broken_or_split_says_nothing() throws Exception {
        git("update-index", "--split-index");
        write("another.txt", "another\n");
        git("add", "another.txt");
        settle();
        assertThat(object("src/main.txt")).isNull();
        byte[] index = Files.readAllBytes(top.resolve(".git/index"));
        for (int length = 0; length < index.length; length += 7) {
            Files.write(top.resolve(".git/index"), java.util.Arrays.copyOf(index, length));
            assertThat(object("src/main.txt")).isNull();
        }
    }
}
