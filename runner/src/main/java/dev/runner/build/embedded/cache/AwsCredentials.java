package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the access key for S3: what the cache's attributes say, else the environment, else Amazon's files of the profile.
 *
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html">AWS SDKs, Shared config and credentials files</a>
 */
final class AwsCredentials {
    private final CacheReference.S3.Access access;

    AwsCredentials(CacheReference.S3.Access access) {
        this.access = access;
    }

    /** An access key in clear. */
    record Keys(String id, String secret, @Nullable String session) {
        @Override
        public String toString() {
            return id;
        }
    }

    Keys find() throws IOException {
        CacheReference.S3.Keys given = access.keys();
        if (given != null) {
            Secret session = given.session();
            return new Keys(given.id(), given.secret().reveal(), session == null ? null : session.reveal());
        }
        Map<String, String> variables = new LinkedHashMap<>();
        access.environment()
                .forEach((name, value) -> variables.put(name.toLowerCase(java.util.Locale.ROOT), value.reveal()));
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
        if (keys == null) {
            throw new IOException("no access key for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, write"
                    + " access_key_id and secret_access_key, or put them into ~/.aws/credentials for the profile "
                    + profile);
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
        Secret value = access.environment().get(name);
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
