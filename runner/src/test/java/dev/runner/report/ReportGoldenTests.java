package dev.runner.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.schedule.RunEvent;
import dev.runner.secret.Masker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fixed runs against the files of {@code src/test/resources/report}; {@code -Dgolden.write=true} writes them anew. */
class ReportGoldenTests {
    private static final Path FOLDER = Path.of("src/test/resources/report");
    private static final Map<String, List<RunEvent>> RUNS = Map.of(
            "everything",
            EventSequences.everything(),
            "cancelled",
            EventSequences.cancelled(),
            "side-by-side",
            EventSequences.sideBySide());

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Masker masker = new Masker();

    private List<RunEvent> run(String name) {
        masker.add("s3cr3t-canary");
        return RUNS.getOrDefault(name, List.of());
    }

    private static void golden(String run, String file, String actual) throws IOException {
        Path golden = FOLDER.resolve(run).resolve(file);
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(golden)).doesNotContain("s3cr3t-canary");
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"everything", "cancelled"})
    void plain_lines(String run) throws IOException {
        try (Report report = Reports.plain(out, false, masker)) {
            run(run).forEach(report::on);
        }
        golden(run, "plain.txt", text());
    }

    @Test
    void plain_lines_with_colours() throws IOException {
        try (Report report = Reports.plain(out, true, masker)) {
            run("everything").forEach(report::on);
        }
        golden("everything", "colours.txt", text().replace("\u001b", "<ESC>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"everything", "cancelled", "side-by-side"})
    void the_log_of_a_github_job(String run) throws IOException {
        try (Report report = Reports.github(out, false, Path.of("/work"), masker)) {
            run(run).forEach(report::on);
        }
        golden(run, "github.txt", text());
        assertThat(text().lines()).noneMatch(line -> line.startsWith("::set-output") || line.contains("##["));
        assertThat(count("::group::")).isEqualTo(count("::endgroup::"));
    }

    private long count(String word) {
        return text().lines().filter(line -> line.startsWith(word)).count();
    }

    @Test
    void the_log_of_a_gitlab_job() throws IOException {
        try (Report report = Reports.gitlab(out, false, null, masker)) {
            run("side-by-side").forEach(report::on);
        }
        golden("side-by-side", "gitlab.txt", text().replace("\u001b", "<ESC>").replace("\r", "<CR>"));
    }

    @Test
    void a_summary_for_the_page_of_a_job() throws IOException {
        Path file = Files.writeString(folder.resolve("summary.md"), "before\n");
        try (Report report = Reports.summary(file, masker)) {
            run("everything").forEach(report::on);
        }
        golden("everything", "summary.md", Files.readString(file));
    }

    @Test
    void the_last_image_for_later_steps_and_later_jobs() throws IOException {
        Path outputs = folder.resolve("outputs");
        Path dotenv = folder.resolve("dotenv");
        try (Report first = Reports.outputs(outputs, masker);
                Report second = Reports.dotenv(dotenv, masker)) {
            run("everything").forEach(first::on);
            run("everything").forEach(second::on);
        }
        String digest = "sha256:" + "0123456789abcdef".repeat(4);
        assertThat(Files.readString(outputs))
                .startsWith("digest=" + digest + "\n")
                .containsPattern("imageid<<(end-\\S+)\n" + digest + "\n\\1\n")
                .containsPattern("metadata<<(end-\\S+)\n\\{\n}\n\\1\n");
        assertThat(Files.readString(dotenv))
                .isEqualTo("IMAGE=localhost:5000/acme/hello@" + digest + "\nIMAGE_DIGEST=" + digest
                        + "\nIMAGE_TAGS=localhost:5000/acme/hello:abc localhost:5000/acme/hello:latest\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"everything", "cancelled"})
    void json_lines(String run) throws IOException {
        try (Report report = Reports.json(out, masker)) {
            run(run).forEach(report::on);
        }
        golden(run, "events.jsonl", text());
        try (var lines = text().lines()) {
            lines.forEach(line -> assertThat(
                            dev.runner.expression.Value.fromJson(line).toJson())
                    .startsWith("{"));
        }
    }

    @Test
    void a_junit_file() throws Exception {
        Path file = folder.resolve("sub/junit.xml");
        try (Report report = Reports.junit(file, masker)) {
            run("everything").forEach(report::on);
        }
        golden("everything", "junit.xml", Files.readString(file));
        var document = javax.xml.parsers.DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile());
        assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(7);
    }

    /** What the screen shows after each event and at the end; a small terminal is played by {@link Screen}. */
    @ParameterizedTest
    @ValueSource(strings = {"everything", "cancelled"})
    void a_live_screen(String run) throws IOException {
        Screen screen = new Screen(60);
        StringBuilder film = new StringBuilder();
        Instant[] now = {EventSequences.START};
        LiveReport report = new LiveReport(
                new Lines(screen, masker), () -> new Terminal.Size(60, 12), new Style(false), clock(now));
        try (report) {
            for (RunEvent event : run(run)) {
                now[0] = event.at();
                report.on(event);
                report.draw();
                film.append("== ").append(event.getClass().getSimpleName()).append('\n');
                film.append(screen.text());
            }
        }
        golden(run, "live.txt", film.toString());
        assertThat(screen.cursorShown()).isTrue();
    }

    private static Clock clock(Instant[] now) {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now[0];
            }
        };
    }
}
