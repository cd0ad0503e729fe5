package dev.runner.registry.amazon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.oci.Digest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The examples of Amazon's documentation of S3 signatures. */
class AwsSignatureTests {
    private static final String EMPTY = Digest.of(new byte[0]).hex();
    private static final AwsSignature S3 = new AwsSignature(
            new AwsCredentials.Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null),
            "us-east-1",
            "s3",
            Instant.parse("2013-05-24T00:00:00Z"));

    private static String sign(String method, String path, String payload, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Host", "examplebucket.s3.amazonaws.com");
        headers.put("x-amz-date", S3.date());
        headers.put("x-amz-content-sha256", payload);
        String value =
                S3.authorization(method, URI.create("https://examplebucket.s3.amazonaws.com" + path), headers, payload);
        return value.substring(value.indexOf("Signature=") + "Signature=".length());
    }

    @Test
    void a_get_with_a_range() {
        assertThat(sign("GET", "/test.txt", EMPTY, Map.of("Range", "bytes=0-9")))
                .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }

    @Test
    void a_put_of_a_name_with_an_encoded_character() {
        String payload = Digest.of("Welcome to Amazon S3.".getBytes(StandardCharsets.UTF_8))
                .hex();
        Map<String, String> headers =
                Map.of("Date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY");
        assertThat(sign("PUT", "/test%24file.text", payload, headers))
                .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    }

    @Test
    void a_query_with_and_without_values() {
        assertThat(sign("GET", "/?lifecycle", EMPTY, Map.of()))
                .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
        assertThat(sign("GET", "/?max-keys=2&prefix=J", EMPTY, Map.of()))
                .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }
}
