package dev.runner.step.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentFileTests {
    @Test
    void what_comes_first_decides_how_a_line_is_read() throws Exception {
        assertThat(EnvironmentFile.values("A=x<<E\nB<<E=1\ntext\nE=1\nC=\n\nD= e = f "))
                .containsExactly(entry("A", "x<<E"), entry("B", "text"), entry("C", ""), entry("D", " e = f "));
    }

    @Test
    void a_delimiter_is_a_whole_line_and_exact() throws Exception {
        assertThat(EnvironmentFile.values("A<<EOF\n EOF\nEOF \neof\nEOF\n")).containsEntry("A", " EOF\nEOF \neof");
        assertThat(EnvironmentFile.values("A<<EOF\nEOF")).containsEntry("A", "");
        assertThat(EnvironmentFile.values("A<<EOF\n\n\nEOF")).containsEntry("A", "\n");
        assertThat(EnvironmentFile.values("A<< EOF\nx\n EOF")).containsEntry("A", "x");
    }

    @Test
    void the_later_of_two_values_counts() throws Exception {
        assertThat(EnvironmentFile.values("A=1\nB=2\nA=3")).containsExactly(entry("A", "3"), entry("B", "2"));
    }

    @Test
    void a_carriage_return_belongs_to_the_value_and_to_a_delimiter_written_with_one() throws Exception {
        assertThat(EnvironmentFile.values("A=1\r\nB<<E\r\nx\r\nE\r\n"))
                .containsExactly(entry("A", "1\r"), entry("B", "x\r"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    words|Invalid format 'words'
                    =x|Invalid format '=x'. Name must not be empty
                    <<E|Invalid format '<<E'. Name must not be empty and delimiter must not be empty
                    A<<|Invalid format 'A<<'. Name must not be empty and delimiter must not be empty
                    A<<E|Invalid value. Matching delimiter not found 'E'
                    """)
    void faults_are_told_in_githubs_words(String text, String message) {
        assertThatThrownBy(() -> EnvironmentFile.values(text)).hasMessage(message);
    }

    @Test
    void a_byte_order_mark_is_no_part_of_the_text_and_a_removed_file_is_empty(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("x"), "\uFEFFA=1");

        assertThat(EnvironmentFile.read(file)).isEqualTo("A=1");
        assertThat(EnvironmentFile.read(folder.resolve("absent"))).isEmpty();
        assertThat(EnvironmentFile.folders("/a\n\n/b c\n")).containsExactly("/a", "/b c");
    }
}
