package dev.runner.build.buildkit;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildEvent.Direction;
import dev.runner.build.BuildListener;
import dev.runner.oci.Platform;
import dev.runner.secret.Masker;
import dev.runner.source.Diagnostic;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what Buildx writes on standard error with {@code --progress=rawjson}: a line of JSON for each change of the solve,
 * and, at the end, plain lines that say what went wrong. A vertex that is completed may be started again at once, when it
 * turns out that a cache did not help; so an end is told with the next change.
 *
 * @see <a href="https://github.com/moby/buildkit/blob/master/client/graph.go">BuildKit's client.SolveStatus</a>
 */
final class RawProgress extends OutputStream {
    private static final int TAIL = 40;
    private static final Pattern BRACKET = Pattern.compile("^\\[([^\\]]+)]");
    private static final Pattern LAYER = Pattern.compile("\\d+/\\d+");
    private static final Pattern WITH_LINE = Pattern.compile(" \\(line \\d+\\)$");

    private final BuildListener listener;
    private final Masker masker;
    private final Source dockerfile;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final Map<String, Vertex> vertices = new LinkedHashMap<>();
    private final Set<Vertex> unsaid = new LinkedHashSet<>();
    private final Set<String> warned = new LinkedHashSet<>();
    private final List<Diagnostic> warnings = new ArrayList<>();
    private final Deque<String> words = new ArrayDeque<>();
    private volatile long lastChange = System.nanoTime();

    RawProgress(BuildListener listener, Masker masker, Source dockerfile) {
        this.listener = listener;
        this.masker = masker;
        this.dockerfile = dockerfile;
    }

    /** What is known of one vertex. */
    static final class Vertex {
        private final String id;
        private final String name;
        private final Deque<String> output = new ArrayDeque<>();
        private final Map<BuildEvent.Stream, ByteArrayOutputStream> lines = new LinkedHashMap<>();
        private @Nullable Instant started;
        private @Nullable Instant completed;
        private boolean told;
        private boolean finished;
        private boolean cached;
        private @Nullable String error;

        private Vertex(String id, String name) {
            this.id = id;
            this.name = name;
        }

        String name() {
            return name;
        }

        List<String> output() {
            return List.copyOf(output);
        }

        @Nullable
        String error() {
            return error;
        }

        boolean isCancelled() {
            return error != null && (error.contains("context canceled") || error.contains("Canceled"));
        }

        /** The words in its bracket: platform, stage and number, each where it has it. */
        List<String> bracket() {
            Matcher bracket = BRACKET.matcher(name);
            return bracket.find() ? List.of(bracket.group(1).split(" ")) : List.of();
        }

        @Nullable
        Platform platform() {
            List<String> words = bracket();
            boolean first = !words.isEmpty()
                    && words.getFirst().contains("/")
                    && !LAYER.matcher(words.getFirst()).matches();
            return first ? Platform.tryParse(words.getFirst()) : null;
        }

        @Nullable
        String stage() {
            for (String word : bracket()) {
                if (!word.contains("/") && !word.equals("internal")) {
                    return word;
                }
            }
            return null;
        }

        /** Whether it is an instruction of the Dockerfile. */
        boolean isStep() {
            return bracket().stream().anyMatch(word -> LAYER.matcher(word).matches());
        }
    }

    /** How long nothing has been heard. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastChange);
    }

    @Override
    public synchronized void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int at = offset; at < offset + length; at++) {
            if (bytes[at] == '\n') {
                line(pending.toString(StandardCharsets.UTF_8));
                pending.reset();
            } else {
                pending.write(bytes[at]);
            }
        }
    }

    /** All was written. */
    synchronized void end() {
        if (pending.size() > 0) {
            line(pending.toString(StandardCharsets.UTF_8));
            pending.reset();
        }
        vertices.values().forEach(this::flush);
        tellEnds(Set.of());
        for (Vertex vertex : vertices.values()) {
            if (vertex.told && !vertex.finished) {
                vertex.finished = true;
                listener.on(new BuildEvent.VertexFailed(vertex.id, true, "the build ended"));
            }
        }
    }

    private void line(String line) {
        lastChange = System.nanoTime();
        if (!line.startsWith("{")) {
            keep(words, line.stripTrailing(), TAIL);
            return;
        }
        JsonNode change;
        try {
            change = JsonMapper.shared().readTree(line);
        } catch (JacksonException e) {
            keep(words, line, TAIL);
            return;
        }
        tellEnds(restarted(change));
        change.path("vertexes").forEach(this::vertex);
        change.path("statuses").forEach(this::status);
        change.path("logs").forEach(this::log);
        change.path("warnings").forEach(this::warning);
    }

    private static void keep(Deque<String> lines, String line, int most) {
        lines.addLast(line);
        if (lines.size() > most) {
            lines.removeFirst();
        }
    }

    private static Set<String> restarted(JsonNode change) {
        Set<String> digests = new LinkedHashSet<>();
        for (JsonNode node : change.path("vertexes")) {
            digests.add(node.path("digest").asString(""));
        }
        return digests;
    }

    private void tellEnds(Set<String> restarted) {
        for (Vertex vertex : List.copyOf(unsaid)) {
            if (vertices.entrySet().stream()
                    .noneMatch(one -> one.getValue() == vertex && restarted.contains(one.getKey()))) {
                unsaid.remove(vertex);
                vertex.finished = true;
                listener.on(new BuildEvent.VertexFinished(vertex.id, vertex.cached, took(vertex), null));
            }
        }
    }

    private static Duration took(Vertex vertex) {
        return vertex.started == null || vertex.completed == null
                ? Duration.ZERO
                : Duration.between(vertex.started, vertex.completed);
    }

    private void vertex(JsonNode node) {
        String name = masker.mask(node.path("name").asString(""));
        Vertex vertex = vertices.computeIfAbsent(
                node.path("digest").asString(""), _ -> new Vertex(String.valueOf(vertices.size() + 1), name));
        Instant started = instant(node, "started");
        if (started == null) {
            return;
        }
        vertex.started = vertex.started == null || started.isBefore(vertex.started) ? started : vertex.started;
        if (!vertex.told) {
            vertex.told = true;
            listener.on(new BuildEvent.VertexStarted(vertex.id, vertex.name));
        }
        vertex.cached |= node.path("cached").asBoolean(false);
        vertex.completed = instant(node, "completed");
        String error = node.path("error").asString("");
        if (vertex.finished) {
            return;
        }
        if (!error.isEmpty()) {
            flush(vertex);
            unsaid.remove(vertex);
            vertex.finished = true;
            vertex.error = masker.mask(error);
            listener.on(new BuildEvent.VertexFailed(vertex.id, vertex.isCancelled(), vertex.error));
        } else if (vertex.completed != null) {
            flush(vertex);
            unsaid.add(vertex);
        } else {
            unsaid.remove(vertex);
        }
    }

    private static @Nullable Instant instant(JsonNode node, String key) {
        String text = node.path(key).asString("");
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** A layer on its way, or the context. */
    private void status(JsonNode node) {
        String id = node.path("id").asString("");
        long current = node.path("current").asLong(0);
        long total = node.path("total").asLong(0);
        boolean done = instant(node, "completed") != null;
        if (id.equals("transferring context:")) {
            if (current > 0) {
                listener.on(new BuildEvent.Transfer(Direction.PUSH, "the build context", current, done ? current : -1));
            }
        } else if (total > 0 && (id.startsWith("sha256:") || id.startsWith("pushing "))) {
            Direction way = id.startsWith("sha256:") ? Direction.PULL : Direction.PUSH;
            listener.on(new BuildEvent.Transfer(way, id.replace("pushing ", ""), current, total));
        }
    }

    private void log(JsonNode node) {
        Vertex vertex = vertices.get(node.path("vertex").asString(""));
        if (vertex == null) {
            return;
        }
        BuildEvent.Stream stream =
                node.path("stream").asInt(1) == 2 ? BuildEvent.Stream.ERROR : BuildEvent.Stream.OUTPUT;
        ByteArrayOutputStream line = vertex.lines.computeIfAbsent(stream, _ -> new ByteArrayOutputStream());
        for (byte one : Base64.getDecoder().decode(node.path("data").asString(""))) {
            if (one == '\n') {
                say(vertex, stream, line);
            } else {
                line.write(one);
            }
        }
    }

    private void say(Vertex vertex, BuildEvent.Stream stream, ByteArrayOutputStream bytes) {
        String line = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        String shown = masker.mask(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        keep(vertex.output, shown, TAIL);
        listener.on(new BuildEvent.VertexOutput(vertex.id, stream, shown));
    }

    /** What a step wrote last may have no end. */
    private void flush(Vertex vertex) {
        vertex.lines.forEach((stream, bytes) -> {
            if (bytes.size() > 0) {
                say(vertex, stream, bytes);
            }
        });
    }

    private void warning(JsonNode node) {
        String message = WITH_LINE.matcher(text(node.path("short"))).replaceFirst("");
        JsonNode range = node.path("range").path(0);
        int line = range.path("start").path("line").asInt(0);
        if (!warned.add(line + message)) {
            return; // Told once for each platform.
        }
        if (line < 1 || line > dockerfile.lineCount()) {
            listener.on(new BuildEvent.Warning(message, null));
            return;
        }
        Diagnostic diagnostic =
                Diagnostic.warning(span(line, range.path("end").path("line").asInt(line)), message, null);
        warnings.add(diagnostic);
        listener.on(new BuildEvent.Warning(message, diagnostic));
    }

    private static String text(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asString("")), StandardCharsets.UTF_8);
    }

    private Span span(int from, int to) {
        return dockerfile.line(from).to(dockerfile.line(Math.max(from, to)));
    }

    /** Of the Dockerfile. */
    synchronized List<Diagnostic> warnings() {
        return List.copyOf(warnings);
    }

    /** What Buildx said in words: where the fault is, and what it is. */
    synchronized List<String> words() {
        return words.stream().map(masker::mask).toList();
    }

    /** The vertex that is at fault, not one that ended because another did; null when it is none. */
    synchronized @Nullable Vertex guilty() {
        return vertices.values().stream()
                .filter(vertex -> vertex.error() != null && !vertex.isCancelled())
                .findFirst()
                .orElse(null);
    }

    /** How many instructions of a platform there were, shared ones among them, and how many of them needed no work. */
    synchronized int[] counts(Platform platform) {
        int all = 0;
        int cached = 0;
        for (Vertex vertex : vertices.values()) {
            Platform own = vertex.platform();
            if (vertex.isStep() && vertex.told && (own == null || own.equals(platform))) {
                all++;
                cached += vertex.cached ? 1 : 0;
            }
        }
        return new int[] {cached, all};
    }
}
