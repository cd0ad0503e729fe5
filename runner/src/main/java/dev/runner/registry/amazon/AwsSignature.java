package dev.runner.registry.amazon;

import dev.runner.oci.Digest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Amazon's Signature Version 4 for one request, in its {@code Authorization} header.
 *
 * @param service such as {@code s3}
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">AWS Signature Version 4</a>
 */
public record AwsSignature(AwsCredentials.Keys keys, String region, String service, Instant time) {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** The value of {@code x-amz-date}. */
    public String date() {
        return SECOND.format(time);
    }

    /**
     * The value of {@code Authorization}.
     *
     * @param address path and query encoded as they are sent
     * @param headers all that are to be signed, {@code host} and {@code x-amz-date} among them
     * @param payload SHA-256 of the body in hex, or the word that stands for it
     */
    public String authorization(String method, URI address, Map<String, String> headers, String payload) {
        Map<String, String> sorted = new TreeMap<>();
        headers.forEach((name, value) ->
                sorted.put(name.toLowerCase(Locale.ROOT), value.strip().replaceAll(" +", " ")));
        String names = String.join(";", sorted.keySet());
        String lines = sorted.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
        String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        String request = String.join("\n", method, path, query(address), lines, names, payload);
        String scope = date().substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
        String text = String.join("\n", ALGORITHM, date(), scope, sha256(request));
        return ALGORITHM + " Credential=" + keys.id() + "/" + scope + ", SignedHeaders=" + names + ", Signature="
                + HexFormat.of().formatHex(hmac(signingKey(), text));
    }

    /** Its parts in the order of their names; a part without a value has an empty one. */
    private static String query(URI address) {
        String query = address.getRawQuery();
        return query == null || query.isEmpty()
                ? ""
                : Arrays.stream(query.split("&"))
                        .map(part -> part.contains("=") ? part : part + "=")
                        .sorted()
                        .collect(Collectors.joining("&"));
    }

    private byte[] signingKey() {
        byte[] key = ("AWS4" + keys.secret()).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[] {date().substring(0, 8), region, service, "aws4_request"}) {
            key = hmac(key, part);
        }
        return key;
    }

    private static String sha256(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
