package dev.runner.build.buildkit;

import dev.runner.build.BuildFailedException;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Buildx says went wrong, and about what. A builder that went away in the middle shows as a broken connection, and so
 * does a registry that went away; the first has no vertex that is at fault.
 *
 * @param message one sentence
 * @param vertex that is at fault; null when it is none
 * @param span of the Dockerfile; null when it is about none
 */
record Complaint(
        String message,
        RawProgress.@Nullable Vertex vertex,
        @Nullable Span span) {
    private static final Pattern LINE = Pattern.compile("^\\S*:(\\d+)$");
    private static final Pattern MARKED = Pattern.compile("^\\s*(\\d+) \\| >>> .*");
    private static final Pattern PARSE = Pattern.compile("^dockerfile parse error (?:on |at )?line (\\d+): (.*)$");
    private static final Pattern CODE = Pattern.compile("did not complete successfully: exit code: (\\d+)");
    private static final Pattern WRAPPED =
            Pattern.compile("^(ERROR: |failed to build: |failed to solve: |rpc error: code = Unknown desc = )+");

    /** What the connection to a builder says when it breaks, and nothing else does. */
    private static final Pattern BROKEN = Pattern.compile("code = Unavailable|Cannot connect to the Docker daemon"
            + "|error during connect|error reading from server|closing transport|graceful_stop|listing workers"
            + "|waiting for connection|failed to find worker|no active session");

    private static final Pattern SUSPECT =
            Pattern.compile("connection refused|connection reset|broken pipe|EOF|no such container"
                    + "|context deadline exceeded|context canceled|i/o timeout|is not running|connection closed");

    private static final Pattern PASSING = Pattern.compile(
            "connection refused|connection reset|i/o timeout|TLS handshake timeout|EOF|50[0234] |429 |too many requests");

    static Complaint of(RawProgress progress, Source dockerfile) {
        List<String> words = progress.words();
        String message = words.stream()
                .filter(line -> line.startsWith("ERROR: "))
                .reduce((before, line) -> line)
                .orElse("");
        RawProgress.Vertex vertex = progress.guilty();
        if (message.isEmpty()) {
            message = vertex != null && vertex.error() != null
                    ? vertex.error()
                    : words.stream()
                            .filter(line -> !line.isBlank())
                            .reduce((before, line) -> line)
                            .orElse("Buildx failed");
        }
        return new Complaint(WRAPPED.matcher(message).replaceFirst(""), vertex, span(words, dockerfile));
    }

    private static @Nullable Span span(List<String> words, Source dockerfile) {
        int first = 0;
        int last = 0;
        boolean about = false;
        for (String line : words) {
            Matcher head = LINE.matcher(line);
            about |= head.matches();
            Matcher marked = MARKED.matcher(line);
            if (about && marked.matches()) {
                last = Integer.parseInt(marked.group(1));
                first = first == 0 ? last : first;
            }
        }
        boolean inside = first > 0 && last <= dockerfile.lineCount();
        return inside ? dockerfile.line(first).to(dockerfile.line(last)) : null;
    }

    boolean isAboutBuilder() {
        return vertex == null && BROKEN.matcher(message).find();
    }

    boolean mayBeAboutBuilder() {
        return BROKEN.matcher(message).find() || SUSPECT.matcher(message).find();
    }

    /** A text that is no Dockerfile to BuildKit is bad input. */
    void throwIfInvalid() {
        Matcher parse = PARSE.matcher(message);
        if (parse.matches() && span != null) {
            throw new InvalidSourceException(List.of(Diagnostic.error(span, parse.group(2), null)));
        }
    }

    BuildFailedException failure() {
        Matcher code = CODE.matcher(message);
        boolean process = code.find();
        Integer exitCode = process ? Integer.valueOf(code.group(1)) : null;
        BuildFailedException.Failure failure = new BuildFailedException.Failure(
                vertex == null ? "solving" : vertex.name(),
                vertex == null ? null : vertex.stage(),
                vertex == null ? null : vertex.platform(),
                span,
                exitCode,
                vertex == null ? List.of() : vertex.output(),
                !process && PASSING.matcher(message).find());
        return new BuildFailedException(message, failure, null);
    }
}
