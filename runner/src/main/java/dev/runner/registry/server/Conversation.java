package dev.runner.registry.server;

import dev.runner.oci.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One request and its answer. */
final class Conversation {

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(201, "Created"),
            Map.entry(202, "Accepted"),
            Map.entry(204, "No Content"),
            Map.entry(206, "Partial Content"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(416, "Range Not Satisfiable"),
            Map.entry(500, "Internal Server Error"));

    private final RequestHead head;
    private final InputStream body;
    private final OutputStream out;
    private final Map<String, String> answerHeaders = new LinkedHashMap<>();
    private Map<String, String> query = Map.of();
    private boolean started;
    private long owed;

    Conversation(RequestHead head, InputStream body, OutputStream out) {
        this.head = head;
        this.body = body;
        this.out = out;
    }

    /** Reads the query's parameters; a Problem when they are not encoded well. */
    void readQuery() {
        query = parse(head.query());
    }

    String method() {
        return head.method();
    }

    boolean isHead() {
        return method().equals("HEAD");
    }

    /** The raw path. */
    String path() {
        return head.path();
    }

    @Nullable
    String header(String name) {
        return head.headers().get(name.toLowerCase(Locale.ROOT));
    }

    @Nullable
    String parameter(String name) {
        return query.get(name);
    }

    InputStream body() {
        return body;
    }

    /** Whether the answer's head is sent. */
    boolean isStarted() {
        return started;
    }

    /** Whether the answer is sent to its last byte. */
    boolean isWhole() {
        return started && owed == 0;
    }

    /** Whether the request announces a body, of a length or in chunks. */
    boolean hasBody() {
        String length = header("Content-Length");
        return header("Transfer-Encoding") != null
                || (length != null && !length.strip().equals("0"));
    }

    void set(String name, String value) {
        answerHeaders.put(name, value);
    }

    /** Answers without a body. */
    void answer(int status) throws IOException {
        start(status, 0);
    }

    /** Answers with a body; with its length only if the request is a HEAD. */
    void answer(int status, String contentType, byte[] content) throws IOException {
        set("Content-Type", contentType);
        if (start(status, content.length)) {
            write(content, 0, content.length);
        }
    }

    /** Sends the head of an answer; false when no body may follow. */
    boolean start(int status, long length) throws IOException {
        StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append(' ');
        text.append(REASONS.getOrDefault(status, "Status")).append("\r\n");
        if (status != 204) {
            set("Content-Length", String.valueOf(length));
        }
        answerHeaders.forEach((name, value) -> text.append(name)
                .append(": ")
                .append(value.replaceAll("[\r\n]", " "))
                .append("\r\n"));
        started = true;
        owed = isHead() ? 0 : length;
        out.write(RequestHead.bytes(text.append("\r\n").toString()));
        return owed > 0;
    }

    /** Sends a part of the answer's body. */
    void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        owed -= length;
    }

    void answer(Problem problem) throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putArray("errors").addObject().put("code", problem.code()).put("message", problem.getMessage());
        answer(problem.status(), "application/json", JsonTree.write(root));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, String> parse(String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : raw.isEmpty() ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            query.putIfAbsent(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Problem(400, "UNSUPPORTED", "the query is not encoded well");
        }
    }
}
