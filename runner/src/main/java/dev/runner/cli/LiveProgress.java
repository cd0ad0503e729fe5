package dev.runner.cli;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.host.posix.TerminalSize;
import dev.runner.source.Diagnostic;
import dev.runner.source.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows a build on a terminal, as {@code --progress=tty} has it: what is done stays above, and below it what is at work,
 * with the ends of its output and what is on the move, drawn anew as it changes. Nothing is ever wider or higher than the
 * terminal, so that what was drawn can be taken back.
 */
final class LiveProgress implements BuildListener, AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int OUTPUT_LINES = 4;
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

    private final PrintWriter out;
    private final boolean colours;
    private final Supplier<TerminalSize> size;
    private final long begun = System.nanoTime();
    private final Map<String, Work> atWork = new LinkedHashMap<>();
    private final Map<String, BuildEvent.Transfer> moving = new LinkedHashMap<>();
    private @Nullable Thread clock;
    private int started;
    private int finished;
    private int drawn;
    private long lastDrawn;
    private boolean closed;

    /** A vertex at work. */
    private static final class Work {
        final String name;
        final long since = System.nanoTime();
        final Deque<String> output = new ArrayDeque<>();

        Work(String name) {
            this.name = name;
        }
    }

    /** @param size asked each time: terminals change */
    LiveProgress(PrintWriter out, boolean colours, Supplier<TerminalSize> size) {
        this.out = out;
        this.colours = colours;
        this.size = size;
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    draw(List.of());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void on(BuildEvent event) {
        if (closed) {
            return;
        }
        if (clock == null) {
            clock = Thread.ofVirtual().name("progress").start(this::tick);
        }
        switch (event) {
            case BuildEvent.VertexStarted begins -> {
                started++;
                atWork.put(begins.id(), new Work(Printable.line(begins.name())));
            }
            case BuildEvent.VertexOutput output -> {
                Work work = atWork.get(output.id());
                if (work != null) {
                    work.output.addLast(Printable.line(output.line()));
                    if (work.output.size() > OUTPUT_LINES) {
                        work.output.removeFirst();
                    }
                }
            }
            case BuildEvent.VertexFinished ends ->
                ended(ends.id(), ends.cached() ? "CACHED " : "", ends.cached() ? "32" : "34", ends.duration());
            case BuildEvent.VertexFailed fails ->
                ended(fails.id(), fails.cancelled() ? "CANCELED " : "ERROR ", fails.cancelled() ? "33" : "31", null);
            case BuildEvent.Warning warning -> {
                Diagnostic diagnostic = warning.diagnostic();
                String text =
                        diagnostic == null ? "warning: " + Printable.line(warning.message()) : diagnostic.render();
                draw(text.lines().toList());
            }
            case BuildEvent.Transfer transfer -> {
                if (transfer.total() >= 0 && transfer.done() >= transfer.total()) {
                    moving.remove(transfer.what());
                } else {
                    moving.put(transfer.what(), transfer);
                }
            }
        }
        if (System.nanoTime() - lastDrawn > PAUSE.toNanos()) {
            draw(List.of());
        }
    }

    private void ended(String id, String how, String colour, @Nullable Duration duration) {
        Work work = atWork.remove(id);
        if (work == null) {
            return;
        }
        finished++;
        Duration took = duration == null ? Duration.ofNanos(System.nanoTime() - work.since) : duration;
        draw(List.of(coloured(colour, line(" => " + how + work.name, took))));
    }

    /** Lines that stay above what is at work; whether anything is drawn still. */
    synchronized boolean say(List<String> lines) {
        if (closed) {
            return false;
        }
        draw(lines);
        return true;
    }

    /** Takes back what was drawn, writes lines that stay, and draws what is at work now. */
    private void draw(List<String> lasting) {
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append(String.format(Locale.ROOT, UP_AND_CLEAR, drawn));
        }
        lasting.forEach(line -> text.append(line).append('\n'));
        List<String> live = closed ? List.of() : live();
        live.forEach(line -> text.append(line).append('\n'));
        drawn = live.size();
        lastDrawn = System.nanoTime();
        out.print(text);
        out.flush();
    }

    private List<String> live() {
        List<String> lines = new ArrayList<>();
        lines.add(header(""));
        int room = Math.max(1, size.get().lines() - 2);
        for (Work work : atWork.values()) {
            lines.add(line(" => " + work.name, Duration.ofNanos(System.nanoTime() - work.since)));
            work.output.forEach(output -> lines.add(coloured("2", cut(" => => " + output, columns()))));
        }
        for (BuildEvent.Transfer transfer : moving.values()) {
            String way = transfer.direction() == BuildEvent.Direction.PULL ? "pulling " : "pushing ";
            String total = transfer.total() < 0 ? "" : " / " + InspectCommand.bytes(transfer.total());
            String moved = InspectCommand.bytes(transfer.done()) + total;
            lines.add(cut(" => " + way + transfer.what(), Math.max(8, columns() - moved.length() - 1)) + " " + moved);
        }
        return lines.size() <= room ? lines : lines.subList(0, room);
    }

    private String header(String end) {
        return cut(
                "[+] Building " + seconds(Duration.ofNanos(System.nanoTime() - begun)) + " (" + finished + "/" + started
                        + ")" + end,
                columns());
    }

    /** A text, cut to what fits, and how long it took, at the right. */
    private String line(String text, Duration duration) {
        String time = seconds(duration);
        int room = Math.max(8, columns() - time.length() - 1);
        String shown = cut(text, room);
        return shown + " ".repeat(Math.max(1, room - shown.codePointCount(0, shown.length()) + 1)) + time;
    }

    private int columns() {
        return Math.max(20, size.get().columns() - 1);
    }

    private static String cut(String text, int columns) {
        return text.codePointCount(0, text.length()) <= columns
                ? text
                : text.substring(0, text.offsetByCodePoints(0, columns - 1)) + "…";
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
    }

    private String coloured(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** Leaves what is done, and how much that was. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (clock == null) {
            return;
        }
        clock.interrupt();
        draw(List.of(header(started == finished ? " FINISHED" : "")));
    }
}
