package dev.runner.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.secret.Masker;
import dev.runner.source.Printable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StyleTests {
    @Test
    void times_are_short() {
        assertThat(Style.time(Duration.ofMillis(40))).isEqualTo("0.0s");
        assertThat(Style.time(Duration.ofMillis(12_345))).isEqualTo("12.3s");
        assertThat(Style.time(Duration.ofSeconds(125))).isEqualTo("2m05s");
        assertThat(Style.time(Duration.ofMinutes(62))).isEqualTo("1h02m");
    }

    @Test
    void what_would_move_the_cursor_is_cut_out_and_colours_stay() {
        assertThat(Printable.output("a\u001b[2Jb\u001b[31mc\u001b[0m\u0007\td\u001b]"))
                .isEqualTo("ab\u001b[31mc\u001b[0m    d");
        assertThat(Printable.output("10%\r20%\r")).isEqualTo("20%");
    }

    @Test
    void texts_are_cut_by_columns_and_not_by_characters() {
        assertThat(Style.width("日本\u001b[31m!\u001b[0m")).isEqualTo(5);
        assertThat(Style.fit("日本語です", 7)).isEqualTo("日本語…");
        assertThat(Style.fit("abc", 3)).isEqualTo("abc");
        assertThat(Style.fit("\u001b[31mabcdef\u001b[0m", 4)).isEqualTo("\u001b[31mabc…\u001b[0m");
    }

    @Test
    void no_color_and_dumb_terminals_are_respected() {
        assertThat(Terminal.of(99, Map.of("TERM", "xterm")).redraws()).isFalse();
        assertThat(Terminal.of(99, Map.of("TERM", "xterm", "CLICOLOR_FORCE", "1"))
                        .colours())
                .isTrue();
        assertThat(Terminal.of(99, Map.of("NO_COLOR", "1", "CLICOLOR_FORCE", "1"))
                        .colours())
                .isFalse();
        assertThat(Terminal.of(99, Map.of()).size().get().columns()).isEqualTo(80);
    }

    @Test
    void a_reader_that_is_gone_does_not_end_the_run() {
        java.io.OutputStream closed = new java.io.OutputStream() {
            @Override
            public void write(int b) throws java.io.IOException {
                throw new java.io.IOException("Broken pipe");
            }
        };
        try (Report report = Reports.plain(closed, false, new Masker())) {
            EventSequences.everything().forEach(report::on);
        }
    }

    @Test
    void a_narrower_window_is_redrawn_over_the_rows_that_the_terminal_has_wrapped() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal.Size[] size = {new Terminal.Size(100, 20)};
        LiveReport report = new LiveReport(
                new Lines(out, new Masker()),
                () -> size[0],
                new Style(false),
                Clock.fixed(EventSequences.START.plusSeconds(100), java.time.ZoneOffset.UTC));
        EventSequences.cancelled().subList(0, 4).forEach(report::on);
        report.draw();
        size[0] = new Terminal.Size(8, 20);
        out.reset();
        report.draw();
        // Three lines were drawn; in 8 columns they take 3 + 2 + 1 rows.
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\u001b[6A");
        report.close();
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("\u001b[?25h");
    }
}
