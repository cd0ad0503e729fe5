package dev.runner.registry.server;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One request and its answer. */
final class Conversation {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpExchange exchange;
    private Map<String, String> query = Map.of();

    Conversation(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /** Reads the query's parameters; a Problem when they are not encoded well. */
    void readQuery() {
        query = parse(exchange.getRequestURI().getRawQuery());
    }

    String method() {
        return exchange.getRequestMethod();
    }

    boolean isHead() {
        return method().equals("HEAD");
    }

    /** The raw path. */
    String path() {
        return exchange.getRequestURI().getRawPath();
    }

    @Nullable
    String header(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    @Nullable
    String parameter(String name) {
        return query.get(name);
    }

    InputStream body() {
        return exchange.getRequestBody();
    }

    /** Whether the request announces a body, of a length or in chunks. */
    boolean hasBody() {
        String length = header("Content-Length");
        return header("Transfer-Encoding") != null
                || (length != null && !length.strip().equals("0"));
    }

    void set(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    /** Answers without a body. */
    void answer(int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    /** Answers with a body; with its length only if the request is a HEAD. */
    void answer(int status, String contentType, byte[] body) throws IOException {
        set("Content-Type", contentType);
        if (start(status, body.length)) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    /** Sends the head of an answer; false when no body may follow. */
    boolean start(int status, long length) throws IOException {
        if (isHead() || length == 0) {
            set("Content-Length", String.valueOf(length));
            exchange.sendResponseHeaders(status, -1);
            return false;
        }
        exchange.sendResponseHeaders(status, length);
        return true;
    }

    OutputStream out() {
        return exchange.getResponseBody();
    }

    void answer(Problem problem) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("errors").addObject().put("code", problem.code()).put("message", problem.getMessage());
        answer(problem.status(), "application/json", JSON.writeValueAsBytes(root));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, String> parse(@Nullable String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&")) {
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
