package dev.runner.step.action.docker;

import dev.runner.build.Annotation;
import dev.runner.build.AttestationOptions;
import dev.runner.build.Attestations;
import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildSecret;
import dev.runner.build.CacheReference;
import dev.runner.build.Entitlement;
import dev.runner.build.NamedContext;
import dev.runner.build.NetworkMode;
import dev.runner.build.Output;
import dev.runner.build.OutputAttributes;
import dev.runner.build.OutputOption;
import dev.runner.build.Packaging;
import dev.runner.build.RunLimits;
import dev.runner.build.SshAgent;
import dev.runner.checkout.Commit;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.source.Source;
import dev.runner.step.action.input.HomePaths;
import dev.runner.step.action.input.ListInput;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a step says into a request for the engine. Relative paths are the workspace's. */
final class BuildInputs {
    private final ActionContext context;
    private final ActionInputs inputs;

    BuildInputs(ActionContext context) {
        this.context = context;
        this.inputs = context.inputs();
    }

    List<Reference> tags() {
        try {
            return words("tags").stream().map(Reference::parse).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw ActionFailedException.badInput(String.valueOf(e.getMessage()), null);
        }
    }

    boolean pushes() {
        return inputs.isTrue("push");
    }

    private List<String> words(String name) {
        return ListInput.words(inputs.raw(name));
    }

    private List<String> lines(String name) {
        return ListInput.lines(inputs.raw(name));
    }

    private @Nullable String text(String name) {
        String text = inputs.get(name);
        return text.isEmpty() ? null : text;
    }

    /** @throws IllegalArgumentException when an input means nothing, with a message for people */
    BuildRequest request(List<Reference> tags) throws IOException, InterruptedException {
        if (pushes() && tags.isEmpty()) {
            throw ActionFailedException.badInput("tag is needed when pushing to registry", "give 'tags'");
        }
        Path workspace = context.workspace();
        List<BuildSecret> secrets = new BuildSecrets(context).all();
        Map<String, String> arguments = arguments();
        BuildContext.Directory files =
                new BuildFiles(context).of(secrets, OutputAttributes.flag(arguments, BuildRequest.KEEP_GIT_DIR, false));
        Path dockerfile = dockerfile(files);
        List<OutputOption> outputs = outputs(tags);
        BuildRequest.Builder builder = BuildRequest.builder(files, source(dockerfile, files))
                .file(dockerfile)
                .target(text("target"))
                .arguments(arguments)
                .platforms(platforms())
                .cache(cache())
                .image(image(outputs, files))
                .run(run());
        pairs("build-contexts").forEach((name, place) -> builder.namedContext(name, named(place, workspace)));
        secrets.forEach(builder::secret);
        for (String agent : words("ssh")) {
            builder.ssh(SshAgent.parse(agent, workspace, context.environment()));
        }
        destinations(outputs, tags).forEach(builder::output);
        return builder.build();
    }

    /** {@code KEY=VALUE}; a key alone takes the value of the variable of that name, if there is one. */
    private Map<String, String> arguments() {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (String line : lines("build-args")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                arguments.put(line.substring(0, equals), line.substring(equals + 1));
            } else if (context.environment().containsKey(line)) {
                arguments.put(line, context.environment().getOrDefault(line, ""));
            }
        }
        return arguments;
    }

    private Map<String, String> pairs(String name) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String line : lines(name)) {
            int equals = line.indexOf('=');
            pairs.put(equals < 0 ? line : line.substring(0, equals), equals < 0 ? "" : line.substring(equals + 1));
        }
        return pairs;
    }

    private Path dockerfile(BuildContext.Directory files) {
        String written = text("file");
        if (written == null) {
            return files.dockerfile();
        }
        boolean fetched = files.origin() != null;
        return (fetched ? files.path() : context.workspace())
                .resolve(HomePaths.expanded(written, context))
                .normalize();
    }

    private Source source(Path dockerfile, BuildContext.Directory files) {
        Path base = dockerfile.startsWith(context.workspace()) ? context.workspace() : files.path();
        String name = dockerfile.startsWith(base) ? base.relativize(dockerfile).toString() : dockerfile.toString();
        try {
            if (files.origin() != null && !files.holds(dockerfile)) {
                throw ActionFailedException.badInput("the Dockerfile " + name + " lies outside of the context", null);
            }
            return Source.of(name, Files.readString(dockerfile));
        } catch (IOException e) {
            throw ActionFailedException.badInput(
                    "cannot read the Dockerfile " + name + ": " + e.getClass().getSimpleName(),
                    "name it with 'file', and check that an earlier step brings it");
        }
    }

    private static NamedContext named(String text, Path workspace) {
        return switch (NamedContext.parse(text)) {
            case NamedContext.Directory _ -> new NamedContext.Directory(workspace.resolve(text));
            case NamedContext.OciLayout(Path path, String name) ->
                new NamedContext.OciLayout(workspace.resolve(path), name);
            case NamedContext.Image image -> image;
            case NamedContext.Git git -> git;
            case NamedContext.Archive archive -> archive;
        };
    }

    private List<Platform> platforms() {
        List<String> words = words("platforms");
        return words.isEmpty()
                ? List.of(Platform.host())
                : words.stream()
                        .map(Platform::parse)
                        .map(Platform::normalized)
                        .distinct()
                        .toList();
    }

    private BuildRequest.CacheOptions cache() {
        return new BuildRequest.CacheOptions(
                caches("cache-from"),
                caches("cache-to"),
                inputs.isTrue("no-cache"),
                words("no-cache-filters"),
                inputs.isTrue("pull"),
                null);
    }

    private List<CacheReference> caches(String name) {
        List<CacheReference> references = new ArrayList<>();
        for (String text : lines(name)) {
            Map<String, String> environment = context.environment();
            if (text.contains("type=gha")
                    && !text.contains("token=")
                    && !environment.containsKey("ACTIONS_RUNTIME_TOKEN")) {
                context.info(name + ": GitHub's cache service is not here; the store of this machine keeps results");
                continue;
            }
            CacheReference reference = CacheReference.parse(text, environment);
            reference.secrets().forEach(secret -> context.mask(secret.reveal()));
            references.add(
                    reference instanceof CacheReference.Local local ? local.within(context.workspace()) : reference);
        }
        return references;
    }

    private BuildRequest.ImageOptions image(List<OutputOption> outputs, BuildContext.Directory files) {
        OutputAttributes attributes = OutputAttributes.all(
                outputs.stream().map(OutputOption::attributes).toList());
        List<Annotation> annotations = new ArrayList<>(
                lines("annotations").stream().map(Annotation::parse).toList());
        annotations.addAll(attributes.annotations());
        String epoch = context.environment().getOrDefault("SOURCE_DATE_EPOCH", "");
        return new BuildRequest.ImageOptions(
                pairs("labels"),
                annotations,
                epoch.matches("\\d{1,12}") ? Long.valueOf(epoch) : null,
                true,
                attributes.packaging() == null ? Packaging.DEFAULT : attributes.packaging(),
                attestations(files));
    }

    private Attestations attestations(BuildContext.Directory files) {
        List<String> attests = lines("attests");
        String provenance = text("provenance");
        if (provenance == null && attests.stream().noneMatch(each -> each.contains("type=provenance"))) {
            provenance = new DefaultProvenance(context).mode();
        }
        Attestations wanted = AttestationOptions.parse(provenance, text("sbom"), attests);
        Commit head =
                wanted.provenance() == null ? null : context.tools().checkout().head(files.path());
        return head == null ? wanted : wanted.withVcs(Map.of("revision", head.sha()));
    }

    private BuildRequest.RunOptions run() {
        Map<String, String> hosts = new LinkedHashMap<>();
        for (String word : words("add-hosts")) {
            int cut = word.indexOf('=') > 0 ? word.indexOf('=') : word.indexOf(':');
            if (cut <= 0) {
                throw new IllegalArgumentException("'add-hosts' has '" + word + "': write NAME:ADDRESS");
            }
            hosts.put(word.substring(0, cut), word.substring(cut + 1));
        }
        return new BuildRequest.RunOptions(
                NetworkMode.parse(text("network")),
                hosts,
                words("allow").stream().map(Entitlement::parse).collect(Collectors.toSet()),
                new RunLimits(null, null, null, text("shm-size"), lines("ulimit"), text("cgroup-parent")).limits());
    }

    private List<OutputOption> outputs(List<Reference> tags) {
        var surroundings = new OutputOption.Surroundings(tags, context.workspace(), null);
        return lines("outputs").stream()
                .map(text -> OutputOption.parse(text, surroundings))
                .toList();
    }

    /** The store always has the names, so that later commands of the job find the image. */
    private List<Output> destinations(List<OutputOption> options, List<Reference> tags) {
        List<Output> outputs = new ArrayList<>();
        if (pushes()) {
            outputs.add(new Output.Push(tags));
        }
        if (!tags.isEmpty() && (!pushes() || inputs.isTrue("load"))) {
            outputs.add(new Output.Store(tags));
        }
        options.forEach(option -> outputs.addAll(option.outputs()));
        return outputs;
    }
}
