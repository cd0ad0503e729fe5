package dev.runner.cli;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildResult;
import dev.runner.host.posix.TerminalSize;
import dev.runner.oci.Platform;
import dev.runner.source.Diagnostic;
import dev.runner.source.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows a build as lines: {@code #3 [linux/arm64 2/4] RUN make}, then its output behind {@code #3}, then how it ended. The
 * form is that of {@code --progress=plain}; on a terminal what is at work is drawn by {@link LiveProgress}.
 */
final class BuildProgress implements BuildListener, AutoCloseable {
    private static final List<String> STYLES = List.of("auto", "plain", "tty", "quiet", "rawjson");

    private final PrintWriter out;
    private final boolean quiet;
    private final boolean json;
    private final boolean colours;
    private final @Nullable Explanation explanation;
    private final @Nullable LiveProgress live;
    private final Map<String, Integer> numbers = new HashMap<>();

    private BuildProgress(
            PrintWriter out,
            boolean quiet,
            boolean json,
            boolean colours,
            @Nullable LiveProgress live,
            boolean explains) {
        this.out = out;
        this.quiet = quiet;
        this.json = json;
        this.colours = colours;
        this.live = live;
        this.explanation = explains ? new Explanation() : null;
    }

    /** The same, with what each step ran for at the end. */
    BuildProgress explaining() {
        return new BuildProgress(out, quiet, json, colours, live, true);
    }

    static BuildProgress of(String style, boolean quiet, PrintWriter out, Map<String, String> environment) {
        if (!STYLES.contains(style)) {
            throw new UsageException("--progress is one of " + String.join(", ", STYLES) + ", not '" + style + "'");
        }
        boolean silent = quiet || style.equals("quiet");
        boolean mayDraw = style.equals("tty")
                || style.equals("auto") && !environment.getOrDefault("TERM", "").equals("dumb");
        TerminalSize size = mayDraw && !silent ? TerminalSize.ofStandardError() : null;
        boolean colours =
                size != null && environment.getOrDefault("NO_COLOR", "").isEmpty();
        LiveProgress live = size == null ? null : new LiveProgress(out, colours, () -> current(size));
        return new BuildProgress(out, silent, style.equals("rawjson"), colours, live, false);
    }

    private static TerminalSize current(TerminalSize before) {
        TerminalSize now = TerminalSize.ofStandardError();
        return now == null ? before : now;
    }

    @Override
    public void on(BuildEvent event) {
        if (explanation != null) {
            explanation.on(event);
        }
        if (quiet) {
            return;
        }
        if (live != null) {
            live.on(event);
            return;
        }
        if (json) {
            out.println(BuildEventJson.line(event));
        } else {
            print(event);
        }
        out.flush();
    }

    private void print(BuildEvent event) {
        switch (event) {
            case BuildEvent.VertexStarted started -> {
                out.println("#" + number(started.id()) + " " + bold(Printable.line(started.name())));
            }
            case BuildEvent.VertexOutput output ->
                out.println("#" + number(output.id()) + " " + Printable.output(output.line()));
            case BuildEvent.VertexFinished finished -> finished(finished);
            case BuildEvent.VertexFailed failed ->
                out.println("#" + number(failed.id())
                        + (failed.cancelled() ? " CANCELED" : red(" ERROR: " + Printable.line(failed.message()))));
            case BuildEvent.Warning warning -> warning(warning);
            case BuildEvent.Transfer transfer -> transfer(transfer);
        }
    }

    private void finished(BuildEvent.VertexFinished finished) {
        String head = "#" + number(finished.id());
        if (finished.cached()) {
            out.println(head + green(" CACHED"));
            return;
        }
        out.println(head + " DONE " + seconds(finished.duration())
                + (finished.miss() == null
                        ? ""
                        : "  (not cached: " + finished.miss().text() + ")"));
    }

    private void warning(BuildEvent.Warning warning) {
        Diagnostic diagnostic = warning.diagnostic();
        out.println(diagnostic == null ? "warning: " + Printable.line(warning.message()) : diagnostic.render());
    }

    /** Only ends are worth a line here. */
    private void transfer(BuildEvent.Transfer transfer) {
        if (transfer.total() >= 0 && transfer.done() == transfer.total()) {
            out.println((transfer.direction() == BuildEvent.Direction.PULL ? "pulled " : "pushed ") + transfer.what()
                    + " " + InspectCommand.bytes(transfer.total()));
        }
    }

    /** What was built, a line a platform. */
    void finished(BuildResult result) {
        if (explanation != null && !json) {
            close();
            explanation.print(out);
        }
        if (quiet || json) {
            return;
        }
        List<String> lines = new ArrayList<>();
        for (Map.Entry<Platform, BuildResult.PlatformResult> entry :
                result.platforms().entrySet()) {
            BuildResult.PlatformResult platform = entry.getValue();
            lines.add(entry.getKey() + "  " + platform.manifest().digest() + "  " + platform.cachedVertices() + " of "
                    + platform.vertices() + " cached");
        }
        if (live == null || !live.say(lines)) {
            lines.forEach(out::println);
            out.flush();
        }
    }

    /** Where and why it failed, with the end of the step's output and the Dockerfile's line. */
    void failed(BuildFailedException e) {
        close();
        if (explanation != null && !json) {
            explanation.print(out);
        }
        BuildFailedException.Failure failure = e.failure();
        out.println("------");
        out.println(" > " + Printable.line(failure.vertex()) + ":");
        failure.output().forEach(line -> out.println(Printable.output(line)));
        out.println("------");
        Diagnostic diagnostic = e.diagnostic();
        out.println(
                diagnostic == null
                        ? red("error: " + Printable.line(String.valueOf(e.getMessage())))
                        : diagnostic.render());
        out.flush();
    }

    /** Draws no more; what others print now stays. */
    @Override
    public void close() {
        if (live != null) {
            live.close();
        }
    }

    private int number(String id) {
        return numbers.computeIfAbsent(id, unseen -> numbers.size() + 1);
    }

    private static String seconds(Duration duration) {
        long tenths = (duration.toMillis() + 50) / 100; // A formatter reads a locale's symbols first, which takes 7 ms.
        return tenths / 10 + "." + tenths % 10 + "s";
    }

    private String bold(String text) {
        return coloured("1", text);
    }

    private String green(String text) {
        return coloured("32", text);
    }

    private String red(String text) {
        return coloured("31", text);
    }

    private String coloured(String code, @Nullable String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : String.valueOf(text);
    }
}
