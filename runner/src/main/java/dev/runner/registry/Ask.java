package dev.runner.registry;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * A request that can be sent as often as it takes.
 *
 * @param repository for messages; empty when it concerns none
 * @param scopes what a token must allow, such as {@code repository:acme/hello:pull}
 * @param body one that writes the same content each time
 * @param resend whether a broken connection or a 5xx may be answered by sending it again as it is
 */
record Ask(
        String method,
        HttpUrl url,
        String repository,
        List<String> scopes,
        Map<String, String> headers,
        @Nullable RequestBody body,
        boolean resend) {
    private static final RequestBody NOTHING = RequestBody.create(new byte[0], null);

    static Ask of(String method, HttpUrl url, String repository, List<String> scopes) {
        boolean empty = method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
        return new Ask(method, url, repository, List.copyOf(scopes), Map.of(), empty ? NOTHING : null, true);
    }

    Ask withHeader(String name, String value) {
        Map<String, String> copy = new LinkedHashMap<>(headers);
        copy.put(name, value);
        return new Ask(method, url, repository, scopes, copy, body, resend);
    }

    Ask withBody(RequestBody value) {
        return new Ask(method, url, repository, scopes, headers, value, resend);
    }

    /** Sent once: what it changes at the registry must be looked at before it is sent again. */
    Ask once() {
        return new Ask(method, url, repository, scopes, headers, body, false);
    }

    Request.Builder toRequest() {
        RequestBody sent = body == null || resend ? body : new Once(body);
        Request.Builder builder = new Request.Builder().url(url).method(method, sent);
        headers.forEach(builder::header);
        return builder;
    }

    static String pull(String repository) {
        return "repository:" + repository + ":pull";
    }

    static String push(String repository) {
        return "repository:" + repository + ":pull,push";
    }

    static String delete(String repository) {
        return "repository:" + repository + ":pull,push,delete";
    }

    /**
     * A body that OkHttp does not send again by itself when a kept connection turns out to be dead: a part of it may
     * have arrived, and would then be there twice.
     */
    private static final class Once extends RequestBody {
        private final RequestBody body;

        Once(RequestBody body) {
            this.body = body;
        }

        @Override
        public @Nullable MediaType contentType() {
            return body.contentType();
        }

        @Override
        public long contentLength() throws IOException {
            return body.contentLength();
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            body.writeTo(sink);
        }
    }
}
