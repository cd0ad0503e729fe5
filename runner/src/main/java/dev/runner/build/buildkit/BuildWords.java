package dev.runner.build.buildkit;

import dev.runner.build.Annotation;
import dev.runner.build.Attestations;
import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildSecret;
import dev.runner.build.Entitlement;
import dev.runner.build.NamedContext;
import dev.runner.build.NetworkMode;
import dev.runner.build.SshAgent;
import dev.runner.build.sbom.SbomDocument;
import dev.runner.host.sandbox.Limits;
import dev.runner.oci.Index;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A request in Buildx's words. What nobody should read goes through the child's environment: values of secrets, of build
 * arguments, and the keys of caches. What BuildKit has no words for is refused.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/">docker buildx build</a>
 */
final class BuildWords {
    /** Variables that steer Buildx itself. */
    private static final Pattern STEERING = Pattern.compile(
            "PATH|HOME|TMPDIR|LD_.*|DOCKER_.*|BUILDX_.*|BUILDKIT_.*|KUBE.*|XDG_.*|SSH_.*|SSL_.*|GO.*|AWS_.*|ACTIONS_.*|OTEL_.*"
                    + "|(?i:https?_proxy|no_proxy|all_proxy|ftp_proxy)");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final BuildRequest request;
    private final Path scratch;
    private final List<String> words = new ArrayList<>(List.of("build", "--progress=rawjson"));
    private final Map<String, String> variables = new LinkedHashMap<>();

    /** @param scratch a private folder that lives as long as the build */
    BuildWords(BuildRequest request, Path scratch) {
        this.request = request;
        this.scratch = scratch;
    }

    /** What is to be set for the child besides. */
    Map<String, String> variables() {
        return variables;
    }

    /**
     * The words of the call, but for those of builder, caches, outputs and context.
     *
     * @throws UnmappedOptionException for what BuildKit has no word for
     */
    List<String> of() throws IOException {
        definition();
        inputs();
        image();
        run();
        BuildRequest.CacheOptions cache = request.cache();
        if (cache.noCache()) {
            words.add("--no-cache");
        }
        cache.noCacheFilter().forEach(stage -> words.add("--no-cache-filter=" + stage));
        if (cache.pull()) {
            words.add("--pull");
        }
        if (cache.mounts() != null) {
            throw new UnmappedOptionException(
                    "cache-mounts: BuildKit keeps the folders of cache mounts in its builder and nowhere else",
                    "leave cache-mounts out and keep the builder (keep: true), or build with the embedded engine");
        }
        return words;
    }

    private void definition() throws IOException {
        BuildRequest.Definition definition = request.definition();
        Path file = definition.file();
        if (file == null) {
            file = scratch.resolve("Dockerfile");
            Files.writeString(file, definition.dockerfile().text());
        }
        words.add("--file=" + file.toAbsolutePath());
        if (definition.target() != null) {
            words.add("--target=" + definition.target());
        }
        words.add("--platform="
                + String.join(
                        ",", request.platforms().stream().map(Object::toString).toList()));
        Map<String, String> arguments = new LinkedHashMap<>(definition.arguments());
        Long epoch = request.image().sourceDateEpoch();
        if (epoch != null) {
            arguments.putIfAbsent("SOURCE_DATE_EPOCH", epoch.toString());
        }
        arguments.forEach(this::argument);
    }

    private void argument(String name, String value) {
        boolean hidden =
                VARIABLE.matcher(name).matches() && !STEERING.matcher(name).matches();
        if (hidden) {
            variables.put(name, value);
        }
        words.add("--build-arg=" + (hidden ? name : name + "=" + value));
    }

    /** The last word. */
    String context() throws IOException {
        return switch (request.inputs().context()) {
            case BuildContext.Directory folder -> folder.path().toString();
            case BuildContext.Empty _ ->
                Files.createDirectories(scratch.resolve("empty")).toString();
        };
    }

    private void inputs() throws IOException {
        for (Map.Entry<String, NamedContext> named : request.inputs().named().entrySet()) {
            words.add("--build-context=" + named.getKey() + "=" + place(named.getValue()));
        }
        int count = 0;
        for (BuildSecret secret : request.inputs().secrets()) {
            words.add("--secret="
                    + switch (secret) {
                        case BuildSecret.Value(String id, var value) -> {
                            String variable = "RUNNER_BUILD_SECRET_" + count++;
                            variables.put(variable, value.reveal());
                            yield fields("id", id, "env", variable);
                        }
                        case BuildSecret.File(String id, Path path) ->
                            fields("id", id, "src", path.toAbsolutePath().toString());
                    });
        }
        for (SshAgent agent : request.inputs().ssh()) {
            words.add("--ssh=" + agent.id() + "=" + agent.socket().toAbsolutePath());
        }
    }

    private static String place(NamedContext context) throws IOException {
        return switch (context) {
            case NamedContext.Directory(Path path) -> path.toString();
            case NamedContext.Git(var address) -> git(address);
            case NamedContext.Archive(String address) -> address;
            case NamedContext.Image(var reference) -> "docker-image://" + reference;
            case NamedContext.OciLayout(Path path, String name) ->
                "oci-layout://" + path.toAbsolutePath()
                        + (name == null ? "@" + only(path) : (name.contains(":") ? "@" : ":") + name);
        };
    }

    private static String git(dev.runner.build.GitAddress address) {
        String place = (address.ref() == null ? "" : address.ref())
                + (address.folder().isEmpty() ? "" : ":" + address.folder());
        return address.repository() + (place.isEmpty() ? "" : "#" + place);
    }

    /** The digest of a layout's one image. */
    private static String only(Path layout) throws IOException {
        byte[] index = Files.readAllBytes(layout.resolve("index.json"));
        return Index.parse(index).manifests().getFirst().digest().toString();
    }

    private void image() {
        BuildRequest.ImageOptions image = request.image();
        image.labels().forEach((key, value) -> words.add("--label=" + key + "=" + value));
        image.annotations().forEach(one -> words.add("--annotation=" + annotation(one)));
        Attestations wanted = image.attestations();
        words.add("--provenance=" + provenance(wanted));
        if (wanted.sbom().contains(SbomDocument.Format.CYCLONEDX)) {
            throw new UnmappedOptionException(
                    "sbom: BuildKit's scanner writes SPDX, and CycloneDX is asked for",
                    "write sbom: true, or build with the embedded engine");
        }
        words.add("--sbom=" + !wanted.sbom().isEmpty());
    }

    private static String provenance(Attestations wanted) {
        if (wanted.provenance() == null) {
            return "false";
        }
        Attestations.Claims claims = wanted.claims();
        return "mode=" + wanted.provenance().name().toLowerCase(Locale.ROOT)
                + (claims.builderId().isEmpty() ? "" : ",builder-id=" + claims.builderId())
                + (claims.reproducible() ? ",reproducible=true" : "");
    }

    private static String annotation(Annotation annotation) {
        String platform = annotation.platform() == null ? "" : "[" + annotation.platform() + "]";
        String levels = String.join(
                ",",
                annotation.levels().stream()
                        .sorted()
                        .map(level -> level.name().toLowerCase(Locale.ROOT).replace('_', '-') + platform)
                        .toList());
        return levels + ":" + annotation.key() + "=" + annotation.value();
    }

    /** The default network is the builder's, which is the machine's where that is allowed. */
    private void run() {
        BuildRequest.RunOptions run = request.run();
        Set<Entitlement> allowed = run.allowed();
        allowed.stream().sorted().forEach(one -> words.add("--allow=" + one.flag()));
        if (run.network() == NetworkMode.NONE) {
            words.add("--network=none");
        } else if (allowed.contains(Entitlement.NETWORK_HOST)) {
            words.add("--network=host");
        }
        run.extraHosts().forEach((name, address) -> words.add("--add-host=" + name + "=" + address));
        limits(run.limits());
    }

    private void limits(Limits limits) {
        if (limits.memoryBytes() != null || limits.cpus() != null || limits.pids() != null) {
            String which = limits.memoryBytes() != null ? "memory" : limits.cpus() != null ? "cpus" : "pids-limit";
            throw new UnmappedOptionException(
                    which + ": BuildKit limits no single RUN step",
                    "limit the builder (driver-opts of docker-container: memory, cpu-quota, cpu-period), or build with"
                            + " the embedded engine");
        }
        if (limits.shmBytes() != null) {
            words.add("--shm-size=" + limits.shmBytes());
        }
        for (Limits.Ulimit limit : limits.ulimits()) {
            words.add("--ulimit=" + limit.name() + "=" + limit.soft() + ":" + limit.hard());
        }
        if (limits.parent() != null) {
            words.add("--cgroup-parent=" + limits.parent());
        }
    }

    /** One line of comma-separated values, as Buildx reads them. */
    static String fields(String... pairs) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put(pairs[i], pairs[i + 1]);
        }
        return fields(fields);
    }

    /** The same of a map in its order. */
    static String fields(Map<String, String> fields) {
        return String.join(
                ",",
                fields.entrySet().stream()
                        .map(field -> quoted(field.getKey() + "=" + field.getValue()))
                        .toList());
    }

    private static String quoted(String field) {
        return field.contains(",") || field.contains("\"") ? "\"" + field.replace("\"", "\"\"") + "\"" : field;
    }
}
