package dev.runner.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandFileTests {
    @Test
    void whichever_of_equals_and_heredoc_comes_first_decides() {
        assertThat(CommandFile.values("F", "a=b<<c\nd<<e=f\nvalue\ne=f\n\nempty=\n"))
                .hasToString("{a=b<<c, d=value, empty=}");
    }

    @Test
    void a_heredoc_keeps_empty_lines_and_may_be_empty() {
        assertThat(CommandFile.values("F", "a<<E\n\n x \n\nE\nb<<E\nE\nc=1")).hasToString("{a=\n x \n, b=, c=1}");
    }

    @Test
    void other_systems_line_ends_and_marks_do_no_harm() {
        assertThat(CommandFile.values("F", "\uFEFFa=1\r\nb<<E\r\nx\r\ny\r\nE\r\n"))
                .hasToString("{a=1, b=x\ny}");
        assertThat(CommandFile.folders("/a\n\n/b\r\n")).containsExactly("/a", "/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "=value", "<<E", "a<<", "a<<E\nx\n"})
    void what_is_neither_is_refused_with_its_line(String text) {
        assertThatThrownBy(() -> CommandFile.values("RUNNER_OUTPUT", "ok=1\n" + text))
                .hasMessageStartingWith("RUNNER_OUTPUT:2: ");
    }
}
