package dev.runner.build;

import dev.runner.host.sandbox.Limits;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.source.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to build. {@link #builder} fills what is usually left out.
 *
 * @param platforms in the order the index shall have; empty for this machine's
 * @param outputs where the result goes; the local store always has it, by digest
 */
public record BuildRequest(
        Definition definition,
        Inputs inputs,
        List<Platform> platforms,
        CacheOptions cache,
        ImageOptions image,
        RunOptions run,
        List<Output> outputs) {
    /** The argument that asks for {@code .git} in a context that is a git repository. */
    public static final String KEEP_GIT_DIR = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";

    public BuildRequest {
        platforms = platforms.isEmpty()
                ? List.of(Platform.host())
                : platforms.stream().map(Platform::normalized).distinct().toList();
        outputs = List.copyOf(outputs);
    }

    /**
     * The Dockerfile and how to read it.
     *
     * @param file where the text lies, for {@code NAME.dockerignore} beside it; null when it came from elsewhere
     * @param target the stage to build, by name; null for the last
     * @param arguments build arguments by name
     */
    public record Definition(
            Source dockerfile,
            @Nullable Path file,
            @Nullable String target,
            Map<String, String> arguments) {
        public Definition {
            arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        }
    }

    /**
     * What instructions may read.
     *
     * @param named contexts by the name that {@code FROM} and {@code --from} use; they come before stages and images
     */
    public record Inputs(
            BuildContext context, Map<String, NamedContext> named, List<BuildSecret> secrets, List<SshAgent> ssh) {
        public Inputs {
            named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
            secrets = List.copyOf(secrets);
            ssh = List.copyOf(ssh);
        }
    }

    /**
     * Where results may come from and where they are kept for other machines.
     *
     * @param noCache nothing is taken from a cache
     * @param noCacheFilter stages for which nothing is taken from a cache
     * @param mounts where folders of cache mounts come from and go to; null for this machine only
     * @param pull base images are looked up in the registry even when the store knows the name
     */
    public record CacheOptions(
            List<CacheReference> from,
            List<CacheReference> to,
            boolean noCache,
            List<String> noCacheFilter,
            boolean pull,
            @Nullable Reference mounts) {
        public CacheOptions(
                List<CacheReference> from,
                List<CacheReference> to,
                boolean noCache,
                List<String> noCacheFilter,
                boolean pull) {
            this(from, to, noCache, noCacheFilter, pull, null);
        }

        /** The local store only. */
        public static final CacheOptions LOCAL = new CacheOptions(List.of(), List.of(), false, List.of(), false);

        public CacheOptions {
            from = List.copyOf(from);
            to = List.copyOf(to);
            noCacheFilter = List.copyOf(noCacheFilter);
        }
    }

    /**
     * What the image says about itself.
     *
     * @param labels over those of the Dockerfile
     * @param sourceDateEpoch seconds since 1970: {@code created} of config and history; null for now
     * @param rewriteTimestamp whether files that the build added are no later than that
     */
    public record ImageOptions(
            Map<String, String> labels,
            List<Annotation> annotations,
            @Nullable Long sourceDateEpoch,
            boolean rewriteTimestamp,
            Packaging packaging,
            Attestations attestations) {
        public static final ImageOptions DEFAULT = new ImageOptions(Map.of(), List.of(), null, false);

        public ImageOptions(
                Map<String, String> labels,
                List<Annotation> annotations,
                @Nullable Long sourceDateEpoch,
                boolean rewriteTimestamp) {
            this(labels, annotations, sourceDateEpoch, rewriteTimestamp, Packaging.DEFAULT, Attestations.NONE);
        }

        public ImageOptions {
            labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
            annotations = List.copyOf(annotations);
        }
    }

    /**
     * How RUN steps run.
     *
     * @param extraHosts {@code name} to address, for {@code /etc/hosts} of RUN steps
     * @param allowed what a Dockerfile may ask for
     * @param limits of each RUN step; one that cannot be kept is refused
     */
    public record RunOptions(
            NetworkMode network, Map<String, String> extraHosts, Set<Entitlement> allowed, Limits limits) {
        public static final RunOptions DEFAULT = new RunOptions(NetworkMode.HOST, Map.of(), Set.of());

        /** Without limits. */
        public RunOptions(NetworkMode network, Map<String, String> extraHosts, Set<Entitlement> allowed) {
            this(network, extraHosts, allowed, Limits.NONE);
        }

        public RunOptions {
            allowed = Set.copyOf(allowed);
            extraHosts = Collections.unmodifiableMap(new LinkedHashMap<>(extraHosts));
        }
    }

    /** A request for this context and Dockerfile; everything else can be added. */
    public static Builder builder(BuildContext context, Source dockerfile) {
        return new Builder(context, dockerfile);
    }

    /** Collects the optional parts of a request. */
    public static final class Builder {
        private final BuildContext context;
        private final Source dockerfile;
        private final Map<String, String> arguments = new LinkedHashMap<>();
        private final Map<String, NamedContext> named = new LinkedHashMap<>();
        private final List<BuildSecret> secrets = new ArrayList<>();
        private final List<SshAgent> ssh = new ArrayList<>();
        private final List<Platform> platforms = new ArrayList<>();
        private final List<Output> outputs = new ArrayList<>();
        private @Nullable Path file;
        private @Nullable String target;
        private CacheOptions cache = CacheOptions.LOCAL;
        private ImageOptions image = ImageOptions.DEFAULT;
        private RunOptions run = RunOptions.DEFAULT;

        private Builder(BuildContext context, Source dockerfile) {
            this.context = context;
            this.dockerfile = dockerfile;
        }

        public Builder file(@Nullable Path value) {
            file = value;
            return this;
        }

        public Builder target(@Nullable String value) {
            target = value;
            return this;
        }

        public Builder argument(String name, String value) {
            arguments.put(name, value);
            return this;
        }

        public Builder arguments(Map<String, String> values) {
            arguments.putAll(values);
            return this;
        }

        public Builder namedContext(String name, NamedContext value) {
            named.put(name, value);
            return this;
        }

        public Builder secret(BuildSecret value) {
            secrets.add(value);
            return this;
        }

        public Builder ssh(SshAgent value) {
            ssh.add(value);
            return this;
        }

        public Builder platforms(List<Platform> values) {
            platforms.addAll(values);
            return this;
        }

        public Builder output(Output value) {
            outputs.add(value);
            return this;
        }

        public Builder cache(CacheOptions value) {
            cache = value;
            return this;
        }

        public Builder image(ImageOptions value) {
            image = value;
            return this;
        }

        public Builder run(RunOptions value) {
            run = value;
            return this;
        }

        public BuildRequest build() {
            return new BuildRequest(
                    new Definition(dockerfile, file, target, arguments),
                    new Inputs(context, named, secrets, ssh),
                    platforms,
                    cache,
                    image,
                    run,
                    outputs);
        }
    }
}
