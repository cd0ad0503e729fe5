package dev.runner.registry.amazon;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * One of Amazon's services, at its own address or at the one that the environment names.
 *
 * @param name as in {@code AWS_ENDPOINT_URL_STS}
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html">Service-specific endpoints</a>
 */
record AmazonService(String name, URI address) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static AmazonService of(String name, String host, Map<String, Secret> environment) {
        for (String variable : new String[] {
            "AWS_ENDPOINT_URL_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), "AWS_ENDPOINT_URL"
        }) {
            Secret given = environment.get(variable);
            if (given != null && !given.reveal().isEmpty()) {
                return new AmazonService(name, URI.create(given.reveal().replaceFirst("/*$", "/")));
            }
        }
        return new AmazonService(name, URI.create("https://" + host + "/"));
    }

    /**
     * Asks it.
     *
     * @param headers {@code host} and {@code content-length} not among them
     * @throws IOException when it cannot be reached, or refuses; its own words are in the message
     */
    String ask(String body, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        headers.forEach(request::header);
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("Amazon's service " + name + " at " + address.getAuthority()
                        + " answers with status " + answer.statusCode() + ": "
                        + answer.body().lines().limit(10).reduce("", (all, line) -> all + line.strip() + " "));
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
