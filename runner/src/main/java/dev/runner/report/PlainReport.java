package dev.runner.report;

import dev.runner.schedule.JobRef;
import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepRef;
import org.jspecify.annotations.Nullable;

/** Lines with the job's name before each: {@code image (slim) | [linux/arm64 2/4] RUN …}. */
final class PlainReport implements Report {
    private final Lines lines;
    private final Style style;
    private final RunLog log = new RunLog();

    PlainReport(Lines lines, Style style) {
        this.lines = lines;
        this.style = style;
    }

    @Override
    public void on(RunEvent event) {
        log.on(event);
        switch (event) {
            case RunEvent.RunStarted started ->
                print(style.bold(started.pipeline()) + ": " + started.jobs().size()
                        + (started.jobs().size() == 1 ? " job" : " jobs"));
            case RunEvent.JobsAdded added ->
                added.jobs().forEach(job -> print(job, style.dim(origin(job, added.id()))));
            case RunEvent.JobStarted started ->
                print(
                        started.job(),
                        started.attempts() > 1
                                ? "started, attempt " + started.attempt() + " of " + started.attempts()
                                : "started");
            case RunEvent.StepStarted started ->
                print(started.step().job(), style.bold("▶ " + started.step().name()));
            case RunEvent.OutputLine line -> print(line.step().job(), line.text());
            case RunEvent.Annotation annotation -> print(annotation.job(), Annotations.text(annotation, style));
            case RunEvent.Published image ->
                image.image()
                        .references()
                        .forEach(name -> print(
                                image.step().job(),
                                "published " + style.green(name) + " "
                                        + image.image().digest()));
            case RunEvent.Built _ -> {}
            case RunEvent.StepFinished finished -> finished(finished);
            case RunEvent.JobRetried retried ->
                print(
                        retried.job(),
                        style.yellow("attempt " + retried.attempt() + " of " + retried.attempts()
                                + " failed; trying again"));
            case RunEvent.JobFinished finished -> finished(finished);
            case RunEvent.CancelRequested cancel ->
                print(style.yellow(cancel.kill() ? "stopping at once" : "cancelling; again to stop at once"));
            case RunEvent.RunFinished finished ->
                new Summary(log, style).of(finished.result()).forEach(this::print);
        }
    }

    /** Jobs of a pipeline that another job calls have its name before theirs. */
    private static String origin(JobRef job, String id) {
        boolean called = job.key().startsWith(id + " / ")
                || (job.key().startsWith(id + " (") && job.key().contains(") / "));
        if (called) {
            return "called by " + id;
        }
        return job.key().equals(id) ? "called no jobs" : "added from the matrix of " + id;
    }

    private void finished(RunEvent.StepFinished event) {
        StepRef step = event.step();
        String time = " " + style.dim(Style.time(event.duration()));
        StepFailure failure = event.failure();
        switch (event.outcome()) {
            case SUCCESS -> print(step.job(), style.green("✓ " + step.name()) + time);
            case FAILURE ->
                print(
                        step.job(),
                        style.red("✗ " + step.name())
                                + time
                                + (failure == null
                                        ? ""
                                        : ": " + failure.message().split("\\R")[0])
                                + (event.conclusion() == Result.SUCCESS ? " (tolerated)" : ""));
            case CANCELLED -> print(step.job(), style.yellow("⊘ " + step.name() + " cancelled") + time);
            case SKIPPED -> print(step.job(), style.dim("- " + step.name() + " skipped"));
        }
    }

    private void finished(RunEvent.JobFinished event) {
        print(
                event.job(),
                event.result() == Result.SKIPPED
                        ? style.dim("skipped")
                        : event.result().word() + (event.tolerated() ? " (tolerated)" : "") + " in "
                                + Style.time(event.duration()));
    }

    private void print(@Nullable JobRef job, String text) {
        if (job == null) {
            print(text);
            return;
        }
        for (String line : text.split("\n", -1)) {
            // Cleaned before the prefix is there, which a carriage return would take away.
            print(style.job(log.job(job).index, job.name()) + " | " + lines.clean(line));
        }
    }

    private void print(String text) {
        String clean = lines.clean(text);
        lines.write((style.colours() ? clean : Style.withoutColours(clean)) + "\n");
    }

    @Override
    public void close() {}
}
