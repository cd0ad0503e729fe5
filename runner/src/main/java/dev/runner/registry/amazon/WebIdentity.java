package dev.runner.registry.amazon;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Changes a token of another identity provider, as that of a Kubernetes service account or of GitHub, for the access key of
 * a role.
 *
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html">AssumeRoleWithWebIdentity</a>
 */
final class WebIdentity {
    private final Map<String, Secret> environment;

    WebIdentity(Map<String, Secret> environment) {
        this.environment = environment;
    }

    AwsCredentials.Keys keys(String role, String session, String token) throws IOException {
        Map<String, String> question = new LinkedHashMap<>();
        question.put("Action", "AssumeRoleWithWebIdentity");
        question.put("Version", "2011-06-15");
        question.put("RoleArn", role);
        question.put("RoleSessionName", session);
        question.put("WebIdentityToken", token);
        String body = question.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        Secret region = environment.get("AWS_REGION");
        String host = region == null ? "sts.amazonaws.com" : "sts." + region.reveal() + ".amazonaws.com";
        String answer = AmazonService.of("sts", host, environment)
                .ask(body, Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"));
        return new AwsCredentials.Keys(
                text(answer, "AccessKeyId"), text(answer, "SecretAccessKey"), text(answer, "SessionToken"));
    }

    private static String text(String answer, String element) throws IOException {
        Matcher found = Pattern.compile("<" + element + ">([^<]+)</").matcher(answer);
        if (!found.find()) {
            throw new IOException("Amazon's service sts gives no " + element);
        }
        return found.group(1).strip();
    }
}
