package dev.runner.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
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
        Request.Builder builder = new Request.Builder().url(url).method(method, body);
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
}
