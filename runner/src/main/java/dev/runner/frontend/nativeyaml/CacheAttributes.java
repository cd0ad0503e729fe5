package dev.runner.frontend.nativeyaml;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The types of caches and the attributes that each has, as the engine reads them; a test compares the two. */
final class CacheAttributes {
    static final List<String> TYPES = List.of("registry", "inline", "local", "gha", "s3");

    private static final List<String> OF_ALL =
            List.of("mode", "ignore-error", "compression", "compression-level", "force-compression", "oci-mediatypes");

    private static final Map<String, List<String>> OWN = Map.of(
            "registry", List.of("ref", "image-manifest", "format"),
            "local", List.of("src", "dest", "tag", "digest", "image-manifest"),
            "gha", List.of("url", "url_v2", "token", "scope", "timeout", "repository", "ghtoken", "version"),
            "s3",
                    List.of(
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

    private CacheAttributes() {}

    static Set<String> of(String type) {
        Set<String> all = new TreeSet<>(List.of("type"));
        if (!type.equals("inline")) {
            all.addAll(OF_ALL);
            all.addAll(OWN.getOrDefault(type, List.of()));
        }
        return all;
    }
}
