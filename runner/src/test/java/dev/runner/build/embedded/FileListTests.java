package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FileListTests {
    /** Files {@code d0/f0}, {@code d1/f1} and so on. */
    private static Leaves files(int number, int folders, Set<Integer> changed) {
        Leaves leaves = new Leaves();
        for (int i = 0; i < number; i++) {
            String path = "d" + i % folders + "/f" + i;
            Digest content = Digest.of((path + changed.contains(i)).getBytes(StandardCharsets.UTF_8));
            leaves.add(path, TarEntry.File.of(path, TarEntry.Attributes.of(0644, 0, 0, 0), 1), content);
        }
        return leaves;
    }

    @Test
    void of_two_thousand_files_each_that_changed_is_named_and_none_else() {
        Set<Integer> changed = IntStream.range(0, 100).mapToObj(i -> i * 17).collect(Collectors.toSet());
        FileList list = Objects.requireNonNull(FileList.of(files(2000, 20, Set.of())));
        assertThat(list.text()).hasSizeLessThan(18_000);
        assertThat(list.differences(files(2000, 20, changed)))
                .hasSize(100)
                .contains("d0/f340: content changed", "d17/f17: content changed");
        assertThat(list.differences(files(2001, 20, Set.of()))).containsExactly("d0/f2000: added");
        assertThat(list.differences(files(1998, 20, Set.of()))).containsExactly("2 files were removed");
    }

    @Test
    void of_many_files_the_folders_are_named_and_of_too_many_folders_nothing_is_kept() {
        FileList list = Objects.requireNonNull(FileList.of(files(50_000, 500, Set.of())));
        assertThat(list.text()).hasSizeLessThan(6_000);
        assertThat(list.differences(files(50_000, 500, Set.of(777)))).containsExactly("d277: something in it changed");
        assertThat(FileList.of(files(10_000, 10_000, Set.of()))).isNull();
    }

    @Test
    void no_name_stands_in_a_list_and_what_is_none_says_nothing() {
        String text =
                Objects.requireNonNull(FileList.of(files(300, 3, Set.of()))).text();
        assertThat(new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1))
                .doesNotContain("d0/", "d1/f", "/f2");
        assertThat(new FileList(text.substring(8))
                        .differences(files(3, 1, Set.of()))
                        .size())
                .isLessThan(5);
        assertThat(new FileList("no list").differences(files(3, 1, Set.of()))).isEmpty();
        assertThat(new FileList("").differences(files(3, 1, Set.of()))).isEmpty();
    }
}
