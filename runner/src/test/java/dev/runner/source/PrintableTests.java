package dev.runner.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTests {
    @Test
    void names_of_files_neither_move_the_cursor_nor_begin_a_line_nor_turn_the_text_around() {
        assertThat(Printable.line("a\n::error::b\r\u001b]0;t\u0007\u009b2J\u202Ec\udcff\u2028"))
                .isEqualTo("a\\n::error::b\\r\\x1b]0;t\\x07\\x9b2J\\u{202e}c\\xff\\u{2028}");
        assertThat(Printable.line("ünï 日本 😀 \"quoted\"")).isEqualTo("ünï 日本 😀 \"quoted\"");
    }

    @Test
    void a_diagnostic_shows_the_line_without_what_a_terminal_would_obey_and_the_caret_under_its_character() {
        Source source = Source.of("Dockerfile", "COPY \u001b[2J /x\n");
        int at = source.text().indexOf("/x");
        assertThat(Diagnostic.error(source.span(at, at + 2), "no \u001b[31m", "try\b")
                        .render())
                .isEqualTo("""
                        Dockerfile:1:11: error: no \\x1b[31m
                          1 | COPY \uFFFD[2J /x
                            |           ^^
                          help: try\\x08""");
    }
}
