package dev.runner.report;

import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunResult;
import dev.runner.schedule.StepFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run ends with: failures with their last lines, the jobs, what was published and how to look at it. */
final class Summary {
    private static final int SHOWN_LINES = 20;

    private final RunLog log;
    private final Style style;
    private final List<String> lines = new ArrayList<>();

    Summary(RunLog log, Style style) {
        this.log = log;
        this.style = style;
    }

    List<String> of(RunResult result) {
        log.failures().forEach(this::failure);
        log.jobs().forEach(this::jobFailure);
        jobs(result);
        published();
        lines.add("");
        lines.add(totals(result));
        return lines;
    }

    private void failure(RunLog.FailedStep failed) {
        RunEvent.StepFinished event = failed.event();
        String platform = failed.step().platform == null ? "" : " (" + failed.step().platform + ")";
        boolean tolerated = event.conclusion() != Result.FAILURE;
        lines.add("");
        lines.add((tolerated ? style.yellow("! tolerated: ") : style.red("✗ "))
                + style.bold(event.step().job().name() + " › " + event.step().name() + platform) + " failed after "
                + Style.time(event.duration()));
        int hidden =
                failed.step().lines - Math.min(SHOWN_LINES, failed.step().tail.size());
        if (hidden > 0) {
            lines.add(style.dim("  … " + hidden + " earlier " + (hidden == 1 ? "line" : "lines")));
        }
        failed.step().tail.stream()
                .skip(Math.max(0, failed.step().tail.size() - SHOWN_LINES))
                .forEach(line -> lines.add("  | " + line));
        explain(event.failure());
    }

    private void jobFailure(RunLog.Job job) {
        RunEvent.JobFinished finished = job.finished;
        if (finished != null && finished.failure() != null && !told(job, finished.failure())) {
            lines.add("");
            lines.add(style.red("✗ ") + style.bold(job.ref.name()) + " failed");
            explain(finished.failure());
        }
    }

    /** Whether a step of the job has said it already. */
    private boolean told(RunLog.Job job, StepFailure failure) {
        return log.failures().stream()
                .filter(failed -> failed.step().ref.job().key().equals(job.ref.key()))
                .map(failed -> failed.event().failure())
                .anyMatch(said -> said != null && said.message().equals(failure.message()));
    }

    private void explain(@Nullable StepFailure failure) {
        if (failure == null) {
            return;
        }
        for (String line : failure.message().split("\\R")) {
            lines.add("  " + line);
        }
        String remedy = failure.remedy();
        if (remedy == null && failure.retryable()) {
            remedy = "this may pass when it is run again";
        }
        if (remedy != null) {
            lines.add("  help: " + remedy);
        }
    }

    /** In the order of the plan, in which jobs of an open matrix are where they belong. */
    private List<RunLog.Job> ordered(RunResult result) {
        List<RunLog.Job> ordered = new ArrayList<>();
        result.jobs().forEach(each -> ordered.add(log.job(each.job())));
        log.jobs().stream().filter(job -> !ordered.contains(job)).forEach(ordered::add);
        return ordered;
    }

    private void jobs(RunResult result) {
        lines.add("");
        lines.add(style.bold("Jobs"));
        int width = log.jobs().stream()
                .mapToInt(job -> Style.width(job.ref.name()))
                .max()
                .orElse(0);
        for (RunLog.Job job : ordered(result)) {
            RunEvent.JobFinished finished = job.finished;
            String name = job.ref.name() + " ".repeat(width - Style.width(job.ref.name()));
            if (finished == null) {
                lines.add("  " + style.dim("- " + name + "  not started"));
            } else if (finished.result() == Result.SKIPPED) {
                lines.add("  " + style.dim("- " + name + "  skipped"));
            } else {
                lines.add("  " + mark(finished.result(), finished.tolerated()) + " " + name + "  "
                        + Style.time(finished.duration()) + remark(job, finished));
            }
        }
    }

    private static String remark(RunLog.Job job, RunEvent.JobFinished finished) {
        List<String> remarks = new ArrayList<>();
        if (finished.result() == Result.CANCELLED) {
            remarks.add("cancelled");
        }
        if (finished.tolerated()) {
            remarks.add("failure tolerated");
        }
        if (job.attempt > 1) {
            remarks.add("attempt " + job.attempt);
        }
        return remarks.isEmpty() ? "" : "  " + String.join(", ", remarks);
    }

    String mark(Result result, boolean tolerated) {
        return switch (result) {
            case SUCCESS -> style.green("✓");
            case FAILURE -> tolerated ? style.yellow("!") : style.red("✗");
            case CANCELLED -> style.yellow("⊘");
            case SKIPPED -> style.dim("-");
        };
    }

    private void published() {
        if (log.published().isEmpty()) {
            return;
        }
        Map<String, RunEvent.Published.Image> byDigest = new LinkedHashMap<>();
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (RunEvent.Published event : log.published()) {
            byDigest.putIfAbsent(event.image().digest(), event.image());
            List<String> known = names.computeIfAbsent(event.image().digest(), _ -> new ArrayList<>());
            event.image().references().stream()
                    .filter(name -> !known.contains(name))
                    .forEach(known::add);
        }
        lines.add("");
        lines.add(style.bold("Published"));
        byDigest.forEach((digest, image) -> {
            List<String> references = names.getOrDefault(digest, List.of());
            references.forEach(name -> lines.add("  " + style.green(name)));
            lines.add("    " + digest);
            if (!image.platforms().isEmpty()) {
                lines.add("    " + String.join(", ", image.platforms()));
            }
            if (!references.isEmpty()) {
                lines.add("    look at it: runner inspect " + references.getFirst());
            }
        });
    }

    private String totals(RunResult result) {
        List<String> counts = new ArrayList<>();
        Map<Result, Integer> totals = result.totals();
        int tolerated = (int)
                result.jobs().stream().filter(RunResult.JobResult::tolerated).count();
        count(counts, totals.getOrDefault(Result.SUCCESS, 0), "passed");
        count(counts, totals.getOrDefault(Result.FAILURE, 0) - tolerated, "failed");
        count(counts, tolerated, "failed, which is tolerated");
        count(counts, totals.getOrDefault(Result.CANCELLED, 0), "cancelled");
        count(counts, totals.getOrDefault(Result.SKIPPED, 0), "skipped");
        String word = switch (result.result()) {
            case SUCCESS, SKIPPED -> style.green("passed");
            case FAILURE -> style.red("failed");
            case CANCELLED -> style.yellow("cancelled");
        };
        String cache =
                log.vertices() == 0 ? "" : "; " + log.cached() + " of " + log.vertices() + " build steps were cached";
        Duration duration = result.duration();
        return word + " in " + Style.time(duration) + ": " + String.join(", ", counts) + cache;
    }

    private static void count(List<String> counts, int number, String word) {
        if (number > 0) {
            counts.add(number + (number == 1 ? " job " : " jobs ") + word);
        }
    }
}
