package dev.runner.step.gitlab;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Tokens for {@code id_tokens}: JSON Web Tokens with GitLab's claims. They are issued here, say so in {@code iss}, and are
 * signed with a key that is made for the run and thrown away, so that nobody takes them for GitLab's.
 */
final class LocalTokens {
    private static final String ISSUER = "runner-exec:local-not-gitlab";
    private static final long SECONDS = 3600;

    private final KeyPair key;

    private LocalTokens(KeyPair key) {
        this.key = key;
    }

    static LocalTokens make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new LocalTokens(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has P-256", e);
        }
    }

    /** @param variables of the job, from which the claims come */
    String token(List<String> audiences, Map<String, String> variables) {
        long now = Instant.now().getEpochSecond();
        boolean tag = variables.containsKey("CI_COMMIT_TAG");
        String ref = variables.getOrDefault("CI_COMMIT_REF_NAME", "");
        String project = variables.getOrDefault("CI_PROJECT_PATH", "");
        String kind = tag ? "tag" : "branch";
        String audience = audiences.size() == 1
                ? text(audiences.getFirst())
                : audiences.stream().map(LocalTokens::text).collect(Collectors.joining(",", "[", "]"));
        String payload = "{\"iss\":" + text(ISSUER) + ",\"local\":true,\"aud\":" + audience + ",\"sub\":"
                + text("project_path:" + project + ":ref_type:" + kind + ":ref:" + ref) + ",\"iat\":" + now
                + ",\"nbf\":" + (now - 5) + ",\"exp\":" + (now + SECONDS) + ",\"jti\":"
                + text(UUID.randomUUID().toString()) + ",\"project_path\":" + text(project)
                + ",\"namespace_path\":" + text(variables.getOrDefault("CI_PROJECT_NAMESPACE", "")) + ",\"ref\":"
                + text(ref) + ",\"ref_type\":" + text(kind) + ",\"ref_protected\":"
                + text(variables.getOrDefault("CI_COMMIT_REF_PROTECTED", "false")) + ",\"pipeline_source\":"
                + text(variables.getOrDefault("CI_PIPELINE_SOURCE", "")) + ",\"sha\":"
                + text(variables.getOrDefault("CI_COMMIT_SHA", "")) + "}";
        return signed("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"local\"}", payload);
    }

    private String signed(String header, String payload) {
        String content = encoded(header.getBytes(StandardCharsets.UTF_8)) + "."
                + encoded(payload.getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java signs with ECDSA", e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String text(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
