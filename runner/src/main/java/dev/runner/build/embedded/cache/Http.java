package dev.runner.build.embedded.cache;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Requests to services that keep caches, sent again after a broken connection, a 429 or a 5xx. Messages name hosts and
 * paths only: what follows in an address may be a signature.
 */
final class Http {
    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final List<Integer> PASSING = List.of(408, 429, 500, 502, 503, 504);
    private static final Duration CONNECT = Duration.ofSeconds(30);

    /** Connections are kept from one place to the next. */
    private static final class Shared {
        static final HttpClient CLIENT = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .proxy(ProxySelector.getDefault())
                .build();
    }

    private Http() {}

    /** A small answer, whatever its status. */
    static HttpResponse<byte[]> send(Supplier<HttpRequest> request) throws IOException {
        return persist(request, BodyHandlers.ofByteArray());
    }

    /** An answer that is read as it comes; the caller closes it. */
    static HttpResponse<InputStream> open(Supplier<HttpRequest> request) throws IOException {
        return persist(request, BodyHandlers.ofInputStream());
    }

    private static <T> HttpResponse<T> persist(Supplier<HttpRequest> request, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            HttpRequest next = request.get();
            try {
                HttpResponse<T> response = Shared.CLIENT.send(next, handler);
                if (attempt == ATTEMPTS || !PASSING.contains(response.statusCode())) {
                    return response;
                }
                close(response.body());
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                throw interrupted(e);
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new IOException(where(next.uri()) + ": " + reason(e), e);
                }
                pause(pause);
            }
            pause = pause.multipliedBy(2);
        }
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted", e);
    }

    private static void close(Object body) throws IOException {
        if (body instanceof InputStream stream) {
            stream.close();
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? "no connection" : e.getMessage();
    }

    /** An address as messages may show it. */
    static String where(URI uri) {
        return uri.getScheme() + "://" + uri.getAuthority() + uri.getPath();
    }
}
