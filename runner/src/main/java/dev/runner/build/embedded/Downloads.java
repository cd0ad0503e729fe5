package dev.runner.build.embedded;

import dev.runner.build.GitAddress;
import dev.runner.build.embedded.store.BlobWriter;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Fetches what ADD names by address, once in a build, into the store. */
final class Downloads {
    private final Workshop shop;
    private final ConcurrentHashMap<String, File> fetched = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable HttpClient client;

    Downloads(Workshop shop) {
        this.shop = shop;
    }

    /**
     * A file that came.
     *
     * @param name the last part of its address
     * @param mtime what the server said, in nanoseconds since 1970; 0 when it said nothing
     */
    record File(Digest digest, String name, long size, long mtime) {}

    static boolean isAddress(String source) {
        return source.startsWith("http://") || source.startsWith("https://");
    }

    /** Whether ADD fetches it: by address, or from a git repository. */
    static boolean isRemote(String source) {
        return isAddress(source) || GitAddress.isGit(source);
    }

    /**
     * Fetches a file.
     *
     * @param checksum what it must be; null for anything
     * @throws IOException when it cannot be fetched or is something else
     */
    File fetch(String address, @Nullable Digest checksum) throws IOException, InterruptedException {
        File known = fetched.get(address);
        if (known == null) {
            known = request(address, checksum);
            fetched.put(address, known);
        }
        if (checksum != null && !known.digest().equals(checksum)) {
            throw new IOException(
                    "digest mismatch: " + GitAddress.redacted(address) + " is " + known.digest() + ", not " + checksum);
        }
        return known;
    }

    private File request(String address, @Nullable Digest checksum) throws IOException, InterruptedException {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw new IOException("'" + GitAddress.redacted(address) + "' is not an address", e);
        }
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofMinutes(10))
                .header("User-Agent", "runner")
                .build();
        HttpResponse<InputStream> response = client().send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body();
                BlobWriter blob = shop.store().blobs().writer()) {
            if (response.statusCode() != 200) {
                throw new IOException("cannot fetch " + GitAddress.redacted(address) + ": the server answered "
                        + response.statusCode());
            }
            shop.layers().limits().bounded(body).transferTo(blob);
            long size = blob.size();
            Digest digest = blob.commit(checksum);
            return new File(digest, name(uri), size, modified(response));
        }
    }

    private static String name(URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath();
        String last = CopySources.clean(path);
        last = last.substring(last.lastIndexOf('/') + 1);
        return last.isEmpty() ? "__unnamed__" : last;
    }

    private static long modified(HttpResponse<?> response) {
        try {
            return response.headers()
                    .firstValue("Last-Modified")
                    .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toEpochSecond()
                            * 1_000_000_000L)
                    .orElse(0L);
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    private HttpClient client() {
        lock.lock();
        try {
            if (client == null) {
                client = HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(Duration.ofSeconds(30))
                        .proxy(ProxySelector.getDefault())
                        .build();
            }
            return client;
        } finally {
            lock.unlock();
        }
    }
}
