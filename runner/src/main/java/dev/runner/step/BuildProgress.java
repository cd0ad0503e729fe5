package dev.runner.step;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.Miss;
import dev.runner.oci.Platform;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepOutput;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.source.Diagnostic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the engine tells, as lines with the vertex before them: {@code [linux/arm64 2/4] RUN make}. */
public final class BuildProgress implements BuildListener {
    private static final Pattern BRACKET = Pattern.compile("^\\[([^\\]]+)]");
    /** Transfers below this many bytes are not worth a line. */
    private static final long WORTH_TELLING = 1 << 20;

    private final StepOutput output;
    private final Map<String, Vertex> vertices = new HashMap<>();

    public BuildProgress(StepOutput output) {
        this.output = output;
    }

    /** What is said of a vertex: its name, the bracket in it, and the platform in that. */
    private record Vertex(
            String name, String prefix, @Nullable String platform) {
        static Vertex of(String name) {
            Matcher bracket = BRACKET.matcher(name);
            if (!bracket.find()) {
                return new Vertex(name, name, null);
            }
            String first = bracket.group(1).split(" ")[0];
            Platform platform = first.contains("/") && !first.matches("\\d+/\\d+") ? Platform.tryParse(first) : null;
            return new Vertex(name, bracket.group(), platform == null ? null : platform.toString());
        }
    }

    @Override
    public void on(BuildEvent event) {
        switch (event) {
            case BuildEvent.VertexStarted(String id, String name) -> {
                Vertex vertex = Vertex.of(name);
                vertices.put(id, vertex);
                output.line(Stream.INFO, name, vertex.platform());
            }
            case BuildEvent.VertexOutput(String id, BuildEvent.Stream stream, String line) ->
                say(stream == BuildEvent.Stream.ERROR ? Stream.STDERR : Stream.STDOUT, vertex(id), line);
            case BuildEvent.VertexFinished(String id, boolean cached, Duration duration, Miss miss) ->
                say(Stream.INFO, vertex(id), cached ? "CACHED" : "done " + seconds(duration) + reason(miss));
            case BuildEvent.VertexFailed(String id, boolean cancelled, String message) ->
                say(Stream.INFO, vertex(id), cancelled ? "cancelled" : "FAILED: " + message);
            case BuildEvent.Transfer(BuildEvent.Direction direction, String what, long done, long total) -> {
                if (done == total && total >= WORTH_TELLING) {
                    String word = direction == BuildEvent.Direction.PULL ? "pulled " : "pushed ";
                    output.line(Stream.INFO, word + what + " " + megabytes(total));
                }
            }
            case BuildEvent.Warning(String message, Diagnostic diagnostic) -> warn(message, diagnostic);
        }
    }

    private static String reason(@Nullable Miss miss) {
        return miss == null ? "" : " (not cached: " + miss.text() + ")";
    }

    private Vertex vertex(String id) {
        return vertices.getOrDefault(id, new Vertex(id, "[" + id + "]", null));
    }

    private void say(Stream stream, Vertex vertex, String text) {
        output.line(stream, vertex.prefix() + " " + text, vertex.platform());
    }

    private void warn(String message, @Nullable Diagnostic diagnostic) {
        Annotation.Place place = diagnostic == null
                ? null
                : new Annotation.Place(
                        null,
                        diagnostic.span().source().name(),
                        diagnostic.span().line(),
                        diagnostic.span().column());
        output.annotate(Annotation.Level.WARNING, message, place);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
