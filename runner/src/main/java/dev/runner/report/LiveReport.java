package dev.runner.report;

import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A terminal's view: what is done scrolls up, what runs is redrawn below it with its time and the tail of its output.
 *
 * <p>A drawing is one write inside of a synchronized update (DEC private mode 2026), goes up over the last drawing and
 * clears each line's rest after it was written, so that nothing flickers. When the window has become narrower, the
 * terminal has wrapped the old lines; their rows are counted anew with the new width.
 */
final class LiveReport implements Report {
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String BEGIN = "\u001b[?2026h";
    private static final String END = "\u001b[?2026l";
    private static final String CLEAR_REST_OF_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final int TAIL = 3;
    private static final int DONE_LINES = 20;
    private static final String[] WHEEL = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final Duration TICK = Duration.ofMillis(100);

    private final Lines lines;
    private final Supplier<Terminal.Size> size;
    private final Style style;
    private final Clock clock;
    private final RunLog log = new RunLog();
    private List<String> drawn = List.of();
    private boolean started;
    private boolean closed;
    private @Nullable Thread ticker;
    private @Nullable Thread restorer;

    LiveReport(Lines lines, Supplier<Terminal.Size> size, Style style, Clock clock) {
        this.lines = lines;
        this.size = size;
        this.style = style;
        this.clock = clock;
    }

    /** Redraws by itself from now on, and restores the terminal even when the program is ended. */
    void startTicking() {
        restorer = Thread.ofPlatform().unstarted(this::restore);
        Runtime.getRuntime().addShutdownHook(restorer);
        ticker = Thread.ofVirtual().name("live report").start(() -> {
            try {
                while (!closed) {
                    Thread.sleep(TICK);
                    draw();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // Closed.
            }
        });
    }

    @Override
    public synchronized void on(RunEvent event) {
        if (closed) {
            return;
        }
        log.on(event);
        List<String> done = new ArrayList<>();
        switch (event) {
            case RunEvent.RunStarted run -> done.add(style.bold(run.pipeline()));
            case RunEvent.StepFinished finished -> done(finished, done);
            case RunEvent.JobRetried retried ->
                done.add(style.yellow("↻ " + retried.job().name() + ": attempt " + retried.attempt() + " of "
                        + retried.attempts() + " failed; trying again"));
            case RunEvent.Annotation annotation -> {
                String job = annotation.job() == null ? "" : annotation.job().name() + " | ";
                done.add(job + Annotations.text(annotation, style));
            }
            case RunEvent.CancelRequested cancel ->
                done.add(style.yellow(cancel.kill() ? "stopping at once" : "cancelling; again to stop at once"));
            case RunEvent.RunFinished finished -> {
                done.addAll(new Summary(log, style).of(finished.result()));
                finish(done);
                return;
            }
            case RunEvent.JobsAdded _,
                    RunEvent.JobStarted _,
                    RunEvent.JobFinished _,
                    RunEvent.StepStarted _,
                    RunEvent.OutputLine _,
                    RunEvent.Built _,
                    RunEvent.Published _ -> {}
        }
        if (!done.isEmpty()) {
            draw(done, running(clock.instant()));
        }
    }

    private void done(RunEvent.StepFinished event, List<String> done) {
        if (event.outcome() == Result.SKIPPED) {
            return;
        }
        String mark = new Summary(log, style).mark(event.outcome(), event.conclusion() == Result.SUCCESS);
        RunLog.Job job = log.job(event.step().job());
        done.add(mark + " " + style.job(job.index, job.ref.name()) + " › "
                + event.step().name() + " " + style.dim(Style.time(event.duration())));
        RunLog.Step step = log.step(event.step());
        if (event.step().kind().equals("run") && event.outcome() != Result.FAILURE) {
            int shown = Math.min(DONE_LINES, step.tail.size());
            if (step.lines > shown) {
                done.add(style.dim("  … " + (step.lines - shown) + " earlier lines"));
            }
            step.tail.stream().skip(step.tail.size() - shown).forEach(line -> done.add("  " + line));
        }
    }

    /** Draws what runs, as of now. */
    synchronized void draw() {
        if (!closed) {
            draw(List.of(), running(clock.instant()));
        }
    }

    private List<String> running(Instant now) {
        List<String> running = new ArrayList<>();
        int waiting = 0;
        for (RunLog.Job job : log.jobs()) {
            if (job.finished != null) {
                continue;
            }
            Instant since = job.started;
            if (since == null) {
                waiting++;
                continue;
            }
            String wheel = WHEEL[(int) (now.toEpochMilli() / TICK.toMillis() % WHEEL.length)];
            running.add(style.yellow(wheel) + " " + style.job(job.index, job.ref.name()) + " "
                    + style.dim(Style.time(Duration.between(since, now))));
            job.steps.values().stream().filter(RunLog.Step::running).forEach(step -> running(step, now, running));
        }
        if (waiting > 0) {
            running.add(style.dim("  " + waiting + (waiting == 1 ? " job waits" : " jobs wait")));
        }
        return running;
    }

    private void running(RunLog.Step step, Instant now, List<String> running) {
        Instant since = step.started == null ? now : step.started;
        running.add("  " + step.ref.name() + " " + style.dim(Style.time(Duration.between(since, now))));
        step.tail.stream()
                .skip(Math.max(0, step.tail.size() - TAIL))
                .forEach(line -> running.add(style.dim("    " + Style.withoutColours(line))));
    }

    private void draw(List<String> done, List<String> running) {
        Terminal.Size now = size.get();
        StringBuilder text =
                new StringBuilder(started ? "" : HIDE_CURSOR).append(BEGIN).append(overDrawn(now));
        started = true;
        for (String line : done) {
            text.append(shown(line)).append(CLEAR_REST_OF_LINE).append('\n');
        }
        int room = Math.max(1, now.rows() - 1);
        List<String> next = new ArrayList<>();
        for (String line : running.size() > room ? running.subList(0, room) : running) {
            next.add(Style.fit(shown(line), now.columns()));
        }
        next.forEach(line -> text.append(line).append(CLEAR_REST_OF_LINE).append('\n'));
        drawn = next;
        lines.write(text.append(CLEAR_BELOW).append(END).toString());
    }

    private String shown(String line) {
        String clean = lines.clean(line);
        return style.colours() ? clean : Style.withoutColours(clean);
    }

    /** To the first column of the last drawing's first row. */
    private String overDrawn(Terminal.Size now) {
        int rows = drawn.stream()
                .mapToInt(line -> Math.max(1, (Style.width(line) + now.columns() - 1) / now.columns()))
                .sum();
        return rows == 0 ? "\r" : "\r\u001b[" + Math.min(rows, now.rows() - 1) + "A";
    }

    private void finish(List<String> done) {
        draw(done, List.of());
        restore();
        closed = true;
    }

    private synchronized void restore() {
        if (started && !closed) {
            lines.write(SHOW_CURSOR);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            restore();
            closed = true;
        }
        if (ticker != null) {
            ticker.interrupt();
        }
        if (restorer != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(restorer);
            } catch (IllegalStateException e) {
                restorer = null; // The program is ending; the hook runs and finds it closed.
            }
        }
    }
}
