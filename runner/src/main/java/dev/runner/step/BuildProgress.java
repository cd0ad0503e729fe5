package dev.runner.step;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildResult;
import dev.runner.build.Images;
import dev.runner.build.Miss;
import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.RunEvent.Built;
import dev.runner.schedule.StepOutput;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.source.Diagnostic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
    private final Map<String, Work> work = new HashMap<>();

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

    /** When the first vertex of a platform began and its last one ended, in nanoseconds of the machine's clock. */
    private record Work(long began, long ended) {
        Duration duration() {
            return Duration.ofNanos(ended - began);
        }
    }

    /** Tells what a build that has ended well has made. */
    public void built(BuildResult result, List<Reference> names, Images images) {
        Digest digest = result.image().digest();
        Map<Digest, Long> sizes = new HashMap<>();
        if (images.find(digest) != null) {
            images.platforms(digest).forEach(each -> sizes.put(each.manifest().digest(), each.bytes()));
        }
        List<Built.PlatformImage> platforms = new ArrayList<>();
        result.platforms()
                .forEach((platform, built) -> platforms.add(new Built.PlatformImage(
                        platform.toString(),
                        built.manifest().digest().toString(),
                        sizes.getOrDefault(built.manifest().digest(), 0L),
                        built.cachedVertices(),
                        built.vertices(),
                        work.getOrDefault(platform.toString(), new Work(0, 0)).duration())));
        List<String> shown =
                names.stream().map(name -> name.withDefaultTag().toString()).toList();
        output.built(new Built.Image(shown, digest.toString(), platforms));
    }

    private void note(@Nullable String platform) {
        if (platform != null) {
            long now = System.nanoTime();
            work.merge(platform, new Work(now, now), (have, _) -> new Work(have.began(), now));
        }
    }

    @Override
    public void on(BuildEvent event) {
        switch (event) {
            case BuildEvent.VertexStarted(String id, String name) -> {
                Vertex vertex = Vertex.of(name);
                vertices.put(id, vertex);
                note(vertex.platform());
                output.line(Stream.INFO, name, vertex.platform());
            }
            case BuildEvent.VertexOutput(String id, BuildEvent.Stream stream, String line) ->
                say(stream == BuildEvent.Stream.ERROR ? Stream.STDERR : Stream.STDOUT, vertex(id), line);
            case BuildEvent.VertexFinished(String id, boolean cached, Duration duration, Miss miss) -> {
                note(vertex(id).platform());
                say(Stream.INFO, vertex(id), cached ? "CACHED" : "done " + seconds(duration) + reason(miss));
            }
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
        Annotation.Place place = diagnostic == null ? null : Annotation.Place.of(diagnostic.span());
        output.annotate(Annotation.Level.WARNING, message, place);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
