package dev.runner.report;

import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.StepFailure;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run has made, in Markdown: the images with each platform's digest, size, cached steps and time, what was published,
 * and the jobs. Added to the end of a file when the run ends, as GitHub wants summaries.
 *
 * @see <a href="https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary">Adding
 *     a job summary</a>
 */
final class JobSummary implements Report {
    private static final int TAIL = 20;

    private final Path file;
    private final Masker masker;
    private final RunLog log = new RunLog();
    private final List<String> lines = new ArrayList<>();
    private String pipeline = "";

    JobSummary(Path file, Masker masker) {
        this.file = file;
        this.masker = masker;
    }

    @Override
    public void on(RunEvent event) {
        log.on(event);
        if (event instanceof RunEvent.RunStarted started) {
            pipeline = started.pipeline();
        } else if (event instanceof RunEvent.RunFinished finished) {
            write(finished);
        }
    }

    private void write(RunEvent.RunFinished finished) {
        String word = switch (finished.result().result()) {
            case SUCCESS, SKIPPED -> "passed";
            case FAILURE -> "failed";
            case CANCELLED -> "cancelled";
        };
        lines.add("### " + text(pipeline) + ": " + word + " in "
                + Style.time(finished.result().duration()));
        log.failures().stream()
                .filter(each -> each.event().conclusion() == Result.FAILURE)
                .forEach(this::failure);
        images();
        published();
        jobs();
        lines.add("");
        try {
            Files.writeString(
                    file,
                    masker.mask(String.join("\n", lines)) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the summary " + file, e);
        }
    }

    private void failure(RunLog.FailedStep failed) {
        StepFailure failure = failed.event().failure();
        lines.add("");
        lines.add("**✗ " + text(failed.event().step().job().name()) + " › "
                + text(failed.event().step().name()) + "** failed after "
                + Style.time(failed.event().duration()));
        List<String> told = new ArrayList<>(failed.step().tail.stream()
                .skip(Math.max(0, failed.step().tail.size() - TAIL))
                .toList());
        if (failure != null) {
            failure.message().lines().forEach(told::add);
            if (failure.remedy() != null) {
                told.add("help: " + failure.remedy());
            }
        }
        // Indented code: no fence that a line could close.
        lines.add("");
        told.forEach(line -> lines.add("    " + Style.withoutColours(line)));
    }

    private void images() {
        if (log.built().isEmpty()) {
            return;
        }
        head("image", "platform", "digest", "size", "cached steps", "time");
        for (RunEvent.Built built : log.built()) {
            RunEvent.Built.Image image = built.image();
            String name = image.references().isEmpty()
                    ? text(built.step().name())
                    : image.references().stream()
                            .map(JobSummary::code)
                            .reduce((a, b) -> a + "<br>" + b)
                            .orElse("");
            for (RunEvent.Built.PlatformImage platform : image.platforms()) {
                row(
                        name,
                        platform.platform(),
                        code(platform.digest()),
                        platform.bytes() == 0 ? "" : megabytes(platform.bytes()),
                        platform.cached() + " of " + platform.vertices(),
                        Style.time(platform.duration()));
                name = "";
            }
            if (image.platforms().size() > 1) {
                row("", "all", code(image.digest()), "", "", "");
            }
        }
    }

    private void published() {
        if (log.published().isEmpty()) {
            return;
        }
        head("published", "digest");
        for (RunEvent.Published published : log.published()) {
            published
                    .image()
                    .references()
                    .forEach(name -> row(code(name), code(published.image().digest())));
        }
    }

    private void jobs() {
        if (log.jobs().size() < 2) {
            return;
        }
        head("job", "result", "time");
        for (RunLog.Job job : log.jobs()) {
            RunEvent.JobFinished finished = job.finished;
            row(
                    text(job.ref.name()),
                    finished == null
                            ? "not started"
                            : finished.result().word() + (finished.tolerated() ? " (tolerated)" : ""),
                    finished == null ? "" : Style.time(finished.duration()));
        }
    }

    private void head(String... titles) {
        lines.add("");
        row(titles);
        lines.add("|" + " --- |".repeat(titles.length));
    }

    private void row(String... cells) {
        lines.add("| " + String.join(" | ", cells) + " |");
    }

    private static String megabytes(long bytes) {
        return bytes < 100_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static String code(String text) {
        return "`" + text.replace("`", "").replace("|", "\\|") + "`";
    }

    /** Text that means nothing to Markdown. */
    private static String text(String text) {
        return text.lines().reduce((a, b) -> a + " " + b).orElse("").replaceAll("([\\\\`*_{}\\[\\]<>#|~])", "\\\\$1");
    }

    @Override
    public void close() {}
}
