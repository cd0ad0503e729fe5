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

/**
 * The flags of {@code docker buildx build}.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/">docker buildx build</a>
 */
final class BuildFlags implements Flags.Declaring {
    LimitFlags limits = new LimitFlags();
    List<String> addHosts = new ArrayList<>();
    List<String> allowed = new ArrayList<>();
    List<String> annotations = new ArrayList<>();
    List<String> attestations = new ArrayList<>();
    List<String> buildArgs = new ArrayList<>();
    List<String> buildContexts = new ArrayList<>();
    List<String> cacheFrom = new ArrayList<>();

    @Nullable
    String cacheMounts;

    List<String> cacheTo = new ArrayList<>();
    String call = "build";
    boolean check;
    boolean explain;

    @Nullable
    String file;

    @Nullable
    Path imageIdFile;

    List<String> labels = new ArrayList<>();
    boolean load;

    @Nullable
    Path metadataFile;

    @Nullable
    String network;

    boolean noCache;
    List<String> noCacheFilter = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<String> platforms = new ArrayList<>();
    String progress = "auto";

    @Nullable
    String provenance;

    @Nullable
    String sbom;

    boolean pull;
    boolean push;
    boolean quiet;
    List<String> secrets = new ArrayList<>();
    List<String> ssh = new ArrayList<>();
    List<String> tags = new ArrayList<>();

    @Nullable
    String target;

    String context = ".";

    @Override
    public void declare(Flags flags) {
        limits.declare(flags);
        flags.option("--add-host")
                .label("HOST:IP")
                .says("Add a line to /etc/hosts of RUN steps.")
                .values(String.class, values -> addHosts = values);
        flags.option("--allow")
                .label("ENTITLEMENT")
                .says("Let RUN steps have security.insecure or network.host.")
                .split(",")
                .values(String.class, values -> allowed = values);
        flags.option("--annotation")
                .label("KEY=VALUE")
                .says("Annotate, as index,manifest[linux/arm64]:KEY=VALUE.")
                .values(String.class, values -> annotations = values);
        flags.option("--attest")
                .label("ATTESTATION")
                .says("type=provenance,mode=max | type=sbom,format=spdx|cyclonedx|both")
                .values(String.class, values -> attestations = values);
        flags.option("--build-arg")
                .label("NAME=VALUE")
                .says("A build argument; a bare NAME takes it from the environment.")
                .values(String.class, values -> buildArgs = values);
        flags.option("--build-context")
                .label("NAME=SOURCE")
                .says(
                        "A named context: a path, docker-image://, oci-layout://, a git repository or the address of a tar.")
                .values(String.class, values -> buildContexts = values);
        flags.option("--cache-from")
                .label("CACHE")
                .says("Take results from here: an image, or type=registry,ref=…")
                .values(String.class, values -> cacheFrom = values);
        flags.option("--cache-mounts")
                .label("IMAGE")
                .says("Take the folders of cache mounts from this image of a registry, and leave them there.")
                .value(String.class, value -> cacheMounts = value);
        flags.option("--cache-to")
                .label("CACHE")
                .says("Keep results there: type=inline, type=registry,ref=…,mode=max")
                .values(String.class, values -> cacheTo = values);
        flags.option("--call")
                .label("METHOD")
                .says(
                        "build, check (run the build checks), outline (what the target takes) or targets; as check,format=json.")
                .value(String.class, value -> call = value);
        flags.option("--check")
                .says("Run the build checks and build nothing: --call=check.")
                .on(value -> check = value);
        flags.option("--explain")
                .says("Say at the end which steps were cached, and why the others were not.")
                .on(value -> explain = value);
        flags.option("-f", "--file")
                .label("FILE")
                .says("The Dockerfile (default: PATH/Dockerfile); - for standard input.")
                .value(String.class, value -> file = value);
        flags.option("--iidfile")
                .label("FILE")
                .says("Write the image id there.")
                .value(Path.class, value -> imageIdFile = value);
        flags.option("--label")
                .label("KEY=VALUE")
                .says("A label of the image.")
                .values(String.class, values -> labels = values);
        flags.option("--load")
                .says("Load the image into the running Docker (one platform).")
                .on(value -> load = value);
        flags.option("--metadata-file")
                .label("FILE")
                .says("Write the result's metadata there, as JSON.")
                .value(Path.class, value -> metadataFile = value);
        flags.option("--network")
                .label("MODE")
                .says("default, host or none, for RUN steps.")
                .value(String.class, value -> network = value);
        flags.option("--no-cache").says("Take nothing from a cache.").on(value -> noCache = value);
        flags.option("--no-cache-filter")
                .label("STAGE")
                .says("Take nothing from a cache for these stages.")
                .split(",")
                .values(String.class, values -> noCacheFilter = values);
        flags.option("-o", "--output")
                .label("OUTPUT")
                .says("type=image,push=true | oci | docker | local | tar, with dest=…, compression=zstd, …")
                .values(String.class, values -> outputs = values);
        flags.option("--platform")
                .label("PLATFORM")
                .says("One or many, with commas (default: this machine's).")
                .values(String.class, values -> platforms = values);
        flags.option("--progress")
                .label("STYLE")
                .says("auto, plain, tty, quiet or rawjson.")
                .value(String.class, value -> progress = value);
        flags.option("--provenance")
                .label("VALUE")
                .says("Attach how the image was made: true, false, mode=min, mode=max (default: false).")
                .optional("true", value -> provenance = value);
        flags.option("--sbom")
                .label("VALUE")
                .says("Attach what packages are in the image: true, false, format=spdx|cyclonedx|both.")
                .optional("true", value -> sbom = value);
        flags.option("--pull")
                .says("Ask the registry for base images even when they are known.")
                .on(value -> pull = value);
        flags.option("--push")
                .says("Push the image to the registries of its tags.")
                .on(value -> push = value);
        flags.option("-q", "--quiet")
                .says("Print the image's digest and nothing else.")
                .on(value -> quiet = value);
        flags.option("--secret")
                .label("SECRET")
                .says("For RUN --mount=type=secret: id=NAME[,src=FILE|,env=VARIABLE].")
                .values(String.class, values -> secrets = values);
        flags.option("--ssh")
                .label("AGENT")
                .says("For RUN --mount=type=ssh: default, or NAME=SOCKET.")
                .values(String.class, values -> ssh = values);
        flags.option("-t", "--tag")
                .label("NAME")
                .says("A name for the image, as NAME:TAG.")
                .values(String.class, values -> tags = values);
        flags.option("--target")
                .label("STAGE")
                .says("Build this stage (default: the last).")
                .value(String.class, value -> target = value);
        flags.positional("0", "1")
                .label("PATH")
                .says("The context: a folder, a git repository (URL#REF:FOLDER), the address of a tar, or - for a tar"
                        + " or a Dockerfile on standard input.")
                .value(String.class, value -> context = value);
    }

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
