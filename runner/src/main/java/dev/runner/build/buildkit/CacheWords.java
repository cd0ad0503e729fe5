package dev.runner.build.buildkit;

import dev.runner.build.CacheReference;
import dev.runner.build.CacheReference.Export;
import dev.runner.build.Packaging;
import dev.runner.secret.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Caches in Buildx's words. Keys and tokens go through the child's environment, where Buildx looks for those that are not
 * written.
 *
 * @see <a href="https://docs.docker.com/build/cache/backends/">Docker's docs, Cache storage backends</a>
 */
final class CacheWords {
    private final Map<String, String> variables;
    private final List<String> words = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** @param variables of the child; keys are added */
    CacheWords(Map<String, String> variables) {
        this.variables = variables;
    }

    List<String> of(List<CacheReference> from, List<CacheReference> to) {
        from.forEach(cache -> add("--cache-from=", cache, false));
        to.forEach(cache -> add("--cache-to=", cache, true));
        return List.copyOf(words);
    }

    /** What is left out, for people. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    private void add(String flag, CacheReference cache, boolean export) {
        Map<String, String> fields = new LinkedHashMap<>();
        switch (cache) {
            case CacheReference.Registry registry -> {
                fields.put("type", "registry");
                fields.put("ref", registry.reference().toString());
                manifest(fields, registry.export(), export);
            }
            case CacheReference.Inline _ -> fields.put("type", "inline");
            case CacheReference.Local local -> {
                fields.put("type", "local");
                fields.put(
                        export ? "dest" : "src", local.path().toAbsolutePath().toString());
                fields.put("tag", local.tag());
                if (!export && local.digest() != null) {
                    fields.put("digest", local.digest().toString());
                }
                manifest(fields, local.export(), export);
            }
            case CacheReference.Gha gha -> {
                CacheReference.Gha.Service service = gha.service();
                if (service == null) {
                    notes.add("outside of GitHub's jobs there is no cache of type gha");
                    return;
                }
                if (gha.listing() != null) {
                    throw new UnmappedOptionException(
                            "ghtoken: Buildx takes this token of a gha cache in its command line only, where every process"
                                    + " of the machine can read it",
                            "leave repository and ghtoken out, BuildKit then asks for each entry; or build with the embedded"
                                    + " engine");
                }
                fields.put("type", "gha");
                fields.put("scope", gha.scope());
                fields.put("timeout", gha.timeout().toSeconds() + "s");
                hand("ACTIONS_RUNTIME_TOKEN", service.token());
                hand("ACTIONS_RESULTS_URL", service.url().toString());
                variables.put("ACTIONS_CACHE_SERVICE_V2", "true");
            }
            case CacheReference.S3 s3 -> s3(fields, s3);
        }
        if (export && !(cache instanceof CacheReference.Inline)) {
            export(fields, cache.export());
        }
        words.add(flag + BuildWords.fields(fields));
    }

    private static void manifest(Map<String, String> fields, Export export, boolean isExport) {
        if (isExport) {
            fields.put("image-manifest", String.valueOf(export.imageManifest()));
        }
    }

    private void s3(Map<String, String> fields, CacheReference.S3 s3) {
        CacheReference.S3.Bucket bucket = s3.bucket();
        fields.put("type", "s3");
        fields.put("bucket", bucket.name());
        fields.put("region", bucket.region());
        if (bucket.endpoint() != null) {
            fields.put("endpoint_url", bucket.endpoint().toString());
        }
        fields.put("use_path_style", String.valueOf(bucket.pathStyle()));
        fields.put("prefix", bucket.prefix());
        fields.put("blobs_prefix", bucket.blobsPrefix());
        fields.put("manifests_prefix", bucket.manifestsPrefix());
        fields.put("name", String.join(";", s3.names()));
        fields.put("upload_parallelism", String.valueOf(s3.parallelism()));
        fields.put("touch_refresh", s3.touchRefresh().toSeconds() + "s");
        CacheReference.S3.Keys keys = s3.access().keys();
        s3.access().environment().forEach((name, value) -> {
            if (name.startsWith("AWS_")) {
                variables.put(name, value.reveal());
            }
        });
        if (keys != null) {
            hand("AWS_ACCESS_KEY_ID", keys.id());
            hand("AWS_SECRET_ACCESS_KEY", keys.secret());
            Secret session = keys.session();
            variables.remove("AWS_SESSION_TOKEN");
            if (session != null) {
                variables.put("AWS_SESSION_TOKEN", session.reveal());
            }
        }
    }

    private void hand(String variable, Secret value) {
        hand(variable, value.reveal());
    }

    private final Map<String, String> handed = new LinkedHashMap<>();

    /** Buildx knows one of each. */
    private void hand(String variable, String value) {
        String before = handed.putIfAbsent(variable, value);
        if (before != null && !before.equals(value)) {
            throw new UnmappedOptionException(
                    "two caches of one build have different keys, and Buildx is given one " + variable,
                    "use the same keys for both, or build with the embedded engine");
        }
        variables.put(variable, value);
    }

    private static void export(Map<String, String> fields, Export export) {
        fields.put("mode", export.mode().name().toLowerCase(Locale.ROOT));
        if (export.ignoreError()) {
            fields.put("ignore-error", "true");
        }
        Packaging packaging = export.packaging();
        if (packaging != null) {
            OutputWords.packaging(fields, packaging);
        }
    }
}
