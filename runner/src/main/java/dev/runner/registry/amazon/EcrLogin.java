package dev.runner.registry.amazon;

import dev.runner.oci.Digest;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Changes an access key for the passwords of Amazon's registries, private and public, which hold for twelve hours.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html">GetAuthorizationToken</a>
 */
public final class EcrLogin {
    private static final Pattern PRIVATE = Pattern.compile(
            "(\\d{12})\\.dkr[.-]ecr(-fips)?\\.([a-z0-9-]+)\\.(amazonaws\\.com(\\.cn)?|on\\.(aws|amazonwebservices\\.com\\.cn))");
    private static final Pattern PUBLIC = Pattern.compile("public\\.ecr\\.aws|ecr-public\\.aws\\.com");
    private static final JsonMapper JSON = new JsonMapper();

    private final AwsCredentials credentials;

    public EcrLogin(AwsCredentials credentials) {
        this.credentials = credentials;
    }

    /** A registry's name, with a scheme or a path if people like, without both. */
    private static String domain(String registry) {
        return registry.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    }

    /** Whether a registry is one of Amazon's, by its name. */
    public static boolean isEcr(String registry) {
        String domain = domain(registry);
        return PRIVATE.matcher(domain).matches() || PUBLIC.matcher(domain).matches();
    }

    /**
     * Who is let into a registry.
     *
     * @param registry {@code host[:port]}
     */
    public record Password(String registry, String username, Secret password) {}

    /**
     * Gets the passwords for a registry, and for those of the accounts in {@code AWS_ACCOUNT_IDS}.
     *
     * @throws IOException when there is no access key, or Amazon refuses it
     * @throws IllegalArgumentException for the name of another registry
     */
    public List<Password> passwords(String registry) throws IOException {
        String domain = domain(registry);
        if (PUBLIC.matcher(domain).matches()) {
            String region = variable("AWS_REGION", variable("AWS_DEFAULT_REGION", "us-east-1"));
            JsonNode answer = ask(
                    "ecr-public",
                    "api.ecr-public." + region + ".amazonaws.com",
                    region,
                    "SpencerFrontendService",
                    "{}");
            return List.of(password(domain, answer.path("authorizationData")));
        }
        Matcher own = PRIVATE.matcher(domain);
        if (!own.matches()) {
            throw new IllegalArgumentException("'" + registry + "' is no registry of Amazon's: its name is like"
                    + " 012345678901.dkr.ecr.eu-west-1.amazonaws.com");
        }
        List<String> accounts = new ArrayList<>(List.of(own.group(1)));
        Arrays.stream(variable("AWS_ACCOUNT_IDS", "").split(","))
                .map(String::strip)
                .filter(account -> !account.isEmpty() && !accounts.contains(account))
                .forEach(accounts::add);
        String region = own.group(3);
        boolean fips = own.group(2) != null;
        String host =
                (fips ? "ecr-fips." : "api.ecr.") + region + ".amazonaws.com" + (region.startsWith("cn-") ? ".cn" : "");
        String body = JSON.writeValueAsString(Map.of("registryIds", accounts));
        JsonNode answer = ask("ecr", host, region, "AmazonEC2ContainerRegistry_V20150921", body);
        List<Password> passwords = new ArrayList<>();
        for (JsonNode data : answer.path("authorizationData")) {
            // The endpoint of the first is that of the asked registry, whose name may be another of it.
            String endpoint = domain(data.path("proxyEndpoint").asString(""));
            boolean asked = passwords.isEmpty() || endpoint.isEmpty() || endpoint.startsWith(own.group(1) + ".");
            passwords.add(password(asked ? domain : endpoint, data));
        }
        if (passwords.isEmpty()) {
            throw new IOException("Amazon gives no password for " + domain);
        }
        return passwords;
    }

    private static Password password(String registry, JsonNode data) throws IOException {
        String token = data.path("authorizationToken").asString("");
        String pair = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw new IOException("Amazon gives no password for " + registry);
        }
        return new Password(registry, pair.substring(0, colon), Secret.of("password", pair.substring(colon + 1)));
    }

    private String variable(String name, String otherwise) {
        @Nullable Secret value = credentials.environment().get(name);
        return value == null || value.reveal().isEmpty() ? otherwise : value.reveal();
    }

    private JsonNode ask(String service, String host, String region, String target, String body) throws IOException {
        AwsCredentials.Keys keys = credentials.find();
        AmazonService asked = AmazonService.of(service, host, credentials.environment());
        AwsSignature signature = new AwsSignature(keys, region, service, Instant.now());
        Map<String, String> signed = new TreeMap<>();
        signed.put("content-type", "application/x-amz-json-1.1");
        signed.put("x-amz-date", signature.date());
        signed.put("x-amz-target", target + ".GetAuthorizationToken");
        String session = keys.session();
        if (session != null) {
            signed.put("x-amz-security-token", session);
        }
        Map<String, String> sent = new LinkedHashMap<>(signed);
        signed.put("host", asked.address().getRawAuthority());
        String payload = Digest.of(body.getBytes(StandardCharsets.UTF_8)).hex();
        sent.put("Authorization", signature.authorization("POST", asked.address(), signed, payload));
        try {
            return JSON.readTree(asked.ask(body, sent));
        } catch (JacksonException e) {
            throw new IOException("Amazon's service " + service + " answers with what is no JSON", e);
        }
    }
}
