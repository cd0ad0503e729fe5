package dev.runner.registry.server;

import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request's path names.
 *
 * @param repository empty where the path is not about one
 * @param rest a digest, a tag or an upload's id; empty where the path has none
 */
record Paths(Kind kind, String repository, String rest) {
    private static final Pattern REPOSITORY = Pattern.compile(
            "/v2/(?<name>.+?)/(?<kind>tags/list|manifests/|blobs/uploads/?|blobs/|referrers/)(?<rest>[^/]*)");

    enum Kind {
        ROOT,
        CATALOG,
        TAGS,
        MANIFEST,
        BLOB,
        UPLOADS,
        UPLOAD,
        REFERRERS
    }

    /** Reads a path; null when it is none of the API's. */
    static @Nullable Paths parse(String path) {
        if (path.equals("/v2/") || path.equals("/v2")) {
            return new Paths(Kind.ROOT, "", "");
        }
        if (path.equals("/v2/_catalog")) {
            return new Paths(Kind.CATALOG, "", "");
        }
        Matcher matcher = REPOSITORY.matcher(path);
        if (!matcher.matches()) {
            return null;
        }
        String name = matcher.group("name");
        if (!isName(name)) {
            throw new Problem(400, "NAME_INVALID", "'" + name + "' is not a repository's name");
        }
        String rest = matcher.group("rest").replace("%3A", ":").replace("%3a", ":");
        Kind kind = switch (matcher.group("kind")) {
            case "tags/list" -> Kind.TAGS;
            case "manifests/" -> Kind.MANIFEST;
            case "blobs/" -> Kind.BLOB;
            case "referrers/" -> Kind.REFERRERS;
            default -> rest.isEmpty() ? Kind.UPLOADS : Kind.UPLOAD;
        };
        boolean wantsRest = kind != Kind.TAGS && kind != Kind.UPLOADS;
        return wantsRest == rest.isEmpty() ? null : new Paths(kind, name, rest);
    }

    static boolean isName(String name) {
        try {
            return new Reference("localhost", name, null, null).path().equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static Digest digest(String text) {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.digestInvalid(String.valueOf(e.getMessage()));
        }
    }
}
