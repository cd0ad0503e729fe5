package dev.runner.build.embedded.cache;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A stand-in for GitHub's cache service, version 2, and the blob store behind it. It is strict: calls need the token and
 * JSON, keys and versions must be of GitHub's form, an entry is made once, what goes to a signed address must bring no
 * token, and only what was finalized with its right size is found.
 */
public final class GithubCacheService implements AutoCloseable {
    public static final String CALLS = "/twirp/github.actions.results.api.v1.CacheService/";

    /** RS256, which BuildKit wants named; nobody here checks the signature. */
    private static final String HEADER = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.";

    /** A token of a job that may write to its branch and read main's entries. */
    public static final String TOKEN = token("refs/heads/feature");

    private static final Pattern KEY = Pattern.compile("[^,]{1,512}");
    private static final Pattern VERSION = Pattern.compile("[0-9a-f]{64}");

    private final HttpServer server;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private static final class Entry {
        private final String scope;
        private final String key;
        private final String version;
        private final String secret = UUID.randomUUID().toString();
        private final Map<String, byte[]> blocks = new TreeMap<>();
        private byte[] content = {};
        private boolean complete;

        private Entry(String scope, String key, String version) {
            this.scope = scope;
            this.key = key;
            this.version = version;
        }
    }

    private GithubCacheService(HttpServer server) {
        this.server = server;
    }

    public static GithubCacheService start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        GithubCacheService service = new GithubCacheService(server);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", service::handle);
        server.start();
        return service;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** What was asked against the protocol. */
    public List<String> refusals() {
        return refusals;
    }

    public List<String> requests() {
        return requests;
    }

    /** Keys of finished entries. */
    public synchronized List<String> keys() {
        return entries.values().stream()
                .filter(entry -> entry.complete)
                .map(entry -> entry.key)
                .toList();
    }

    public synchronized void evict(String beginning) {
        entries.values().removeIf(entry -> entry.key.startsWith(beginning));
    }

    /** An entry that a job has begun and never finished. */
    public synchronized void reserve(String scope, String key, String version) {
        Entry entry = new Entry(scope, key, version);
        entries.put(entry.secret, entry);
    }

    public static String token(String branch) {
        String scopes = "[{\\\"Scope\\\":\\\"" + branch
                + "\\\",\\\"Permission\\\":3},{\\\"Scope\\\":\\\"refs/heads/main\\\",\\\"Permission\\\":1}]";
        return HEADER
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(("{\"nbf\":0,\"exp\":4102444800,\"ac\":\"" + scopes + "\"}")
                                .getBytes(StandardCharsets.UTF_8))
                + ".c2ln";
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            if (path.startsWith(CALLS)) {
                call(exchange, path.substring(CALLS.length()), body);
            } else if (path.startsWith("/blobs/")) {
                blob(exchange, path.substring("/blobs/".length()), body);
            } else if (path.startsWith("/repos/acme/app/actions/caches")) {
                list(exchange);
            } else {
                refuse(exchange, 404, "no such path: " + path);
            }
        }
    }

    private void call(HttpExchange exchange, String method, byte[] body) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        JsonNode request = JsonMapper.shared().readTree(body);
        String key = request.path("key").asString("");
        if (authorization == null || !authorization.startsWith("Bearer " + HEADER)) {
            refuse(exchange, 401, "no token");
        } else if (!exchange.getRequestMethod().equals("POST")
                || !"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
            refuse(exchange, 400, "a call is a POST of JSON");
        } else if (!KEY.matcher(key).matches()
                || !VERSION.matcher(request.path("version").asString("")).matches()) {
            refuse(exchange, 400, "bad key or version: " + key);
        } else {
            String scope = authorization.contains(TOKEN) ? "refs/heads/feature" : "refs/heads/main";
            switch (method) {
                case "CreateCacheEntry" -> create(exchange, scope, request, key);
                case "FinalizeCacheEntryUpload" -> complete(exchange, scope, request, key);
                case "GetCacheEntryDownloadURL" -> find(exchange, scope, request, key);
                default -> refuse(exchange, 404, "no such call: " + method);
            }
        }
    }

    private synchronized @Nullable Entry entry(String scope, String key, String version) {
        return entries.values().stream()
                .filter(one -> one.scope.equals(scope) && one.key.equals(key) && one.version.equals(version))
                .findFirst()
                .orElse(null);
    }

    private synchronized void create(HttpExchange exchange, String scope, JsonNode request, String key)
            throws IOException {
        String version = request.path("version").asString("");
        if (entry(scope, key, version) != null) {
            answer(exchange, 409, "{\"code\":\"already_exists\",\"msg\":\"cache entry with the same key exists\"}");
            return;
        }
        Entry entry = new Entry(scope, key, version);
        entries.put(entry.secret, entry);
        answer(exchange, 200, "{\"ok\":true,\"signed_upload_url\":\"" + signed(entry) + "\"}");
    }

    private String signed(Entry entry) {
        return url() + "blobs/" + entry.secret + "?sig=" + entry.secret + "%3D&sp=rw";
    }

    private synchronized void complete(HttpExchange exchange, String scope, JsonNode request, String key)
            throws IOException {
        Entry entry = entry(scope, key, request.path("version").asString(""));
        long size = Long.parseLong(request.path("size_bytes").asString("-1"));
        if (entry == null || entry.complete || entry.content.length != size) {
            refuse(exchange, 400, "nothing of that size was uploaded for " + key);
            return;
        }
        entry.complete = true;
        answer(exchange, 200, "{\"ok\":true,\"entry_id\":\"1\"}");
    }

    private synchronized void find(HttpExchange exchange, String scope, JsonNode request, String key)
            throws IOException {
        String version = request.path("version").asString("");
        List<String> beginnings = request.path("restore_keys").values().stream()
                .map(one -> one.asString(""))
                .toList();
        for (String place : scope.equals("refs/heads/main") ? List.of(scope) : List.of(scope, "refs/heads/main")) {
            List<Entry> visible = entries.values().stream()
                    .filter(one -> one.complete && one.scope.equals(place) && one.version.equals(version))
                    .toList();
            Entry found = visible.stream()
                    .filter(one -> one.key.equals(key))
                    .findFirst()
                    .orElse(null);
            for (Entry one : found == null ? visible : List.<Entry>of()) {
                if (beginnings.stream().anyMatch(one.key::startsWith)) {
                    found = one;
                }
            }
            if (found != null) {
                answer(
                        exchange,
                        200,
                        "{\"ok\":true,\"matched_key\":\"" + found.key + "\",\"signed_download_url\":\"" + signed(found)
                                + "\"}");
                return;
            }
        }
        answer(exchange, 200, "{\"ok\":false,\"signed_download_url\":\"\",\"matched_key\":\"\"}");
    }

    private synchronized void blob(HttpExchange exchange, String secret, byte[] body) throws IOException {
        Entry entry = entries.get(secret);
        Map<String, String> query = query(exchange.getRequestURI());
        // As Azure does: BuildKit's daemon dies of an answer without it.
        exchange.getResponseHeaders().set("x-ms-request-id", UUID.randomUUID().toString());
        if (entry == null || !(secret + "=").equals(query.get("sig"))) {
            refuse(exchange, 403, "the signature is not right");
        } else if (exchange.getRequestHeaders().containsKey("Authorization")) {
            refuse(exchange, 400, "a signed address takes no token");
        } else if (exchange.getRequestMethod().equals("GET")) {
            String range = String.valueOf(exchange.getRequestHeaders().getFirst("x-ms-range"));
            int from = range.matches("bytes=\\d+-") ? Integer.parseInt(range.substring(6, range.length() - 1)) : 0;
            exchange.sendResponseHeaders(from == 0 ? 200 : 206, entry.content.length - from);
            exchange.getResponseBody().write(entry.content, from, entry.content.length - from);
        } else if (!exchange.getRequestMethod().equals("PUT")
                || entry.complete
                || exchange.getRequestHeaders().getFirst("Content-Length") == null) {
            refuse(exchange, 400, "content is PUT, once, and its length is said");
        } else if ("block".equals(query.get("comp"))) {
            entry.blocks.put(query.getOrDefault("blockid", ""), body);
            answer(exchange, 201, "");
        } else if ("blocklist".equals(query.get("comp"))) {
            commit(exchange, entry, new String(body, StandardCharsets.UTF_8));
        } else if (!"BlockBlob".equals(exchange.getRequestHeaders().getFirst("x-ms-blob-type"))) {
            refuse(exchange, 400, "x-ms-blob-type is missing");
        } else {
            entry.content = body;
            answer(exchange, 201, "");
        }
    }

    private void commit(HttpExchange exchange, Entry entry, String list) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Set<String> ids = Pattern.compile("<Latest>([^<]+)</Latest>")
                .matcher(list)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
        if (!ids.equals(entry.blocks.keySet())) {
            refuse(exchange, 400, "the list names other blocks than were sent");
            return;
        }
        for (String id : ids) {
            all.write(entry.blocks.get(id));
        }
        entry.content = all.toByteArray();
        answer(exchange, 201, "");
    }

    private synchronized void list(HttpExchange exchange) throws IOException {
        if (!"Bearer ghtoken-1".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            refuse(exchange, 401, "no ghtoken");
            return;
        }
        String beginning = query(exchange.getRequestURI()).getOrDefault("key", "");
        boolean first = "1".equals(query(exchange.getRequestURI()).get("page"));
        String items = entries.values().stream()
                .filter(entry -> first && entry.complete && entry.key.startsWith(beginning))
                .map(entry -> "{\"key\":\"" + entry.key + "\",\"ref\":\"" + entry.scope + "\"}")
                .collect(Collectors.joining(","));
        answer(exchange, 200, "{\"total_count\":0,\"actions_caches\":[" + items + "]}");
    }

    private static Map<String, String> query(URI address) {
        Map<String, String> query = new HashMap<>();
        String raw = address.getRawQuery() == null ? "" : address.getRawQuery();
        Arrays.stream(raw.split("&")).filter(part -> part.contains("=")).forEach(part -> {
            int cut = part.indexOf('=');
            query.put(part.substring(0, cut), URLDecoder.decode(part.substring(cut + 1), StandardCharsets.UTF_8));
        });
        return query;
    }

    private void refuse(HttpExchange exchange, int status, String message) throws IOException {
        refusals.add(message);
        answer(exchange, status, "{\"code\":\"malformed\",\"msg\":\"" + message.replace('"', '\'') + "\"}");
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
