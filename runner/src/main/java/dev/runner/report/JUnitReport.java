package dev.runner.report;

import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.StepFailure;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/** A JUnit XML file for CI services that show test results: a suite for each job, a case for each step. */
final class JUnitReport implements Report {
    private final Path file;
    private final Masker masker;
    private final RunLog log = new RunLog();
    private String pipeline = "";

    JUnitReport(Path file, Masker masker) {
        this.file = file.toAbsolutePath();
        this.masker = masker;
    }

    @Override
    public void on(RunEvent event) {
        log.on(event);
        if (event instanceof RunEvent.RunStarted started) {
            pipeline = started.pipeline();
        } else if (event instanceof RunEvent.RunFinished finished) {
            write(document(finished));
        }
    }

    private String document(RunEvent.RunFinished finished) {
        StringBuilder suites = new StringBuilder();
        int tests = 0;
        int failures = 0;
        for (RunLog.Job job : log.jobs()) {
            int failed = (int)
                    job.steps.values().stream().filter(JUnitReport::failed).count();
            int skipped = (int) job.steps.values().stream()
                    .filter(step -> step.finished == null || step.finished.outcome() == Result.SKIPPED)
                    .count();
            Duration duration = job.finished == null ? Duration.ZERO : job.finished.duration();
            suites.append(
                    "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\" time=\"%s\">\n"
                            .formatted(text(job.ref.name()), job.steps.size(), failed, skipped, seconds(duration)));
            job.steps.values().forEach(step -> suites.append(testCase(job, step)));
            suites.append("  </testsuite>\n");
            tests += job.steps.size();
            failures += failed;
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<testsuites name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" time=\"%s\">\n"
                        .formatted(
                                text(pipeline),
                                tests,
                                failures,
                                seconds(finished.result().duration()))
                + suites
                + "</testsuites>\n";
    }

    private static boolean failed(RunLog.Step step) {
        return step.finished != null && step.finished.conclusion() == Result.FAILURE;
    }

    private String testCase(RunLog.Job job, RunLog.Step step) {
        RunEvent.StepFinished finished = step.finished;
        String head = "    <testcase classname=\"%s\" name=\"%s\" time=\"%s\""
                .formatted(
                        text(pipeline + "." + job.ref.name()),
                        text(step.ref.name()),
                        seconds(finished == null ? Duration.ZERO : finished.duration()));
        if (finished == null || finished.outcome() == Result.SKIPPED || finished.outcome() == Result.CANCELLED) {
            return head + "><skipped/></testcase>\n";
        }
        String output = String.join("\n", step.tail);
        if (failed(step)) {
            StepFailure failure = finished.failure();
            String message = failure == null ? "failed" : failure.message();
            String remedy = failure == null || failure.remedy() == null ? "" : "\nhelp: " + failure.remedy();
            return head
                    + "><failure message=\"%s\">%s</failure></testcase>\n"
                            .formatted(text(message), text(output + remedy));
        }
        return output.isEmpty() ? head + "/>\n" : head + "><system-out>" + text(output) + "</system-out></testcase>\n";
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
    }

    /** Masked and escaped, without what XML 1.0 cannot hold. */
    private String text(String raw) {
        StringBuilder out = new StringBuilder();
        Style.withoutColours(masker.mask(raw)).codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\n' -> out.append("&#10;");
                case '\t' -> out.append('\t');
                default -> {
                    boolean legal = c >= ' ' && c != 0xFFFE && c != 0xFFFF && (c < 0xD800 || c > 0xDFFF);
                    out.appendCodePoint(legal ? c : 0xFFFD);
                }
            }
        });
        return out.toString();
    }

    private void write(String document) {
        try {
            Path folder = Objects.requireNonNull(file.getParent());
            Files.createDirectories(folder);
            Path temporary = Files.createTempFile(folder, ".junit", ".xml");
            Files.writeString(temporary, document);
            Files.setPosixFilePermissions(
                    temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the JUnit report " + file, e);
        }
    }

    @Override
    public void close() {}
}
