package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildEvent;
import dev.runner.host.posix.TerminalSize;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LiveProgressTests {
    private static final Pattern BACK = Pattern.compile("\u001b\\[(\\d+)A\u001b\\[J");

    private final StringWriter written = new StringWriter();

    private LiveProgress progress(int lines, int columns) {
        return new LiveProgress(new PrintWriter(written), false, () -> new TerminalSize(lines, columns));
    }

    /** What a terminal shows in the end. */
    private List<String> shown() {
        List<String> lines = new ArrayList<>();
        String text = written.toString();
        Matcher back = BACK.matcher(text);
        int at = 0;
        while (back.find()) {
            text.substring(at, back.start()).lines().forEach(lines::add);
            int up = Integer.parseInt(back.group(1));
            lines.subList(lines.size() - up, lines.size()).clear();
            at = back.end();
        }
        text.substring(at).lines().forEach(lines::add);
        return lines;
    }

    @Test
    void what_is_done_stays_and_what_was_at_work_is_taken_back() {
        try (LiveProgress progress = progress(24, 60)) {
            progress.on(new BuildEvent.VertexStarted("a", "[linux/amd64 1/2] COPY . /app"));
            progress.on(new BuildEvent.VertexStarted("b", "[linux/arm64 1/2] COPY . /app"));
            progress.on(new BuildEvent.VertexOutput("b", BuildEvent.Stream.OUTPUT, "out\u001b[2J"));
            progress.on(new BuildEvent.Transfer(BuildEvent.Direction.PUSH, "sha256:0123", 5, 10));
            progress.on(new BuildEvent.VertexFinished("b", true, Duration.ZERO, null));
            progress.on(new BuildEvent.VertexFailed("a", true, "cancelled"));
        }
        List<String> shown = shown();
        assertThat(shown).hasSize(3);
        assertThat(shown.get(0))
                .matches(" => CACHED \\[linux/arm64 1/2] COPY \\. /app +0\\.0s")
                .hasSize(59);
        assertThat(shown.get(1)).startsWith(" => CANCELED [linux/amd64 1/2] COPY . /app ");
        assertThat(shown.get(2)).matches("\\[\\+] Building \\d+\\.\\ds \\(2/2\\) FINISHED");
    }

    @Test
    void nothing_is_wider_or_higher_than_the_terminal() {
        try (LiveProgress progress = progress(6, 30)) {
            for (int i = 0; i < 9; i++) {
                progress.on(new BuildEvent.VertexStarted("v" + i, "[linux/amd64] RUN something that takes its time"));
                progress.on(new BuildEvent.VertexOutput("v" + i, BuildEvent.Stream.OUTPUT, "x".repeat(200)));
            }
            progress.on(new BuildEvent.VertexFinished("v0", false, Duration.ofSeconds(61), null));
            assertThat(shown()).hasSizeLessThanOrEqualTo(5).allMatch(line -> line.length() < 30);
        }
    }

    @Test
    void a_build_that_never_begins_draws_nothing() {
        progress(24, 80).close();
        assertThat(written.toString()).isEmpty();
    }
}
