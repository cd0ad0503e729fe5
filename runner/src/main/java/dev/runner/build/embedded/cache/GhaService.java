package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * GitHub's cache service, version 2: Twirp calls in JSON that hand out signed addresses of Azure block blobs. An entry is
 * written once and never changes; a key is found exactly or by the beginning of its name, the newest first.
 *
 * @see <a href="https://github.com/actions/toolkit/tree/main/packages/cache">actions/toolkit, cache</a>
 */
final class GhaService {
    /** Entries of another version are never found: change it when the meaning of entries changes. */
    private static final String VERSION =
            Digest.of("dev.runner.cache.v1".getBytes(StandardCharsets.US_ASCII)).hex();

    private static final String CALLS = "twirp/github.actions.results.api.v1.CacheService/";
    private static final String BLOB_TYPE = "x-ms-blob-type";
    private static final int BLOCK = 8 << 20;

    private final CacheReference.Gha.Service service;
    private final Instant deadline;

    /** @param timeout for all that is asked of it */
    GhaService(CacheReference.Gha.Service service, Duration timeout) {
        this.service = service;
        this.deadline = Instant.now().plus(timeout);
    }

    /** An entry that was found. */
    record Found(String key, URI address) {}

    /** Whose entries this job may see and make, by the claims of the token; one nameless scope where it says nothing. */
    record Scopes(List<String> readable, String writable) {}

    Scopes scopes() {
        List<String> readable = new ArrayList<>();
        String writable = "";
        try {
            String[] parts = service.token().reveal().split("\\.");
            byte[] claims = Base64.getUrlDecoder().decode(parts.length == 3 ? parts[1] : "");
            String scopes = JsonTree.read(claims).path("ac").asString("[]");
            for (JsonNode scope : JsonTree.read(scopes)) {
                String name = scope.path("Scope").asString("");
                int permission = scope.path("Permission").asInt(0);
                if ((permission & 2) != 0) {
                    writable = name;
                } else {
                    readable.add(name);
                }
            }
        } catch (JacksonException | IllegalArgumentException e) {
            readable.clear();
        }
        readable.addFirst(writable);
        return new Scopes(List.copyOf(readable), writable);
    }

    /** The newest entry of a key, or whose key begins so; null for none. */
    @Nullable
    Found find(String key, boolean beginning) throws IOException {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("key", key);
        request.putArray("restore_keys").add(key);
        request.put("version", VERSION);
        JsonNode answer = call("GetCacheEntryDownloadURL", request);
        if (answer == null || !answer.path("ok").asBoolean(false)) {
            return null;
        }
        String matched = text(answer, "matched_key", "matchedKey");
        boolean right = beginning ? matched.startsWith(key) : matched.equals(key);
        return right ? new Found(matched, URI.create(text(answer, "signed_download_url", "signedDownloadUrl"))) : null;
    }

    /** Makes an entry; false when there is one of this key already, perhaps still on its way. */
    boolean create(String key, long size, Content content) throws IOException {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("key", key);
        request.put("version", VERSION);
        JsonNode answer = call("CreateCacheEntry", request);
        if (answer == null || !answer.path("ok").asBoolean(false)) {
            return false;
        }
        URI address = URI.create(text(answer, "signed_upload_url", "signedUploadUrl"));
        try (InputStream in = content.open()) {
            upload(address, in, size);
        }
        request.put("size_bytes", Long.toString(size));
        JsonNode done = call("FinalizeCacheEntryUpload", request);
        if (done == null || !done.path("ok").asBoolean(false)) {
            throw new IOException(host() + " did not take the cache entry " + key);
        }
        return true;
    }

    /** What an entry shall hold. */
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;

        static Content of(byte[] bytes) {
            return () -> new ByteArrayInputStream(bytes);
        }
    }

    /** An entry's content. */
    InputStream open(Found found) throws IOException {
        HttpResponse<InputStream> response =
                Http.open(() -> request(found.address()).GET().build());
        if (response.statusCode() != 200) {
            response.body().close();
            throw refused(found.address(), response.statusCode());
        }
        return response.body();
    }

    private void upload(URI address, InputStream in, long size) throws IOException {
        if (size <= BLOCK) {
            byte[] all = in.readNBytes(BLOCK + 1);
            check(all.length == size, "the layer is not of the size that its descriptor says");
            put(address, all, true);
            return;
        }
        StringBuilder list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        long sent = 0;
        for (int number = 0; sent < size; number++) {
            byte[] block = in.readNBytes(BLOCK);
            check(block.length > 0, "the layer is shorter than its descriptor says");
            String id =
                    Base64.getEncoder().encodeToString("%08d".formatted(number).getBytes(StandardCharsets.US_ASCII));
            put(
                    with(
                            address,
                            "comp=block&blockid="
                                    + id.replace("=", "%3D").replace("+", "%2B").replace("/", "%2F")),
                    block,
                    false);
            list.append("<Latest>").append(id).append("</Latest>");
            sent += block.length;
        }
        put(
                with(address, "comp=blocklist"),
                list.append("</BlockList>").toString().getBytes(StandardCharsets.UTF_8),
                false);
    }

    private void put(URI address, byte[] content, boolean whole) throws IOException {
        HttpResponse<byte[]> response = Http.send(() -> {
            HttpRequest.Builder request = request(address).PUT(BodyPublishers.ofByteArray(content));
            return (whole ? request.header(BLOB_TYPE, "BlockBlob") : request).build();
        });
        if (response.statusCode() != 201 && response.statusCode() != 200) {
            throw refused(address, response.statusCode());
        }
    }

    private static URI with(URI address, String query) {
        return URI.create(address + (address.getRawQuery() == null ? "?" : "&") + query);
    }

    /** The answer to a call; null when the service says that there is no such entry, or one already. */
    private @Nullable JsonNode call(String method, ObjectNode body) throws IOException {
        byte[] json = JsonTree.write(body);
        String base = service.url().toString();
        URI address = URI.create((base.endsWith("/") ? base : base + "/") + CALLS + method);
        Supplier<HttpRequest> request = () -> request(address)
                .header("Authorization", "Bearer " + service.token().reveal())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(json))
                .build();
        HttpResponse<byte[]> response = Http.send(request);
        JsonNode answer = parse(response.body());
        String code = answer.path("code").asString("");
        if (code.equals("already_exists") || code.equals("not_found") && response.statusCode() == 404) {
            return null;
        }
        if (response.statusCode() != 200) {
            String message = answer.path("msg").asString("");
            throw new IOException(host() + " answers " + response.statusCode() + " to " + method
                    + (message.isEmpty() ? "" : ": " + message));
        }
        return answer;
    }

    private static JsonNode parse(byte[] json) {
        try {
            return JsonTree.read(json);
        } catch (JacksonException e) {
            return JsonNodeFactory.instance.objectNode();
        }
    }

    private static String text(JsonNode answer, String name, String camel) {
        return answer.path(answer.has(name) ? name : camel).asString("");
    }

    private HttpRequest.Builder request(URI address) {
        Duration left = Duration.between(Instant.now(), deadline);
        return HttpRequest.newBuilder(address)
                .timeout(left.isPositive() ? left : Duration.ofMillis(1))
                .header("User-Agent", "runner");
    }

    private String host() {
        return String.valueOf(service.url().getHost());
    }

    private static IOException refused(URI address, int status) {
        return new IOException(address.getHost() + " answers " + status + " for a cache entry's content");
    }

    private static void check(boolean right, String message) throws IOException {
        if (!right) {
            throw new IOException(message);
        }
    }
}
