package dev.runner.cli;

import dev.runner.build.Annotation;
import dev.runner.build.AttestationOptions;
import dev.runner.build.Attestations;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildSecret;
import dev.runner.build.CacheReference;
import dev.runner.build.CommaFields;
import dev.runner.build.Entitlement;
import dev.runner.build.NamedContext;
import dev.runner.build.NetworkMode;
import dev.runner.build.Output;
import dev.runner.build.OutputAttributes;
import dev.runner.build.OutputOption;
import dev.runner.build.Packaging;
import dev.runner.build.SshAgent;
import dev.runner.checkout.Checkout;
import dev.runner.checkout.Commit;
import dev.runner.oci.Reference;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The flags of {@code docker buildx build}.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/">docker buildx build</a>
 */
final class BuildFlags {
    @Mixin
    LimitFlags limits = new LimitFlags();

    @Option(names = "--add-host", paramLabel = "HOST:IP", description = "Add a line to /etc/hosts of RUN steps.")
    List<String> addHosts = new ArrayList<>();

    @Option(
            names = "--allow",
            paramLabel = "ENTITLEMENT",
            split = ",",
            description = "Let RUN steps have security.insecure or network.host.")
    List<String> allowed = new ArrayList<>();

    @Option(
            names = "--annotation",
            paramLabel = "KEY=VALUE",
            description = "Annotate, as index,manifest[linux/arm64]:KEY=VALUE.")
    List<String> annotations = new ArrayList<>();

    @Option(
            names = "--attest",
            paramLabel = "ATTESTATION",
            description = "type=provenance,mode=max | type=sbom,format=spdx|cyclonedx|both")
    List<String> attestations = new ArrayList<>();

    @Option(
            names = "--build-arg",
            paramLabel = "NAME=VALUE",
            description = "A build argument; a bare NAME takes it from the environment.")
    List<String> buildArgs = new ArrayList<>();

    @Option(
            names = "--build-context",
            paramLabel = "NAME=SOURCE",
            description =
                    "A named context: a path, docker-image://, oci-layout://, a git repository or the address of a tar.")
    List<String> buildContexts = new ArrayList<>();

    @Option(
            names = "--cache-from",
            paramLabel = "CACHE",
            description = "Take results from here: an image, or type=registry,ref=…")
    List<String> cacheFrom = new ArrayList<>();

    @Option(
            names = "--cache-mounts",
            paramLabel = "IMAGE",
            description = "Take the folders of cache mounts from this image of a registry, and leave them there.")
    @Nullable
    String cacheMounts;

    @Option(
            names = "--cache-to",
            paramLabel = "CACHE",
            description = "Keep results there: type=inline, type=registry,ref=…,mode=max")
    List<String> cacheTo = new ArrayList<>();

    @Option(
            names = "--call",
            paramLabel = "METHOD",
            defaultValue = "build",
            description =
                    "build, check (run the build checks), outline (what the target takes) or targets; as check,format=json.")
    String call = "build";

    @Option(names = "--check", description = "Run the build checks and build nothing: --call=check.")
    boolean check;

    @Option(names = "--explain", description = "Say at the end which steps were cached, and why the others were not.")
    boolean explain;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The Dockerfile (default: PATH/Dockerfile); - for standard input.")
    @Nullable
    String file;

    @Option(names = "--iidfile", paramLabel = "FILE", description = "Write the image id there.")
    @Nullable
    Path imageIdFile;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label of the image.")
    List<String> labels = new ArrayList<>();

    @Option(names = "--load", description = "Load the image into the running Docker (one platform).")
    boolean load;

    @Option(names = "--metadata-file", paramLabel = "FILE", description = "Write the result's metadata there, as JSON.")
    @Nullable
    Path metadataFile;

    @Option(names = "--network", paramLabel = "MODE", description = "default, host or none, for RUN steps.")
    @Nullable
    String network;

    @Option(names = "--no-cache", description = "Take nothing from a cache.")
    boolean noCache;

    @Option(
            names = "--no-cache-filter",
            paramLabel = "STAGE",
            split = ",",
            description = "Take nothing from a cache for these stages.")
    List<String> noCacheFilter = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUTPUT",
            description = "type=image,push=true | oci | docker | local | tar, with dest=…, compression=zstd, …")
    List<String> outputs = new ArrayList<>();

    @Option(
            names = "--platform",
            paramLabel = "PLATFORM",
            description = "One or many, with commas (default: this machine's).")
    List<String> platforms = new ArrayList<>();

    @Option(
            names = "--progress",
            paramLabel = "STYLE",
            defaultValue = "auto",
            description = "auto, plain, tty, quiet or rawjson.")
    String progress = "auto";

    @Option(
            names = "--provenance",
            paramLabel = "VALUE",
            arity = "0..1",
            fallbackValue = "true",
            description = "Attach how the image was made: true, false, mode=min, mode=max (default: false).")
    @Nullable
    String provenance;

    @Option(
            names = "--sbom",
            paramLabel = "VALUE",
            arity = "0..1",
            fallbackValue = "true",
            description = "Attach what packages are in the image: true, false, format=spdx|cyclonedx|both.")
    @Nullable
    String sbom;

    @Option(names = "--pull", description = "Ask the registry for base images even when they are known.")
    boolean pull;

    @Option(names = "--push", description = "Push the image to the registries of its tags.")
    boolean push;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print the image's digest and nothing else.")
    boolean quiet;

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            description = "For RUN --mount=type=secret: id=NAME[,src=FILE|,env=VARIABLE].")
    List<String> secrets = new ArrayList<>();

    @Option(names = "--ssh", paramLabel = "AGENT", description = "For RUN --mount=type=ssh: default, or NAME=SOCKET.")
    List<String> ssh = new ArrayList<>();

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "NAME",
            description = "A name for the image, as NAME:TAG.")
    List<String> tags = new ArrayList<>();

    @Option(names = "--target", paramLabel = "STAGE", description = "Build this stage (default: the last).")
    @Nullable
    String target;

    @Parameters(
            paramLabel = "PATH",
            arity = "1",
            description =
                    "The context: a folder, a git repository (URL#REF:FOLDER), the address of a tar, or - for a tar"
                            + " or a Dockerfile on standard input.")
    String context = ".";

    /** Whether the result is an image and not files alone. */
    boolean makesImage() {
        return push || load || outputs.isEmpty() || !outputs.stream().allMatch(BuildFlags::isFiles);
    }

    private static boolean isFiles(String output) {
        return !output.contains("=")
                || Set.of("local", "tar").contains(CommaFields.parse(output).getOrDefault("type", ""));
    }

    /** What to do. */
    CallOption called() {
        CallOption written = CallOption.parse(call);
        return check ? written.withMethod(CallOption.Method.CHECK) : written;
    }

    /** A bare {@code --provenance} or {@code --sbom} does not take the context for its value. */
    static List<String> arrange(List<String> words) {
        List<String> arranged = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean bare = word.equals("--provenance") || word.equals("--sbom");
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            boolean value = next.matches("true|false|0|1|min|max|(mode|disabled|format|version|generator)=.*");
            if (bare && value) {
                arranged.add(word + "=" + next);
                i++;
            } else {
                arranged.add(bare ? word + "=true" : word);
            }
        }
        return arranged;
    }

    /** Reads the flags of one call into a request. */
    static final class Reader {
        private static final Path HERE = Path.of("");

        private final BuildFlags flags;
        private final RunnerCommand parent;
        private final Toolbox toolbox;

        Reader(BuildFlags flags, RunnerCommand parent, Toolbox toolbox) {
            this.flags = flags;
            this.parent = parent;
            this.toolbox = toolbox;
        }

        BuildRequest request() throws IOException, InterruptedException {
            BuildSource source = new BuildSource(flags, parent, toolbox);
            List<BuildSecret> secrets =
                    each(flags.secrets, text -> BuildSecret.parse(text, HERE, parent.environment()));
            Map<String, String> arguments = buildArguments();
            boolean keepGitDir = one(arguments, all -> OutputAttributes.flag(all, BuildRequest.KEEP_GIT_DIR, false));
            BuildSource.Definition definition = source.read(secrets, keepGitDir);
            BuildRequest.Builder builder = BuildRequest.builder(definition.context(), definition.dockerfile())
                    .file(definition.file())
                    .target(flags.target)
                    .arguments(arguments)
                    .platforms(Arguments.platforms(flags.platforms))
                    .cache(cache())
                    .image(image())
                    .run(runOptions());
            Arguments.pairs("--build-context", flags.buildContexts, Map.of())
                    .forEach((name, text) -> builder.namedContext(name, one(text, NamedContext::parse)));
            secrets.forEach(builder::secret);
            each(flags.ssh, text -> SshAgent.parse(text, HERE, parent.environment()))
                    .forEach(builder::ssh);
            outputs().forEach(builder::output);
            return builder.build();
        }

        private BuildRequest.RunOptions runOptions() {
            return new BuildRequest.RunOptions(
                    one(flags.network == null ? "default" : flags.network, NetworkMode::parse),
                    extraHosts(),
                    Set.copyOf(each(flags.allowed, Entitlement::parse)),
                    one(flags.limits, LimitFlags::limits));
        }

        private BuildRequest.CacheOptions cache() {
            List<CacheReference> to =
                    new ArrayList<>(each(flags.cacheTo, text -> CacheReference.parse(text, parent.environment())));
            return new BuildRequest.CacheOptions(
                    each(flags.cacheFrom, text -> CacheReference.parse(text, parent.environment())),
                    to,
                    flags.noCache,
                    flags.noCacheFilter,
                    flags.pull,
                    flags.cacheMounts == null ? null : one(flags.cacheMounts, CacheReference::parseMounts));
        }

        /** The variable SOURCE_DATE_EPOCH is an argument by itself, as with Buildx. */
        private Map<String, String> buildArguments() {
            Map<String, String> arguments =
                    new LinkedHashMap<>(Arguments.pairs("--build-arg", flags.buildArgs, parent.environment()));
            String epoch = parent.environment().getOrDefault("SOURCE_DATE_EPOCH", "");
            if (!epoch.isEmpty()) {
                arguments.putIfAbsent("SOURCE_DATE_EPOCH", epoch);
            }
            return arguments;
        }

        private @Nullable Long sourceDateEpoch() {
            String epoch = buildArguments().getOrDefault("SOURCE_DATE_EPOCH", "");
            try {
                return epoch.isEmpty() ? null : Long.valueOf(epoch);
            } catch (NumberFormatException e) {
                throw new UsageException("SOURCE_DATE_EPOCH is seconds since 1970, not '" + epoch + "'");
            }
        }

        private Map<String, String> extraHosts() {
            Map<String, String> hosts = new LinkedHashMap<>();
            for (String text : flags.addHosts) {
                int cut = text.contains("=") ? text.indexOf('=') : text.indexOf(':');
                if (cut <= 0) {
                    throw new UsageException("--add-host takes HOST:IP, not '" + text + "'");
                }
                hosts.put(text.substring(0, cut), text.substring(cut + 1));
            }
            return hosts;
        }

        private List<OutputOption> outputOptions() {
            List<Reference> names = each(flags.tags, Reference::parse);
            // Bytes, not the text stream that messages go through.
            var surroundings = new OutputOption.Surroundings(names, HERE, new FileOutputStream(FileDescriptor.out));
            return each(flags.outputs, text -> OutputOption.parse(text, surroundings));
        }

        private BuildRequest.ImageOptions image() {
            Long epoch = sourceDateEpoch();
            List<Annotation> annotations = new ArrayList<>(each(flags.annotations, Annotation::parse));
            OutputAttributes attributes =
                    one(outputOptions().stream().map(OutputOption::attributes).toList(), OutputAttributes::all);
            if (attributes.rewriteTimestamp() && epoch == null) {
                throw new UsageException("rewrite-timestamp=true needs a time: set SOURCE_DATE_EPOCH");
            }
            annotations.addAll(attributes.annotations());
            Packaging packaging = attributes.packaging() == null ? Packaging.DEFAULT : attributes.packaging();
            return new BuildRequest.ImageOptions(
                    Arguments.pairs("--label", flags.labels, Map.of()),
                    annotations,
                    epoch,
                    attributes.rewriteTimestamp(),
                    packaging,
                    attestations());
        }

        /** Provenance of a context in a git repository says which commit it is. */
        private Attestations attestations() {
            Attestations wanted =
                    one(flags.attestations, said -> AttestationOptions.parse(flags.provenance, flags.sbom, said));
            Path folder = Path.of(flags.context.contains("://") ? "" : flags.context);
            if (wanted.provenance() == null || flags.context.contains("://") || !Files.isDirectory(folder)) {
                return wanted;
            }
            Commit head = new Checkout().head(folder);
            return head == null ? wanted : wanted.withVcs(Map.of("revision", head.sha()));
        }

        private List<Output> outputs() {
            List<Reference> names = each(flags.tags, Reference::parse);
            List<Output> outputs = new ArrayList<>();
            if (!names.isEmpty()) {
                outputs.add(new Output.Store(names));
            }
            if (flags.push) {
                outputs.add(push(names));
            }
            if (flags.load) {
                outputs.add(new Output.DockerLoad(names));
            }
            outputOptions().forEach(option -> outputs.addAll(option.outputs()));
            return outputs;
        }

        private static Output push(List<Reference> names) {
            if (names.isEmpty()) {
                throw new UsageException("--push needs a name to push to: -t NAME:TAG");
            }
            return new Output.Push(names);
        }

        private static <T> List<T> each(List<String> texts, Function<String, T> parse) {
            return texts.stream().map(text -> one(text, parse)).toList();
        }

        /** What is written wrongly is the user's affair. */
        private static <S, T> T one(S written, Function<S, T> parse) {
            try {
                return parse.apply(written);
            } catch (IllegalArgumentException e) {
                throw new UsageException(String.valueOf(e.getMessage()));
            }
        }
    }
}
