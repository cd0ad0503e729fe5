package dev.runner.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The way from one page of a list to the next.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8288">RFC 8288, Link</a>
 */
final class Pages {
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>[^<]*;\\s*rel=\"?next\"?");

    private Pages() {}

    /** The URL of the next page; null at the end. */
    static @Nullable HttpUrl next(Response response) {
        for (String header : response.headers("Link")) {
            Matcher matcher = NEXT.matcher(header);
            if (matcher.find()) {
                HttpUrl next = response.request().url().resolve(matcher.group(1));
                return response.request().url().equals(next) ? null : next;
            }
        }
        return null;
    }
}
