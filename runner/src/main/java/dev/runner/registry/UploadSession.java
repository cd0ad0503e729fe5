package dev.runner.registry;

import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * An upload that a registry has opened: where its next bytes go, and how many it has. For one thread at a time.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks">
 *     distribution-spec, Pushing a blob in chunks</a>
 */
final class UploadSession {
    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?(\\d+)-(\\d+)");

    private final Sender sender;
    private final Endpoint endpoint;
    private final Reference repository;
    private final List<String> scopes;
    private final int shortestChunk;
    private HttpUrl location;

    private UploadSession(
            Sender sender, Endpoint endpoint, Reference repository, List<String> scopes, Response opened) {
        this.sender = sender;
        this.endpoint = endpoint;
        this.repository = repository;
        this.scopes = scopes;
        this.shortestChunk = shortestChunk(opened);
        this.location = follow(opened, null);
    }

    /** Opens an upload. */
    static UploadSession start(Sender sender, Endpoint endpoint, Reference repository) {
        List<String> scopes = List.of(Ask.push(endpoint.repository(repository)));
        Ask ask = Ask.of("POST", endpoint.url(repository, "blobs/uploads/"), repository.path(), scopes);
        try (Response response = sender.expect(endpoint, ask, "push to " + repository.name(), 202)) {
            return new UploadSession(sender, endpoint, repository, scopes, response);
        }
    }

    /**
     * Asks the registry to take a blob from another of its repositories.
     *
     * @return null when it did; else the upload that it opened instead, or null in {@link Mount#session} too when it
     *     did neither
     */
    static Mount mount(Sender sender, Endpoint endpoint, Reference repository, Digest digest, Reference from) {
        String source = endpoint.repository(from);
        List<String> scopes = List.of(Ask.push(endpoint.repository(repository)), Ask.pull(source));
        HttpUrl url = endpoint.url(repository, "blobs/uploads/")
                .newBuilder()
                .addQueryParameter("mount", digest.toString())
                .addQueryParameter("from", source)
                .build();
        Ask ask = Ask.of("POST", url, repository.path(), scopes);
        try (Response response = sender.send(endpoint, ask, "mount " + digest + " into " + repository.name())) {
            if (response.code() == 202) {
                List<String> push = List.of(Ask.push(endpoint.repository(repository)));
                return new Mount(false, new UploadSession(sender, endpoint, repository, push, response));
            }
            return new Mount(response.code() == 201, null);
        }
    }

    /** What became of a mount. */
    record Mount(boolean done, @Nullable UploadSession session) {}

    /** The fewest bytes of a chunk that is not the last; 0 when the registry does not say. */
    int shortestChunk() {
        return shortestChunk;
    }

    /** Adds bytes. {@code range} is {@code first-last}, or null for all there is in one stream. */
    void append(RequestBody body, @Nullable String range) {
        Ask ask = Ask.of("PATCH", location, repository.path(), scopes)
                .withHeader("Content-Type", "application/octet-stream")
                .withBody(body)
                .once();
        ask = range == null ? ask : ask.withHeader("Content-Range", range);
        try (Response response = sender.expect(endpoint, ask, what(), 202, 201, 204)) {
            location = follow(response, location);
        }
    }

    /** Ends the upload, with the whole content or nothing more; the blob is there afterwards. */
    void finish(Digest digest, @Nullable RequestBody content) {
        HttpUrl url = location.newBuilder()
                .removeAllQueryParameters("digest")
                .addQueryParameter("digest", digest.toString())
                .build();
        Ask ask = Ask.of("PUT", url, repository.path(), scopes)
                .withHeader("Content-Type", "application/octet-stream")
                .once();
        ask = content == null ? ask : ask.withBody(content);
        sender.expect(endpoint, ask, what(), 201, 204).close();
    }

    /** How many bytes the registry has; -1 when it no longer knows the upload. */
    long received() {
        Ask ask = Ask.of("GET", location, repository.path(), scopes);
        try (Response response = sender.send(endpoint, ask, what())) {
            if (response.code() != 204 && response.code() != 202) {
                return -1;
            }
            location = follow(response, location);
            String range = response.header("Range", "");
            Matcher matcher = RANGE.matcher(range == null ? "" : range);
            if (!matcher.matches()) {
                return 0;
            }
            long last = Long.parseLong(matcher.group(2));
            // "0-0" is what registries say of an empty upload; one byte sent twice is refused, and then all starts
            // anew.
            return last == 0 ? 0 : last + 1;
        }
    }

    /** Takes the upload back, as far as the registry lets us. */
    void cancel() {
        try {
            sender.send(
                            endpoint,
                            Ask.of("DELETE", location, repository.path(), scopes)
                                    .once(),
                            what())
                    .close();
        } catch (RegistryException e) {
            // The registry sweeps what is left over; the failure that led here says more than this one.
        }
    }

    private HttpUrl follow(Response response, @Nullable HttpUrl before) {
        String header = response.header("Location");
        if (header == null && before != null) {
            return before;
        }
        HttpUrl url = header == null ? null : response.request().url().resolve(header);
        if (url == null) {
            throw Failures.invalid(
                    endpoint, repository.path(), endpoint.host() + " opens an upload and does not say where", null);
        }
        // Behind a proxy that ends TLS, registries believe that they are reached in plain HTTP.
        boolean downgraded = response.request().isHttps()
                && !url.isHttps()
                && url.host().equals(response.request().url().host());
        return downgraded ? url.newBuilder().scheme("https").build() : url;
    }

    private static int shortestChunk(Response response) {
        try {
            String header = response.header("OCI-Chunk-Min-Length");
            return header == null ? 0 : Math.max(0, Integer.parseInt(header.strip()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private String what() {
        return "push to " + repository.name();
    }
}
