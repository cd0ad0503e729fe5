package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.registry.BlobSource;
import dev.runner.registry.amazon.AwsCredentials;
import dev.runner.registry.amazon.AwsSignature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a bucket, by requests that every S3 service knows.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html">Amazon S3 API</a>
 */
final class S3Bucket {
    /** What one request may bring. */
    private static final long LARGEST = 5L << 30;

    private static final String NOTHING = Digest.of(new byte[0]).hex();
    private static final Set<String> UNSIGNED = Set.of("content-length", "host");

    private final CacheReference.S3.Bucket bucket;
    private final AwsCredentials credentials;
    private AwsCredentials.@Nullable Keys keys;

    S3Bucket(CacheReference.S3 place) {
        this.bucket = place.bucket();
        this.credentials = credentials(place.access());
    }

    static AwsCredentials credentials(CacheReference.S3.Access access) {
        CacheReference.S3.Keys given = access.keys();
        return new AwsCredentials(
                given == null
                        ? null
                        : new AwsCredentials.Keys(
                                given.id(),
                                given.secret().reveal(),
                                given.session() == null ? null : given.session().reveal()),
                access.environment());
    }

    /** What is sent: how much, and the hash that signs it. */
    private record Body(BodyPublisher publisher, String hash) {
        static final Body NONE = new Body(BodyPublishers.noBody(), NOTHING);
    }

    /** An object's content; null when there is no such object. The caller closes it. */
    @Nullable
    InputStream open(String key) throws IOException {
        HttpResponse<InputStream> response = Http.open(request("GET", address(key, ""), Map.of(), Body.NONE));
        if (response.statusCode() == 200) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            if (response.statusCode() == 404 && !problem(body.readAllBytes()).startsWith("NoSuchBucket")) {
                return null;
            }
        }
        throw refused("GET", key, response.statusCode(), "");
    }

    /** When an object was last written; null when there is no such object. */
    @Nullable
    Instant lastModified(String key) throws IOException {
        HttpResponse<byte[]> response = Http.send(request("HEAD", address(key, ""), Map.of(), Body.NONE));
        if (response.statusCode() == 404) {
            return null;
        }
        expect(response, "HEAD", key, 200);
        try {
            return response.headers()
                    .firstValue("Last-Modified")
                    .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    .orElse(Instant.MIN);
        } catch (DateTimeException e) {
            return Instant.MIN;
        }
    }

    void put(String key, byte[] content) throws IOException {
        Body body =
                new Body(BodyPublishers.ofByteArray(content), Digest.of(content).hex());
        expect(Http.send(request("PUT", address(key, ""), Map.of(), body)), "PUT", key, 200);
    }

    /** Sends a layer as it comes; its digest signs it, so that the service refuses any other content. */
    void put(String key, Descriptor blob, BlobSource source) throws IOException {
        if (blob.size() > LARGEST) {
            throw new IOException("the layer " + blob.digest() + " is larger than the 5 GiB that S3 takes at once");
        }
        BodyPublisher content =
                BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> opened(source)), blob.size());
        boolean signs = blob.digest().algorithm().equals("sha256");
        Body body = new Body(content, signs ? blob.digest().hex() : "UNSIGNED-PAYLOAD");
        expect(Http.send(request("PUT", address(key, ""), Map.of(), body)), "PUT", key, 200);
    }

    private static InputStream opened(BlobSource source) {
        try {
            return source.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes an object young again by copying it onto itself. */
    void touch(String key) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-amz-copy-source", "/" + bucket.name() + "/" + encode(key));
        headers.put("x-amz-metadata-directive", "REPLACE");
        expect(Http.send(request("PUT", address(key, ""), headers, Body.NONE)), "COPY", key, 200);
    }

    /** Deletes an object; nothing happens when it is absent. */
    void delete(String key) throws IOException {
        expect(Http.send(request("DELETE", address(key, ""), Map.of(), Body.NONE)), "DELETE", key, 200, 204, 404);
    }

    /** The keys that begin so, in their order. */
    List<String> list(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        String next = "";
        do {
            String query = (next.isEmpty() ? "" : "continuation-token=" + word(next) + "&") + "list-type=2&prefix="
                    + word(prefix);
            HttpResponse<byte[]> response = Http.send(request("GET", address("", query), Map.of(), Body.NONE));
            expect(response, "LIST", prefix, 200);
            Map<String, List<String>> answer = texts(response.body());
            keys.addAll(answer.getOrDefault("Key", List.of()));
            next = answer.getOrDefault("NextContinuationToken", List.of("")).getFirst();
        } while (!next.isEmpty());
        return keys;
    }

    private URI address(String key, String query) {
        URI endpoint = bucket.endpoint() == null
                ? URI.create("https://s3." + bucket.region() + ".amazonaws.com")
                : bucket.endpoint();
        String base = endpoint.getRawPath() == null ? "" : endpoint.getRawPath().replaceAll("/$", "");
        String authority =
                bucket.pathStyle() ? endpoint.getRawAuthority() : bucket.name() + "." + endpoint.getRawAuthority();
        String path = base + (bucket.pathStyle() ? "/" + encode(bucket.name()) : "") + "/" + encode(key);
        return URI.create(endpoint.getScheme() + "://" + authority + path + (query.isEmpty() ? "" : "?" + query));
    }

    /** As signatures want it: all but unreserved characters and slashes. */
    private static String encode(String key) {
        return word(key).replace("%2F", "/");
    }

    private static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private Supplier<HttpRequest> request(String method, URI address, Map<String, String> more, Body body)
            throws IOException {
        AwsCredentials.Keys found = keys();
        return () -> {
            AwsSignature signature = new AwsSignature(found, bucket.region(), "s3", Instant.now());
            Map<String, String> headers = new LinkedHashMap<>(more);
            headers.put("host", address.getRawAuthority());
            headers.put("x-amz-date", signature.date());
            headers.put("x-amz-content-sha256", body.hash());
            if (found.session() != null) {
                headers.put("x-amz-security-token", found.session());
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(address)
                    .timeout(java.time.Duration.ofMinutes(10))
                    .method(method, body.publisher())
                    .header("Authorization", signature.authorization(method, address, headers, body.hash()));
            headers.forEach((name, value) -> {
                if (!UNSIGNED.contains(name.toLowerCase(Locale.ROOT))) {
                    request.header(name, value);
                }
            });
            return request.build();
        };
    }

    private synchronized AwsCredentials.Keys keys() throws IOException {
        AwsCredentials.Keys known = keys;
        if (known == null) {
            known = credentials.find();
            keys = known;
        }
        return known;
    }

    private void expect(HttpResponse<byte[]> response, String method, String key, Integer... statuses)
            throws IOException {
        if (!List.of(statuses).contains(response.statusCode())) {
            throw refused(method, key, response.statusCode(), problem(response.body()));
        }
    }

    private IOException refused(String method, String key, int status, String problem) {
        return new IOException("the bucket " + bucket.name() + " answers " + status + " to " + method + " " + key
                + (problem.isEmpty() ? "" : ": " + problem));
    }

    /** What an answer says went wrong: a code and a message. */
    private static String problem(byte[] xml) {
        try {
            Map<String, List<String>> answer = texts(xml);
            return answer.getOrDefault("Code", List.of("")).getFirst() + " "
                    + answer.getOrDefault("Message", List.of("")).getFirst();
        } catch (IOException e) {
            return "";
        }
    }

    /** The texts of an answer by the names of their elements. */
    private static Map<String, List<String>> texts(byte[] xml) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        Map<String, List<String>> texts = new LinkedHashMap<>();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            String element = "";
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    element = reader.getLocalName();
                } else if (event == XMLStreamConstants.CHARACTERS && !reader.isWhiteSpace()) {
                    texts.computeIfAbsent(element, name -> new ArrayList<>()).add(reader.getText());
                }
            }
            return texts;
        } catch (XMLStreamException e) {
            throw new IOException("the S3 service answers no XML", e);
        }
    }
}
