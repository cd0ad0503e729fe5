package dev.runner.cli;

import dev.runner.oci.JsonTree;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A server's interface for releases, with a token that goes nowhere but into the header of requests. */
final class ReleaseServer {
    private static final int ATTEMPTS = 4;
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
    private static final int LONGEST_ANSWER = 300;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final String name;
    private final String header;
    private final String token;
    private final String right;
    private final Duration pause;

    /**
     * @param name as people call the server
     * @param header that the token is sent in
     * @param token as it is sent
     * @param right what to look at when the token is refused
     * @param pause before the first repetition; each further one waits twice as long
     */
    ReleaseServer(String name, String header, String token, String right, Duration pause) {
        this.name = name;
        this.header = header;
        this.token = token;
        this.right = right;
        this.pause = pause;
    }

    /** What a server said. */
    record Answer(int status, String text) {
        boolean succeeded() {
            return status / 100 == 2;
        }

        /** The answer as JSON, a missing node when it is none. */
        JsonNode json() {
            try {
                return JsonTree.read(text);
            } catch (JacksonException e) {
                return MissingNode.getInstance();
            }
        }
    }

    /** A server refused. */
    static final class Refusal extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }

        /** As HTTP numbers it. */
        int status() {
            return status;
        }
    }

    /** Does something again that a passing trouble of the server or of the line kept from being done. */
    @FunctionalInterface
    interface Attempt {
        Answer send() throws IOException;
    }

    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Answer get(String address) throws IOException {
        return persist(() -> send("GET", address, null, BodyPublishers.noBody()));
    }

    Answer delete(String address) throws IOException {
        return persist(() -> send("DELETE", address, null, BodyPublishers.noBody()));
    }

    /** Sends JSON. */
    Answer send(String method, String address, JsonNode json) throws IOException {
        BodyPublisher body = BodyPublishers.ofString(JsonTree.text(json));
        return persist(() -> send(method, address, "application/json", body));
    }

    /** Sends a file once: whether a repetition needs something done before is for the caller to know. */
    Answer upload(String method, String address, String type, Path file) throws IOException {
        return send(method, address, type, BodyPublishers.ofFile(file));
    }

    /** An answer that says yes, or a refusal with what to do about it. */
    Answer accepted(String purpose, Answer answer) throws Refusal {
        if (answer.succeeded()) {
            return answer;
        }
        String remedy = switch (answer.status()) {
            case 401 -> "the token is not valid or no longer so; " + right;
            case 403 -> "the token has no right to it; " + right;
            case 404 -> "there is none, or the token does not see it; " + right;
            default -> "";
        };
        String text = told(answer);
        throw new Refusal(
                answer.status(),
                name + " refuses to " + purpose + " (HTTP " + answer.status() + ")"
                        + (text.isEmpty() ? "" : ": " + text) + (remedy.isEmpty() ? "" : "\n  " + remedy));
    }

    /** Repeats what passing trouble kept from being done. */
    Answer persist(Attempt attempt) throws IOException {
        Duration wait = pause;
        for (int count = 1; ; count++) {
            try {
                Answer answer = attempt.send();
                if (count == ATTEMPTS || !PASSING.contains(answer.status())) {
                    return answer;
                }
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (count == ATTEMPTS) {
                    throw new IOException(name + " cannot be reached: " + e, e);
                }
            }
            rest(wait);
            wait = wait.multipliedBy(2);
        }
    }

    private Answer send(String method, String address, @Nullable String type, BodyPublisher body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address))
                .timeout(PATIENCE)
                .header(header, token)
                .header("Accept", "application/json")
                .method(method, body);
        if (type != null) {
            request.header("Content-Type", type);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The message of an answer and what it says of single fields; never the token, should the server repeat it. */
    private String told(Answer answer) {
        JsonNode json = answer.json();
        JsonNode message = json.has("message") ? json.path("message") : json.path("error");
        StringBuilder text = new StringBuilder(
                message.isMissingNode() ? answer.text() : message.isString() ? message.asString() : message.toString());
        for (JsonNode each : json.path("errors")) {
            text.append("; ").append(each.isString() ? each.asString() : each.toString());
        }
        String all =
                text.toString().strip().replace(token, "***").replace(token.substring(token.indexOf(' ') + 1), "***");
        return all.length() > LONGEST_ANSWER ? all.substring(0, LONGEST_ANSWER) + "…" : all;
    }

    private static void rest(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(cause);
        return interrupted;
    }
}
