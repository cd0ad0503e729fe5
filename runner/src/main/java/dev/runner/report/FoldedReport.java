package dev.runner.report;

import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The log of a CI system: each step is folded under its title, and failures stand beside the line they are about.
 *
 * <p>Such logs know no groups in groups and no two at once. One step at a time writes as it goes; what others say is kept
 * until they end, or until it is much, and then stands in a group of its own, for which the open one is interrupted.
 */
final class FoldedReport implements Report {
    /** Lines of a step that wait at most: a log that is cut off shall miss little. */
    private static final int MUCH = 500;

    private final Lines lines;
    private final Style style;
    private final Folding folding;
    private final @Nullable Path root;
    private final RunLog log = new RunLog();
    private final Map<StepRef, List<String>> waiting = new LinkedHashMap<>();
    private @Nullable StepRef open;
    private Instant now = Instant.EPOCH;

    /** @param root the folder that places are told from; null for as they are */
    FoldedReport(Lines lines, Style style, Folding folding, @Nullable Path root) {
        this.lines = lines;
        this.style = style;
        this.folding = folding;
        this.root = root;
    }

    @Override
    public void on(RunEvent event) {
        log.on(event);
        now = event.at();
        switch (event) {
            case RunEvent.RunStarted started -> print(style.bold(lines.clean(started.pipeline())));
            case RunEvent.StepStarted started -> begin(started.step());
            case RunEvent.OutputLine line -> say(line.step(), others(line.text()));
            case RunEvent.Annotation annotation -> remark(annotation);
            case RunEvent.Published image ->
                image.image()
                        .references()
                        .forEach(name -> say(
                                image.step(),
                                "published " + name + " " + image.image().digest()));
            case RunEvent.StepFinished finished -> end(finished);
            case RunEvent.JobRetried retried ->
                print(style.yellow("↻ " + retried.job().name() + ": attempt " + retried.attempt() + " of "
                        + retried.attempts() + " failed; trying again"));
            case RunEvent.JobFinished finished -> end(finished);
            case RunEvent.CancelRequested cancel ->
                print(style.yellow(cancel.kill() ? "stopping at once" : "cancelling; again to stop at once"));
            case RunEvent.RunFinished finished -> {
                close();
                new Summary(log, style).of(finished.result()).forEach(each -> print(others(each)));
            }
            case RunEvent.JobsAdded _, RunEvent.JobStarted _, RunEvent.Built _ -> {}
        }
    }

    private void begin(StepRef step) {
        if (open == null) {
            open(step, "");
        } else {
            waiting.put(step, new ArrayList<>());
        }
    }

    private void open(StepRef step, String remark) {
        open = step;
        print(folding.open(title(step) + remark, now));
    }

    private String title(StepRef step) {
        return lines.clean(log.jobs().size() == 1 ? step.name() : step.job().name() + " › " + step.name());
    }

    /** A line that we have not written ourselves. */
    private String others(String text) {
        String clean = lines.clean(text);
        return folding.line(style.colours() ? clean : Style.withoutColours(clean));
    }

    private void say(StepRef step, String text) {
        List<String> kept = waiting.get(step);
        if (kept == null) {
            print(text);
            return;
        }
        kept.add(text);
        if (kept.size() >= MUCH) {
            interrupt(step, " (it goes on)", "");
            kept.clear();
        }
    }

    /** Shows what a step that waits has said. */
    private void interrupt(StepRef step, String remark, String status) {
        StepRef writer = open;
        if (writer != null) {
            print(folding.close(now));
        }
        print(folding.open(title(step) + remark, now));
        waiting.getOrDefault(step, List.of()).forEach(this::print);
        print(folding.close(now));
        if (!status.isEmpty()) {
            print(status);
        }
        if (writer != null) {
            open(writer, " (continued)");
        }
    }

    private void end(RunEvent.StepFinished event) {
        StepRef step = event.step();
        if (event.outcome() == Result.SKIPPED) {
            return;
        }
        String status = status(event);
        if (waiting.containsKey(step)) {
            interrupt(step, "", status);
            waiting.remove(step);
        } else {
            print(folding.close(now));
            open = null;
            print(status);
            next();
        }
    }

    /** The step that has waited longest writes from now on. */
    private void next() {
        if (!waiting.isEmpty()) {
            var longest = waiting.entrySet().iterator().next();
            open(longest.getKey(), "");
            List<String> kept = List.copyOf(longest.getValue());
            waiting.remove(longest.getKey());
            kept.forEach(this::print);
        }
    }

    private String status(RunEvent.StepFinished event) {
        String mark = new Summary(log, style).mark(event.outcome(), event.conclusion() == Result.SUCCESS);
        String line = mark + " " + title(event.step()) + " " + style.dim(Style.time(event.duration()));
        StepFailure failure = event.failure();
        if (failure == null || event.outcome() != Result.FAILURE) {
            return line;
        }
        Annotation.Level level =
                event.conclusion() == Result.FAILURE ? Annotation.Level.ERROR : Annotation.Level.WARNING;
        return line + "\n" + remark(level, failure.place(), title(event.step()), told(failure));
    }

    private static String told(StepFailure failure) {
        return failure.message() + (failure.remedy() == null ? "" : "\nhelp: " + failure.remedy());
    }

    /** A job's own failure; that of a step is told with the step. */
    private void end(RunEvent.JobFinished event) {
        StepFailure failure = event.failure();
        boolean told = log.failures().stream()
                .anyMatch(each -> each.step().ref.job().key().equals(event.job().key()));
        if (failure != null && !told) {
            print(remark(
                    event.tolerated() ? Annotation.Level.WARNING : Annotation.Level.ERROR,
                    failure.place(),
                    event.job().name(),
                    told(failure)));
        }
    }

    private void remark(RunEvent.Annotation event) {
        Annotation.Place place = event.place();
        String title = place == null || place.title() == null ? "" : place.title();
        String text = remark(event.level(), place, title, event.message());
        StepRef step = event.step();
        if (step == null) {
            print(text);
        } else {
            say(step, text);
        }
    }

    private String remark(Annotation.Level level, Annotation.@Nullable Place place, String title, String message) {
        Annotation.Place where = place == null
                ? new Annotation.Place(title.isEmpty() ? null : title, null, 0, 0)
                : new Annotation.Place(
                        title.isEmpty() ? null : title,
                        place.file() == null ? null : fromRoot(place.file()),
                        place.line(),
                        place.column(),
                        place.endLine(),
                        place.endColumn());
        String clean = message.lines().map(lines::clean).collect(Collectors.joining("\n"));
        return folding.remark(level, where, clean);
    }

    private String fromRoot(String file) {
        Path path = Path.of(file);
        return root != null && path.isAbsolute() && path.startsWith(root)
                ? root.relativize(path).toString()
                : file;
    }

    private void print(String text) {
        String shown = lines.mask(text);
        lines.write(shown + "\n");
    }

    /** Groups that are open are closed, also when the run has no end. */
    @Override
    public void close() {
        if (open != null) {
            print(folding.close(now));
            open = null;
        }
    }
}
