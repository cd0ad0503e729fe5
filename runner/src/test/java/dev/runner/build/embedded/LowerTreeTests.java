package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When what was laid out over one base may stand over another. */
class LowerTreeTests {
    @TempDir
    Path folder;

    private Store store;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(folder.resolve("store"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private Path base(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private LowerTree over(Path base, List<Map<String, TarEntry>> indexes) throws IOException {
        MergedView view =
                MergedView.of(List.of(new Snapshot(null, base.getFileName().toString(), base)));
        return new LowerTree(indexes, view, store.files(), () -> new ViewTree(view, store.files()));
    }

    private LowerTree over(Path base) throws IOException {
        return over(base, List.of());
    }

    @Test
    void bases_answer_alike_that_both_lack_the_folder_whatever_else_they_hold() throws Exception {
        Path one = base("one");
        Path other = base("other");
        Machine.write(other.resolve("bin/sh"), "another architecture");
        LowerTree asked = over(one);
        assertThat(asked.find("app/a")).isNull();
        assertThat(asked.entry("app/b/c")).isNull();

        assertThat(asked.answersAs(over(other))).isTrue();
        Machine.write(other.resolve("app/a"), "in the way");
        assertThat(asked.answersAs(over(other))).isFalse();
    }

    @Test
    void a_folder_answers_alike_at_another_time_and_not_with_another_mode() throws Exception {
        Path one = base("one");
        Path other = base("other");
        Files.createDirectories(one.resolve("app"));
        Files.createDirectories(other.resolve("app"));
        Files.setLastModifiedTime(other.resolve("app"), FileTime.fromMillis(1_000_000));
        LowerTree asked = over(one);
        assertThat(asked.find("app")).isEqualTo(new LowerTree.Found(true, null));

        assertThat(asked.answersAs(over(other))).isTrue();
        Files.setPosixFilePermissions(other.resolve("app"), PosixFilePermissions.fromString("rwx------"));
        assertThat(asked.answersAs(over(other))).isFalse();
    }

    @Test
    void a_file_answers_alike_with_the_content_that_was_asked_for() throws Exception {
        Path one = base("one");
        Path other = base("other");
        for (Path base : List.of(one, other)) {
            Machine.write(base.resolve("f"), "same");
            Files.setLastModifiedTime(base.resolve("f"), FileTime.fromMillis(1_000_000));
        }
        LowerTree asked = over(one);
        assertThat(asked.entry("f")).isInstanceOf(TarEntry.File.class);
        assertThat(asked.content("f")).isNotNull();

        assertThat(asked.answersAs(over(other))).isTrue();
        Machine.write(other.resolve("f"), "else");
        Files.setLastModifiedTime(other.resolve("f"), FileTime.fromMillis(1_000_000));
        assertThat(asked.answersAs(over(other))).isFalse();
    }

    @Test
    void what_copy_has_just_written_is_part_of_the_answer() throws Exception {
        Path base = base("one");
        TarEntry file = TarEntry.File.of("app/a", TarEntry.Attributes.of(0644, 0, 0, 0), 1);
        LowerTree asked = over(base, List.of(Map.of("app/a", file)));
        assertThat(asked.entry("app/a")).isEqualTo(file);

        assertThat(asked.answersAs(over(base, List.of(Map.of("app/a", file))))).isTrue();
        assertThat(asked.answersAs(over(base))).isFalse();
    }

    @Test
    void nothing_stands_beneath_a_link_that_a_later_folder_hides() throws Exception {
        Path base = base("one");
        Machine.write(base.resolve("there/a"), "a");
        Files.createSymbolicLink(base.resolve("app"), Path.of("there"));
        TarEntry replaced = new TarEntry.Directory("app", TarEntry.Attributes.of(0755, 0, 0, 0));

        assertThat(over(base, List.of(Map.of("app", replaced))).entry("app/a")).isNull();
    }
}
