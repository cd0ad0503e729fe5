package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gets the contents of large files from a server of Git LFS: where each is, asked for a hundred at a time, then each
 * itself, several at once. Credentials go to the server that was asked and to no other that it names.
 *
 * @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md">the batch API</a>
 */
final class LargeFileServer implements AutoCloseable {
    private static final String MEDIA = "application/vnd.git-lfs+json";
    private static final JsonMapper JSON = new JsonMapper();
    private static final int BATCH = 100;
    private static final int AT_ONCE = 4;
    private static final int ATTEMPTS = 3;
    private static final int REDIRECTS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final URI endpoint;
    private final Map<String, String> headers;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * @param endpoint without the slash at its end
     * @param headers of credentials for it
     */
    LargeFileServer(URI endpoint, Map<String, String> headers) {
        this.endpoint = endpoint;
        this.headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        this.headers.putAll(headers);
        String host = String.valueOf(endpoint.getHost()).toLowerCase(Locale.ROOT);
        boolean loopback = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        if ("http".equals(endpoint.getScheme()) && !headers.isEmpty() && !loopback) {
            throw new CheckoutException(
                    Reason.UNSAFE, shown(), "credentials are not sent over plain http: use https for " + shown(), null);
        }
    }

    private String shown() {
        return Location.redacted(endpoint.toString());
    }

    /** What is to be got, and the file that is made of it. */
    record Wanted(LargeFilePointer pointer, Path file) {}

    /** Gets them all. */
    void get(Collection<Wanted> wanted, CheckoutListener listener) throws IOException, InterruptedException {
        List<Wanted> all = new ArrayList<>(wanted);
        int done = 0;
        for (int from = 0; from < all.size(); from += BATCH) {
            List<Wanted> some = all.subList(from, Math.min(all.size(), from + BATCH));
            Map<String, JsonNode> actions = batch(some);
            try (ExecutorService workers = Executors.newFixedThreadPool(
                    AT_ONCE, Thread.ofVirtual().name("lfs-", 0).factory())) {
                List<Future<?>> running = new ArrayList<>();
                for (Wanted each : some) {
                    JsonNode action = actions.get(each.pointer().id());
                    running.add(workers.submit(() -> {
                        download(each, action);
                        return each;
                    }));
                }
                try {
                    for (Future<?> each : running) {
                        each.get();
                        listener.progress("Receiving large files", ++done, all.size());
                    }
                } catch (ExecutionException e) {
                    workers.shutdownNow();
                    throw rethrown(e.getCause());
                } catch (InterruptedException e) {
                    workers.shutdownNow();
                    throw e;
                }
            }
        }
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case RuntimeException e -> throw e;
            case IOException e -> e;
            case null, default -> new IOException("a large file could not be fetched", cause);
        };
    }

    private Map<String, JsonNode> batch(List<Wanted> wanted) throws IOException, InterruptedException {
        ObjectNode question = JSON.createObjectNode().put("operation", "download");
        question.putArray("transfers").add("basic");
        ArrayNode objects = question.putArray("objects");
        wanted.forEach(each -> objects.addObject()
                .put("oid", each.pointer().id())
                .put("size", each.pointer().size()));
        question.put("hash_algo", "sha256");
        Map<String, String> sent = new TreeMap<>(headers);
        sent.put("Accept", MEDIA);
        sent.put("Content-Type", MEDIA);
        HttpResponse<InputStream> answer =
                send(URI.create(endpoint + "/objects/batch"), sent, JSON.writeValueAsString(question));
        try (InputStream body = answer.body()) {
            JsonNode told = JSON.readTree(body.readAllBytes());
            if (answer.statusCode() != 200) {
                throw refused(answer.statusCode(), told.path("message").asString(""));
            }
            Map<String, JsonNode> actions = new TreeMap<>();
            for (JsonNode object : told.path("objects")) {
                JsonNode error = object.path("error");
                if (!error.isMissingNode() && !error.isNull()) {
                    throw new CheckoutException(
                            Reason.NOT_FOUND,
                            shown(),
                            "the large file " + object.path("oid").asString("") + " is not to be had from " + shown()
                                    + ": " + error.path("message").asString("no reason is given"),
                            null);
                }
                actions.put(
                        object.path("oid").asString(""), object.path("actions").path("download"));
            }
            return actions;
        } catch (JacksonException e) {
            throw refused(answer.statusCode(), "its answer is no JSON");
        }
    }

    private CheckoutException refused(int status, String message) {
        Reason reason = switch (status) {
            case 401, 403 -> Reason.UNAUTHORIZED;
            case 404, 410, 501 -> Reason.NOT_FOUND;
            default -> Reason.NETWORK;
        };
        return new CheckoutException(
                reason,
                shown(),
                "the server of large files " + shown() + " answers with status " + status
                        + (message.isBlank() ? "" : ": " + message),
                null);
    }

    private void download(Wanted wanted, @Nullable JsonNode action) throws IOException, InterruptedException {
        String href = action == null ? "" : action.path("href").asString("");
        if (href.isEmpty()) {
            throw new CheckoutException(
                    Reason.NOT_FOUND,
                    shown(),
                    shown() + " does not say where the large file "
                            + wanted.pointer().id() + " is",
                    null);
        }
        URI from = endpoint.resolve(href);
        Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (sameServer(endpoint, from)) {
            sent.putAll(headers);
        }
        Objects.requireNonNull(action)
                .path("header")
                .properties()
                .forEach(header -> sent.put(header.getKey(), header.getValue().asString("")));
        for (int attempt = 1; ; attempt++) {
            try {
                receive(wanted, send(from, sent, null));
                return;
            } catch (CheckoutException e) {
                throw e;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new CheckoutException(
                            Reason.NETWORK,
                            shown(),
                            "the large file " + wanted.pointer().id() + " did not come whole from " + from.getScheme()
                                    + "://" + from.getAuthority() + ": " + e.getMessage(),
                            e);
                }
            }
        }
    }

    private void receive(Wanted wanted, HttpResponse<InputStream> answer) throws IOException {
        Path parent = Objects.requireNonNull(wanted.file().getParent());
        Files.createDirectories(parent);
        Path partial = Files.createTempFile(parent, "incoming-", "");
        MessageDigest digest = sha256();
        try (InputStream body = answer.body();
                InputStream read = new DigestInputStream(body, digest);
                OutputStream out = Files.newOutputStream(partial)) {
            if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
                throw new IOException("status " + answer.statusCode());
            } else if (answer.statusCode() != 200) {
                throw refused(answer.statusCode(), "");
            }
            // One byte more than announced is enough to know that it is wrong.
            byte[] buffer = new byte[1 << 16];
            long size = 0;
            for (int n = read.read(buffer); n > 0 && size <= wanted.pointer().size(); n = read.read(buffer)) {
                out.write(buffer, 0, n);
                size += n;
            }
            if (size != wanted.pointer().size()
                    || !HexFormat.of()
                            .formatHex(digest.digest())
                            .equals(wanted.pointer().id())) {
                throw new IOException("its content is not what its pointer says");
            }
            out.close();
            Files.move(partial, wanted.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** Sends it, and again where it is told to; what is meant for one server goes to no other. */
    private HttpResponse<InputStream> send(URI to, Map<String, String> sent, @Nullable String body)
            throws IOException, InterruptedException {
        URI target = to;
        Map<String, String> with = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        with.putAll(sent);
        for (int hop = 0; ; hop++) {
            if (!"https".equals(target.getScheme()) && !"http".equals(target.getScheme())) {
                throw new CheckoutException(Reason.UNSAFE, shown(), "no large file is taken from " + target, null);
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(target).timeout(PATIENCE);
            with.forEach(request::header);
            HttpRequest complete = body == null
                    ? request.GET().build()
                    : request.POST(BodyPublishers.ofString(body)).build();
            HttpResponse<InputStream> answer = client.send(complete, BodyHandlers.ofInputStream());
            String location = answer.headers().firstValue("Location").orElse(null);
            if (answer.statusCode() < 300 || answer.statusCode() >= 400 || location == null || hop == REDIRECTS) {
                return answer;
            }
            answer.body().close();
            URI next = target.resolve(location);
            if (!sameServer(target, next)) {
                with.remove("Authorization");
            }
            target = next;
        }
    }

    private static boolean sameServer(URI one, URI other) {
        return Objects.equals(one.getScheme(), other.getScheme())
                && Objects.equals(one.getAuthority(), other.getAuthority());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
