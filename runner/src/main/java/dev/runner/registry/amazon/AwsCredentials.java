package dev.runner.registry.amazon;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds an access key: the given one, else that of the environment, else that of Amazon's files for the profile, else one
 * that a web identity is changed for.
 *
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html">AWS SDKs, Shared config and credentials files</a>
 */
public final class AwsCredentials {
    private final @Nullable Keys given;
    private final Map<String, Secret> environment;

    /**
     * @param given null for what the environment and Amazon's files say
     * @param environment the user's variables
     */
    public AwsCredentials(@Nullable Keys given, Map<String, Secret> environment) {
        this.given = given;
        this.environment = Map.copyOf(environment);
    }

    /** An access key in clear. */
    public record Keys(String id, String secret, @Nullable String session) {
        @Override
        public String toString() {
            return id;
        }
    }

    /** The user's variables. */
    Map<String, Secret> environment() {
        return environment;
    }

    /**
     * Finds it.
     *
     * @throws IOException when there is none, or a web identity is refused
     */
    public Keys find() throws IOException {
        if (given != null) {
            return given;
        }
        Map<String, String> variables = new LinkedHashMap<>();
        environment.forEach((name, value) -> variables.put(name.toLowerCase(java.util.Locale.ROOT), value.reveal()));
        Keys keys = keys(variables);
        if (keys != null) {
            return keys;
        }
        String profile = variable("AWS_PROFILE", "default");
        Path home = Path.of(variable("HOME", "/"), ".aws");
        Map<String, String> settings = section(
                Path.of(variable("AWS_CONFIG_FILE", home.resolve("config").toString())), profile);
        settings.putAll(section(
                Path.of(variable(
                        "AWS_SHARED_CREDENTIALS_FILE",
                        home.resolve("credentials").toString())),
                profile));
        keys = keys(settings);
        String token = variable("AWS_WEB_IDENTITY_TOKEN_FILE", settings.getOrDefault("web_identity_token_file", ""));
        String role = variable("AWS_ROLE_ARN", settings.getOrDefault("role_arn", ""));
        if (keys == null && !token.isEmpty() && !role.isEmpty()) {
            String session = variable("AWS_ROLE_SESSION_NAME", "runner");
            return new WebIdentity(environment)
                    .keys(role, session, Files.readString(Path.of(token)).strip());
        }
        if (keys == null) {
            throw new IOException("no access key for Amazon: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, write"
                    + " them where they are wanted, or put them into ~/.aws/credentials for the profile " + profile);
        }
        return keys;
    }

    private static @Nullable Keys keys(Map<String, String> settings) {
        String id = settings.getOrDefault("aws_access_key_id", "");
        String secret = settings.getOrDefault("aws_secret_access_key", "");
        String session = settings.getOrDefault("aws_session_token", "");
        return id.isEmpty() || secret.isEmpty() ? null : new Keys(id, secret, session.isEmpty() ? null : session);
    }

    private String variable(String name, String otherwise) {
        Secret value = environment.get(name);
        return value == null || value.reveal().isEmpty() ? otherwise : value.reveal();
    }

    /** The settings of a profile, {@code [NAME]} or {@code [profile NAME]}; none where there is no such file. */
    private static Map<String, String> section(Path file, String profile) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        boolean inside = false;
        for (String line : Files.isRegularFile(file) ? Files.readAllLines(file) : java.util.List.<String>of()) {
            String text = line.strip();
            int equals = text.indexOf('=');
            if (text.startsWith("[")) {
                String name = text.replaceAll("^\\[\\s*(?:profile\\s+)?|\\s*].*$", "");
                inside = name.equals(profile);
            } else if (inside && equals > 0 && !text.startsWith("#") && !text.startsWith(";")) {
                settings.put(
                        text.substring(0, equals).strip(),
                        text.substring(equals + 1).strip());
            }
        }
        return settings;
    }
}
