package dev.runner.registry;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * The user's {@code config.json}, as {@code docker login} keeps it: {@code auths}, {@code credHelpers} and
 * {@code credsStore} with the {@code docker-credential-*} protocol. Read anew on each question, so that logins of
 * others are seen; written atomically with mode 600; members that it does not know are kept.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/">docker login</a>
 */
public final class DockerConfig implements CredentialSource {
    private final Path file;
    private final Map<String, String> environment;

    private DockerConfig(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = Map.copyOf(environment);
    }

    /** The config in {@code $DOCKER_CONFIG}, else in {@code ~/.docker}. */
    public static DockerConfig of(Map<String, String> environment) {
        String folder = environment.getOrDefault("DOCKER_CONFIG", "");
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return at(
                folder.isEmpty() ? Path.of(home, ".docker", "config.json") : Path.of(folder, "config.json"),
                environment);
    }

    /** The config in a file. The environment is for credential helpers, which are looked for in its PATH. */
    public static DockerConfig at(Path file, Map<String, String> environment) {
        return new DockerConfig(file, environment);
    }

    /** The file's path. */
    public Path file() {
        return file;
    }

    @Override
    public Credentials find(String domain) {
        throw new UnsupportedOperationException(domain + environment.size());
    }

    /**
     * Keeps credentials for later runs: by the credential helper that the config names for the domain, else in the
     * file.
     *
     * @return whether a helper took them; if not, they lie in the file, merely encoded
     */
    public boolean store(String domain, Credentials credentials) {
        throw new UnsupportedOperationException(domain + credentials);
    }

    /** Forgets a registry's credentials; false when there were none. */
    public boolean erase(String domain) {
        throw new UnsupportedOperationException(domain);
    }

    /** A registry's domain as references have it, from the ways in which people and config files write it. */
    static String normalize(String domain) {
        String bare = domain.replaceFirst("^https?://", "");
        int slash = bare.indexOf('/');
        String host = (slash < 0 ? bare : bare.substring(0, slash)).toLowerCase(Locale.ROOT);
        return switch (host) {
            case "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com" -> "docker.io";
            default -> host;
        };
    }
}
