package dev.runner.registry;

import dev.runner.oci.JsonTree;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The user's {@code config.json}, as {@code docker login} keeps it: {@code auths}, {@code credHelpers} and
 * {@code credsStore} with the {@code docker-credential-*} protocol. Read anew on each question, so that logins of
 * others are seen, but helpers are asked again after a minute only; written atomically with mode 600; members that it does not know are kept.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/">docker login</a>
 */
public final class DockerConfig implements CredentialSource {
    private static final String DOCKER_HUB = "https://index.docker.io/v1/";
    private static final Duration FRESH = Duration.ofSeconds(60);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final Map<String, String> environment;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    /**
     * In the scripts of a run, where {@code DOCKER_CONFIG} is a folder of the run's own: the folder of the user's. What
     * scripts log in to and out of then changes nothing that a credential helper keeps for the user.
     */
    public static final String USERS = "RUNNER_USERS_DOCKER_CONFIG";

    /** What a helper said, and when by the clock of {@code nanoTime}. */
    private record Answer(Credentials credentials, long at) {}

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

    /** The user's own config where this one belongs to a run, else this. */
    public DockerConfig ofUser() {
        String folder = environment.getOrDefault(USERS, "");
        return folder.isEmpty() ? this : at(Path.of(folder, "config.json"), environment);
    }

    private boolean ofRun() {
        String folder = environment.getOrDefault(USERS, "");
        return !folder.isEmpty() && !file.startsWith(folder);
    }

    /** The file's path. */
    public Path file() {
        return file;
    }

    @Override
    public Credentials find(String domain) {
        ObjectNode config = read();
        String wanted = normalize(domain);
        String helper = helper(config, wanted);
        if (!helper.isEmpty()) {
            Credentials found = ask(helper, server(wanted));
            if (!(found instanceof Credentials.Anonymous)) {
                return found;
            }
        }
        return inline(config, wanted);
    }

    /**
     * Keeps credentials for later runs: by the credential helper that the config names for the domain, else in the
     * file.
     *
     * @return whether a helper took them; if not, they lie in the file, merely encoded
     * @throws IllegalArgumentException when they are anonymous
     */
    public synchronized boolean store(String domain, Credentials credentials) {
        ObjectNode config = read().deepCopy();
        String wanted = normalize(domain);
        String server = server(wanted);
        String helper = ofRun() || credentials instanceof Credentials.RegistryToken ? "" : helper(config, wanted);
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        switch (credentials) {
            case Credentials.Anonymous anonymous -> throw new IllegalArgumentException("nothing to store");
            case Credentials.RegistryToken token ->
                entry.put("registrytoken", token.token().reveal());
            case Credentials.IdentityToken token -> {
                if (helper.isEmpty()) {
                    entry.put("auth", encode(CredentialHelper.TOKEN_USER + ":"));
                    entry.put("identitytoken", token.token().reveal());
                } else {
                    program(helper)
                            .store(
                                    server,
                                    CredentialHelper.TOKEN_USER,
                                    token.token().reveal());
                }
            }
            case Credentials.UserPassword user -> {
                if (helper.isEmpty()) {
                    entry.put(
                            "auth",
                            encode(user.username() + ":" + user.password().reveal()));
                } else {
                    program(helper)
                            .store(server, user.username(), user.password().reveal());
                }
            }
        }
        ObjectNode auths = config.get("auths") instanceof ObjectNode have ? have : config.putObject("auths");
        keys(auths, wanted).forEach(auths::remove);
        auths.set(server, entry);
        forgetHelper(config, wanted);
        write(config);
        answers.remove(helper + " " + server);
        return !helper.isEmpty();
    }

    /** Forgets a registry's credentials; false when there were none. */
    public synchronized boolean erase(String domain) {
        ObjectNode config = read().deepCopy();
        String wanted = normalize(domain);
        String helper = helper(config, wanted);
        boolean had = !(find(domain) instanceof Credentials.Anonymous);
        if (!helper.isEmpty() && had && !ofRun()) {
            program(helper).erase(server(wanted));
            answers.remove(helper + " " + server(wanted));
        }
        boolean changed = forgetHelper(config, wanted);
        if (config.get("auths") instanceof ObjectNode auths) {
            List<String> keys = keys(auths, wanted);
            had |= !keys.isEmpty();
            changed |= !keys.isEmpty();
            keys.forEach(auths::remove);
        }
        if (changed) {
            write(config);
        }
        return had;
    }

    /** A run's config no longer asks the user's helper for a domain; whether it did. */
    private boolean forgetHelper(ObjectNode config, String domain) {
        if (!ofRun() || !(config.get("credHelpers") instanceof ObjectNode helpers)) {
            return false;
        }
        List<String> keys = keys(helpers, domain);
        keys.forEach(helpers::remove);
        return !keys.isEmpty();
    }

    private CredentialHelper program(String helper) {
        return new CredentialHelper(helper, environment);
    }

    /** Helpers are asked once in a while only: some unlock a key ring, and requests are many. */
    private Credentials ask(String helper, String server) {
        String key = helper + " " + server;
        Answer have = answers.get(key);
        if (have == null || System.nanoTime() - have.at() > FRESH.toNanos()) {
            have = new Answer(program(helper).get(server), System.nanoTime());
            answers.put(key, have);
        }
        return have.credentials();
    }

    private static String helper(ObjectNode config, String domain) {
        if (config.get("credHelpers") instanceof ObjectNode helpers) {
            for (String key : keys(helpers, domain)) {
                return helpers.path(key).asString("");
            }
        }
        return config.path("credsStore").asString("");
    }

    private Credentials inline(ObjectNode config, String domain) {
        if (!(config.get("auths") instanceof ObjectNode auths)) {
            return Credentials.anonymous();
        }
        for (String key : keys(auths, domain)) {
            Credentials found = entry(auths.path(key), domain);
            if (!(found instanceof Credentials.Anonymous)) {
                return found;
            }
        }
        return Credentials.anonymous();
    }

    private Credentials entry(JsonNode entry, String domain) {
        String registryToken = entry.path("registrytoken").asString("");
        if (!registryToken.isEmpty()) {
            return new Credentials.RegistryToken(Secret.of("token of " + domain, registryToken));
        }
        String identityToken = entry.path("identitytoken").asString("");
        if (!identityToken.isEmpty()) {
            return new Credentials.IdentityToken(Secret.of("token of " + domain, identityToken));
        }
        String user = entry.path("username").asString("");
        String password = entry.path("password").asString("");
        String auth = entry.path("auth").asString("");
        if (!auth.isEmpty()) {
            String pair = decode(auth, domain);
            int colon = pair.indexOf(':');
            user = colon < 0 ? pair : pair.substring(0, colon);
            // Docker pads what it encodes with zero bytes at times.
            password = colon < 0 ? "" : pair.substring(colon + 1).replaceAll("\\x00+$", "");
        }
        return user.isEmpty()
                ? Credentials.anonymous()
                : new Credentials.UserPassword(user, Secret.of("password of " + domain, password));
    }

    /** The members that mean a domain: the one that Docker writes first, then other spellings. */
    private static List<String> keys(ObjectNode node, String domain) {
        String first = server(domain);
        return node.propertyNames().stream()
                .filter(key -> normalize(key).equals(domain))
                .sorted(Comparator.comparing((String key) -> !key.equals(first)).thenComparing(String::length))
                .toList();
    }

    private static String server(String domain) {
        return domain.equals("docker.io") ? DOCKER_HUB : domain;
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private String decode(String auth, String domain) {
        try {
            return new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw failed("the 'auth' of " + domain + " is not Base64; log in again: runner login " + domain, null);
        }
    }

    private ObjectNode read() {
        try {
            byte[] json = Files.readAllBytes(file);
            if (json.length == 0) {
                return JsonNodeFactory.instance.objectNode();
            }
            if (JsonTree.read(json) instanceof ObjectNode config) {
                return config;
            }
            throw failed("it is not a JSON object", null);
        } catch (NoSuchFileException e) {
            return JsonNodeFactory.instance.objectNode();
        } catch (IOException e) {
            throw failed("cannot read it: " + e.getMessage(), e);
        } catch (JacksonException e) {
            // The cause would quote the file, secrets among it.
            throw failed("it is not JSON, at " + e.getLocation().offsetDescription(), null);
        }
    }

    private void write(ObjectNode config) {
        byte[] json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            Files.createDirectories(target.getParent());
            Path temporary = Files.createTempFile(
                    target.getParent(), ".config", ".json", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            try {
                try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    Channels.newOutputStream(channel).write(json);
                    channel.force(true);
                }
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw failed("cannot write it: " + e.getMessage(), e);
        }
    }

    private RegistryException failed(String why, @Nullable Throwable cause) {
        return new RegistryException(
                RegistryException.Kind.CREDENTIALS, RegistryException.Where.of(""), file + ": " + why, cause);
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
