package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * GitHub's list of a repository's cache entries: one request for a hundred, where the cache service takes one for each.
 *
 * @see <a href="https://docs.github.com/en/rest/actions/cache">GitHub's docs, REST endpoints for GitHub Actions cache</a>
 */
final class GhaListing {
    private static final int PAGE = 100;
    private static final int MOST_PAGES = 100;

    private GhaListing() {}

    /** The keys that begin so, of entries in scopes that this job may read. */
    static Set<String> keys(CacheReference.Gha.Listing listing, String prefix, List<String> readable)
            throws IOException {
        Set<String> keys = new HashSet<>();
        for (int page = 1; page <= MOST_PAGES; page++) {
            URI address = URI.create(listing.api() + "/repos/" + listing.repository() + "/actions/caches?per_page="
                    + PAGE + "&page=" + page + "&key=" + URLEncoder.encode(prefix, StandardCharsets.UTF_8));
            HttpResponse<byte[]> response = Http.send(() -> HttpRequest.newBuilder(address)
                    .timeout(Duration.ofMinutes(1))
                    .header("Authorization", "Bearer " + listing.token().reveal())
                    .header("Accept", "application/vnd.github+json")
                    .GET()
                    .build());
            if (response.statusCode() != 200) {
                throw new IOException(Http.where(address) + " answers " + response.statusCode()
                        + "; the 'ghtoken' of a gha cache needs the permission actions: read");
            }
            int entries = 0;
            try {
                for (JsonNode entry :
                        JsonMapper.shared().readTree(response.body()).path("actions_caches")) {
                    entries++;
                    if (readable.contains(entry.path("ref").asString(""))) {
                        keys.add(entry.path("key").asString(""));
                    }
                }
            } catch (JacksonException e) {
                throw new IOException(Http.where(address) + " answers no list of cache entries", e);
            }
            if (entries < PAGE) {
                break;
            }
        }
        return keys;
    }
}
