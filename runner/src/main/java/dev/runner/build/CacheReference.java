package dev.runner.build;

import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import dev.runner.secret.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A place where build results are kept for other machines, as {@code --cache-from} and {@code --cache-to} name it. */
public sealed interface CacheReference {
    /** An image whose config holds a cache record, or, for export, a cache image of its own. */
    record Registry(Reference reference, Export export) implements CacheReference {
        /** As messages name it. */
        @Override
        public String toString() {
            return reference.toString();
        }
    }

    /** A record in the config of the built image itself; export only. */
    record Inline() implements CacheReference {
        @Override
        public Export export() {
            return Export.DEFAULT;
        }
    }

    /**
     * An OCI layout folder.
     *
     * @param tag what the index calls the cache
     * @param digest of the manifest to import; null for the one of the tag
     */
    record Local(Path path, String tag, @Nullable Digest digest, Export export) implements CacheReference {
        public static final String DEFAULT_TAG = "latest";

        /** The same in a folder that is named from this one. */
        public Local within(Path folder) {
            return new Local(folder.resolve(path), tag, digest, export);
        }

        /** As messages name it. */
        @Override
        public String toString() {
            return "in " + path;
        }
    }

    /**
     * GitHub's cache service, version 2.
     *
     * @param service null outside of GitHub's jobs: there is no such cache then
     */
    record Gha(
            @Nullable Service service,
            String scope,
            Duration timeout,
            @Nullable Listing listing,
            Export export) implements CacheReference {
        /** The service and who we are there. */
        public record Service(URI url, Secret token) {}

        /**
         * GitHub's list of a repository's cache entries, which tells at once what is there.
         *
         * @param api of GitHub's REST interface
         */
        public record Listing(URI api, String repository, Secret token) {}

        @Override
        public List<Secret> secrets() {
            return Stream.concat(
                            Stream.ofNullable(service).map(Service::token),
                            Stream.ofNullable(listing).map(Listing::token))
                    .toList();
        }

        /** As messages name it. */
        @Override
        public String toString() {
            return "gha scope " + scope;
        }
    }

    /**
     * A bucket of an S3 service.
     *
     * @param names of caches in it; all are read and all are written
     * @param touchRefresh how old an unchanged layer gets before it is made young again, for rules that delete old ones
     */
    record S3(Bucket bucket, Access access, List<String> names, int parallelism, Duration touchRefresh, Export export)
            implements CacheReference {
        public S3 {
            names = List.copyOf(names);
        }

        /**
         * Where.
         *
         * @param endpoint null for Amazon's of the region
         * @param prefix before both others
         */
        public record Bucket(
                String name,
                String region,
                @Nullable URI endpoint,
                boolean pathStyle,
                String prefix,
                String blobsPrefix,
                String manifestsPrefix) {}

        /**
         * Who we are there.
         *
         * @param keys null for what the environment and Amazon's files say
         * @param environment the variables of the user that matter to S3
         */
        public record Access(@Nullable Keys keys, Map<String, Secret> environment) {
            public Access {
                environment = Map.copyOf(environment);
            }
        }

        /** An access key. */
        public record Keys(
                String id, Secret secret, @Nullable Secret session) {}

        @Override
        public List<Secret> secrets() {
            Keys keys = access.keys();
            Stream<Secret> given = keys == null
                    ? Stream.of()
                    : Stream.concat(Stream.of(keys.secret()), Stream.ofNullable(keys.session()));
            Stream<Secret> around = Stream.of("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
                    .flatMap(name -> Stream.ofNullable(access.environment().get(name)));
            return Stream.concat(given, around).toList();
        }

        /** As messages name it. */
        @Override
        public String toString() {
            return "s3 bucket " + bucket.name() + " " + String.join(";", names);
        }
    }

    /**
     * How a cache is written.
     *
     * @param ignoreError a failing export is a warning
     * @param imageManifest in a registry or folder: an image's manifest; otherwise an index names the layers
     * @param packaging of layers and documents; null for layers as the image has them
     * @param buildkit in a registry: as BuildKit's own cache image, whatever is there
     */
    record Export(
            Mode mode,
            boolean ignoreError,
            boolean imageManifest,
            @Nullable Packaging packaging,
            boolean buildkit) {
        public static final Export DEFAULT = new Export(Mode.MIN, false, true, null, false);

        public Export {
            if (imageManifest && packaging != null && packaging.docker()) {
                throw new IllegalArgumentException(
                        "a cache with oci-mediatypes=false is an index; write image-manifest=false too");
            }
        }

        /** Docker's media types instead of the OCI's. */
        public boolean docker() {
            return packaging != null && packaging.docker();
        }
    }

    /** Whether only the layers of the result are kept, or those of every vertex. */
    enum Mode {
        MIN,
        MAX
    }

    /** How it is written. */
    Export export();

    /** What must not be seen. */
    default List<Secret> secrets() {
        return List.of();
    }

    /** The attributes that a type of cache has; {@code type} alone for a type that there is not. */
    static Set<String> attributes(String type) {
        return CacheAttributes.known(type);
    }

    /** The same without an environment. */
    static CacheReference parse(String text) {
        return parse(text, Map.of());
    }

    /**
     * Reads {@code type=registry,ref=…[,mode=…]}, {@code type=inline}, {@code type=local,src=…|dest=…}, {@code type=gha},
     * {@code type=s3,bucket=…,region=…} or a bare image reference.
     *
     * @param environment where keys and tokens that are not written come from
     * @throws IllegalArgumentException with a message for people
     */
    static CacheReference parse(String text, Map<String, String> environment) {
        if (!text.contains("=")) {
            return new Registry(Reference.parse(text).withDefaultTag(), Export.DEFAULT);
        }
        return CacheAttributes.parse(text, environment).reference();
    }

    /**
     * Reads {@code IMAGE} or {@code type=registry,ref=IMAGE}: where folders of cache mounts come from and go to.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static Reference parseMounts(String text) {
        if (!text.contains("=")) {
            return Reference.parse(text);
        }
        Map<String, String> fields = CommaFields.parse(text);
        if (!fields.keySet().equals(Set.of("type", "ref")) || !"registry".equals(fields.get("type"))) {
            throw new IllegalArgumentException(
                    "cache mounts are kept in type=registry,ref=IMAGE, not in '" + text + "'");
        }
        return Reference.parse(fields.getOrDefault("ref", ""));
    }
}
