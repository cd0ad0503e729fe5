package dev.runner.build;

import dev.runner.build.CacheReference.Export;
import dev.runner.build.CacheReference.Mode;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import dev.runner.secret.Secret;
import dev.runner.source.NearNames;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a cache. Those of import are taken in an export and the other way, as users write both alike.
 *
 * @see <a href="https://docs.docker.com/build/cache/backends/">Docker's docs, Cache storage backends</a>
 */
final class CacheAttributes {
    private static final Set<String> PACKAGING =
            Set.of("compression", "compression-level", "force-compression", "oci-mediatypes");

    private static final Map<String, Set<String>> KNOWN = Map.of(
            "inline", Set.of(),
            "registry", Set.of("ref", "image-manifest", "format"),
            "local", Set.of("src", "dest", "tag", "digest", "image-manifest"),
            "gha", Set.of("url", "url_v2", "token", "scope", "timeout", "repository", "ghtoken", "version"),
            "s3",
                    Set.of(
                            "bucket",
                            "region",
                            "prefix",
                            "name",
                            "endpoint_url",
                            "access_key_id",
                            "secret_access_key",
                            "session_token",
                            "use_path_style",
                            "blobs_prefix",
                            "manifests_prefix",
                            "upload_parallelism",
                            "touch_refresh"));

    private static final List<String> TYPES = List.of("inline", "registry", "local", "gha", "s3");
    private static final Pattern DURATION = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

    private final String type;
    private final Map<String, String> attributes;
    private final Map<String, String> environment;

    private CacheAttributes(String type, Map<String, String> attributes, Map<String, String> environment) {
        this.type = type;
        this.attributes = attributes;
        this.environment = environment;
    }

    static CacheAttributes parse(String text, Map<String, String> environment) {
        Map<String, String> attributes = CommaFields.parse(text);
        String type = attributes.getOrDefault("type", "registry");
        if (type.equals("azblob")) {
            throw new IllegalArgumentException(
                    "the cache type azblob is neither read nor written here: use registry, s3, gha or local");
        }
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(
                    "the cache type '" + type + "' is not one of: " + String.join(", ", TYPES));
        }
        return new CacheAttributes(type, attributes, environment);
    }

    /** The attributes that a type of cache has. */
    static Set<String> known(String type) {
        Set<String> known = new TreeSet<>(Set.of("type"));
        Set<String> own = KNOWN.getOrDefault(type, Set.of());
        known.addAll(own);
        if (!own.isEmpty()) {
            known.addAll(Set.of("mode", "ignore-error"));
            known.addAll(PACKAGING);
        }
        return known;
    }

    CacheReference reference() {
        Set<String> known = known(type);
        for (String name : attributes.keySet()) {
            if (!known.contains(name)) {
                String near = NearNames.nearest(name, known);
                throw new IllegalArgumentException("a cache of type " + type + " has no '" + name + "'"
                        + (near == null ? "; it has " + String.join(", ", known) : "; is it '" + near + "'?"));
            }
        }
        return switch (type) {
            case "inline" -> new CacheReference.Inline();
            case "registry" ->
                new CacheReference.Registry(Reference.parse(need("ref")).withDefaultTag(), export());
            case "local" -> local();
            case "gha" -> gha();
            default -> s3();
        };
    }

    private CacheReference local() {
        String digest = attributes.get("digest");
        return new CacheReference.Local(
                Path.of(attributes.containsKey("src") ? need("src") : need("dest")),
                attributes.getOrDefault("tag", CacheReference.Local.DEFAULT_TAG),
                digest == null ? null : Digest.parse(digest),
                export());
    }

    private CacheReference gha() {
        if (!attributes.getOrDefault("version", "2").equals("2")) {
            throw new IllegalArgumentException(
                    "version 1 of GitHub's cache service is gone; leave 'version' out, or write version=2");
        }
        String url = either("url_v2", attributes.getOrDefault("url", environment("ACTIONS_RESULTS_URL")));
        String token = either("token", environment("ACTIONS_RUNTIME_TOKEN"));
        boolean inside = !url.isEmpty() && !token.isEmpty();
        String repository = attributes.get("repository");
        String ghtoken = attributes.get("ghtoken");
        if ((repository == null) != (ghtoken == null)) {
            throw new IllegalArgumentException("'repository' and 'ghtoken' of a gha cache go together");
        }
        CacheReference.Gha.Listing listing = repository == null || ghtoken == null
                ? null
                : new CacheReference.Gha.Listing(
                        uri("GITHUB_API_URL", environment.getOrDefault("GITHUB_API_URL", "https://api.github.com")),
                        repository,
                        Secret.of("ghtoken", ghtoken));
        return new CacheReference.Gha(
                inside ? new CacheReference.Gha.Service(uri("url_v2", url), Secret.of("token", token)) : null,
                attributes.getOrDefault("scope", "buildkit"),
                duration("timeout", Duration.ofMinutes(10)),
                listing,
                export());
    }

    private CacheReference s3() {
        String region = either("region", environment("AWS_REGION"));
        String endpoint = attributes.get("endpoint_url");
        String prefix = attributes.getOrDefault("prefix", "");
        CacheReference.S3.Bucket bucket = new CacheReference.S3.Bucket(
                needed("bucket", either("bucket", environment("AWS_BUCKET"))),
                needed("region", region),
                endpoint == null ? null : uri("endpoint_url", endpoint),
                flag("use_path_style", false),
                prefix,
                attributes.getOrDefault("blobs_prefix", "blobs/"),
                attributes.getOrDefault("manifests_prefix", "manifests/"));
        List<String> names = List.of(attributes.getOrDefault("name", "buildkit").split(";"));
        return new CacheReference.S3(
                bucket,
                new CacheReference.S3.Access(keys(), amazon()),
                names,
                number("upload_parallelism", 4),
                duration("touch_refresh", Duration.ofHours(24)),
                export());
    }

    private CacheReference.S3.@Nullable Keys keys() {
        String id = attributes.get("access_key_id");
        String secret = attributes.get("secret_access_key");
        String session = attributes.get("session_token");
        if ((id == null) != (secret == null)) {
            throw new IllegalArgumentException("'access_key_id' and 'secret_access_key' of an s3 cache go together");
        }
        return id == null || secret == null
                ? null
                : new CacheReference.S3.Keys(
                        id,
                        Secret.of("secret_access_key", secret),
                        session == null ? null : Secret.of("session_token", session));
    }

    /** Amazon's variables, and where its files are. */
    private Map<String, Secret> amazon() {
        return environment.entrySet().stream()
                .filter(variable -> variable.getKey().startsWith("AWS_")
                        || variable.getKey().equals("HOME"))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, variable -> Secret.of(variable.getKey(), variable.getValue())));
    }

    private Export export() {
        boolean packaged = attributes.keySet().stream().anyMatch(PACKAGING::contains);
        Packaging packaging = packaged ? OutputAttributes.packaging(attributes) : null;
        boolean docker = packaging != null && packaging.docker();
        return new Export(mode(), flag("ignore-error", false), flag("image-manifest", !docker), packaging, buildkit());
    }

    /** Whether a cache is written as BuildKit would, for those who read it with BuildKit. */
    private boolean buildkit() {
        String format = attributes.getOrDefault("format", "runner");
        return switch (format) {
            case "runner" -> false;
            case "buildkit" -> true;
            default ->
                throw new IllegalArgumentException("the cache format '" + format + "' is not runner or buildkit");
        };
    }

    private Mode mode() {
        String mode = attributes.getOrDefault("mode", "min");
        return switch (mode) {
            case "min" -> Mode.MIN;
            case "max" -> Mode.MAX;
            default -> throw new IllegalArgumentException("the cache mode '" + mode + "' is not min or max");
        };
    }

    private boolean flag(String name, boolean fallback) {
        return OutputAttributes.flag(attributes, name, fallback);
    }

    private int number(String name, int fallback) {
        String text = attributes.getOrDefault(name, Integer.toString(fallback));
        if (!text.matches("[1-9]\\d{0,2}")) {
            throw new IllegalArgumentException(
                    "'" + name + "' of a cache is a number from 1 to 999, not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    /** As Go writes them, such as {@code 1h30m}. */
    private Duration duration(String name, Duration fallback) {
        String text = attributes.get(name);
        if (text == null) {
            return fallback;
        }
        Matcher parts = DURATION.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' of a cache is a time such as 10m or 1h30m, not '" + text + "'");
        }
        return Duration.ofHours(part(parts, 1)).plusMinutes(part(parts, 2)).plusSeconds(part(parts, 3));
    }

    private static long part(Matcher parts, int group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static URI uri(String name, String text) {
        URI uri = URI.create(text);
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new IllegalArgumentException("'" + name + "' is https://HOST, not '" + text + "'");
        }
        return uri;
    }

    private String environment(String name) {
        return environment.getOrDefault(name, "");
    }

    private String either(String attribute, String otherwise) {
        return attributes.getOrDefault(attribute, otherwise);
    }

    private String need(String name) {
        return needed(name, attributes.getOrDefault(name, ""));
    }

    private String needed(String name, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a cache of type " + type + " needs " + name + "=");
        }
        return value;
    }
}
