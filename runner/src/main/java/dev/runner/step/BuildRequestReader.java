package dev.runner.step;

import dev.runner.build.Annotation;
import dev.runner.build.AttestationOptions;
import dev.runner.build.Attestations;
import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildSecret;
import dev.runner.build.CacheReference;
import dev.runner.build.Contexts;
import dev.runner.build.Entitlement;
import dev.runner.build.NamedContext;
import dev.runner.build.NetworkMode;
import dev.runner.build.Output;
import dev.runner.build.OutputAttributes;
import dev.runner.build.OutputOption;
import dev.runner.build.Packaging;
import dev.runner.build.RunLimits;
import dev.runner.build.SshAgent;
import dev.runner.checkout.Checkout;
import dev.runner.checkout.Commit;
import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.oci.Reference;
import dev.runner.pipeline.Step;
import dev.runner.schedule.StepContext;
import dev.runner.secret.Secret;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a build step says, its expressions evaluated, into a request. Relative paths are the workspace's. */
final class BuildRequestReader {
    private final Step.Build step;
    private final StepContext context;
    private final Contexts contexts;
    private final Checkout checkout;
    private final Scope scope;
    private final Path workspace;

    BuildRequestReader(Step.Build step, StepContext context, Contexts contexts, Checkout checkout) {
        this.step = step;
        this.context = context;
        this.contexts = contexts;
        this.checkout = checkout;
        this.scope = context.scope();
        this.workspace = context.workspace();
    }

    BuildRequest read(List<Reference> tags, boolean push) throws InterruptedException {
        Step.Build.Recipe recipe = step.recipe();
        try {
            List<BuildSecret> secrets = secrets();
            Map<String, String> arguments = recipe.args().texts(scope);
            boolean keepGitDir = OutputAttributes.flag(arguments, BuildRequest.KEEP_GIT_DIR, false);
            BuildContext.Directory files =
                    new BuildContexts(contexts).of(recipe.context().text(scope), workspace, secrets, keepGitDir);
            Path dockerfile = dockerfile(text(recipe.file()), files);
            List<OutputOption> outputs = outputOptions(tags);
            BuildRequest.Builder builder = BuildRequest.builder(files, source(dockerfile, files))
                    .file(dockerfile)
                    .target(text(recipe.target()))
                    .arguments(arguments)
                    .platforms(Platforms.of(recipe.platforms(), context))
                    .cache(cache())
                    .image(image(outputs, files))
                    .run(run());
            recipe.contexts().texts(scope).forEach((name, text) -> builder.namedContext(name, named(text)));
            secrets.forEach(builder::secret);
            step.access().ssh().texts(scope).stream()
                    .map(text -> SshAgent.parse(text, workspace, context.environment()))
                    .forEach(builder::ssh);
            outputs(outputs, tags, push).forEach(builder::output);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }

    private @Nullable String text(@Nullable Template template) {
        String text = template == null ? "" : template.text(scope).strip();
        return text.isEmpty() ? null : text;
    }

    private Path dockerfile(@Nullable String written, BuildContext.Directory files) {
        return written == null
                ? files.dockerfile()
                : (files.origin() == null ? workspace : files.path())
                        .resolve(written)
                        .normalize();
    }

    private Source source(Path dockerfile, BuildContext.Directory files) {
        String name = dockerfile.startsWith(workspace)
                ? workspace.relativize(dockerfile).toString()
                : dockerfile.toString();
        try {
            if (files.origin() != null && !files.holds(dockerfile)) {
                throw new BadStepException("the Dockerfile " + name + " lies outside of the context", null);
            }
            return Source.of(name, Files.readString(dockerfile));
        } catch (IOException e) {
            throw new BadStepException(
                    "cannot read the Dockerfile " + name + ": " + e.getClass().getSimpleName(),
                    "name it with 'file', and check that an earlier step brings it");
        }
    }

    private NamedContext named(String text) {
        NamedContext named = NamedContext.parse(text);
        return switch (named) {
            case NamedContext.Directory _ -> new NamedContext.Directory(workspace.resolve(text));
            case NamedContext.OciLayout(Path path, String name) ->
                new NamedContext.OciLayout(workspace.resolve(path), name);
            case NamedContext.Image image -> image;
            case NamedContext.Git git -> git;
            case NamedContext.Archive archive -> archive;
        };
    }

    private BuildRequest.CacheOptions cache() {
        Step.Build.Cache cache = step.cache();
        String mounts = text(cache.mounts());
        List<String> from = cache.from().texts(scope);
        List<String> to = cache.to().texts(scope);
        boolean silent = from.isEmpty() && to.isEmpty();
        return new BuildRequest.CacheOptions(
                caches(silent ? surrounding("RUNNER_CACHE_FROM") : from),
                caches(silent ? surrounding("RUNNER_CACHE_TO") : to),
                cache.noCache().isTrue(scope),
                cache.noCacheFilter().words(scope),
                cache.pull().isTrue(scope),
                mounts == null ? null : CacheReference.parseMounts(mounts));
    }

    /** What a CI system gives to builds that say nothing of a cache. */
    private List<String> surrounding(String variable) {
        String text = context.environment().getOrDefault(variable, "");
        return text.isEmpty() ? List.of() : List.of(text);
    }

    private List<CacheReference> caches(List<String> texts) {
        List<CacheReference> references = new ArrayList<>();
        for (String text : texts) {
            CacheReference reference = CacheReference.parse(text, context.environment());
            reference.secrets().forEach(secret -> context.mask(secret.reveal()));
            references.add(reference instanceof CacheReference.Local local ? local.within(workspace) : reference);
        }
        return references;
    }

    private BuildRequest.ImageOptions image(List<OutputOption> outputs, BuildContext.Directory files) {
        Step.Build.Marks marks = step.marks();
        OutputAttributes attributes = OutputAttributes.all(
                outputs.stream().map(OutputOption::attributes).toList());
        List<Annotation> annotations = new ArrayList<>();
        marks.annotations().texts(scope).forEach((key, value) -> annotations.add(Annotation.parse(key + "=" + value)));
        annotations.addAll(attributes.annotations());
        String epoch = context.environment().getOrDefault("SOURCE_DATE_EPOCH", "");
        return new BuildRequest.ImageOptions(
                marks.labels().texts(scope),
                annotations,
                epoch.matches("\\d{1,12}") ? Long.valueOf(epoch) : null,
                true,
                attributes.packaging() == null ? Packaging.DEFAULT : attributes.packaging(),
                attestations(marks.attestations(), files));
    }

    /** Provenance of files in a repository says which commit they are. */
    private Attestations attestations(Step.Build.Attestations written, BuildContext.Directory files) {
        Attestations wanted = AttestationOptions.parse(
                text(written.provenance()),
                text(written.sbom()),
                written.attest().texts(scope));
        Commit head = wanted.provenance() == null || files.origin() != null ? null : checkout.head(files.path());
        return head == null ? wanted : wanted.withVcs(Map.of("revision", head.sha()));
    }

    private BuildRequest.RunOptions run() {
        Step.Build.Access access = step.access();
        Step.Build.Limits limits = step.limits();
        return new BuildRequest.RunOptions(
                NetworkMode.parse(text(access.network())),
                access.hosts().texts(scope),
                entitlements(access),
                new RunLimits(
                                text(limits.memory()),
                                text(limits.cpus()),
                                text(limits.pids()),
                                text(limits.shm()),
                                limits.ulimits().words(scope),
                                text(limits.parent()))
                        .limits());
    }

    private Set<Entitlement> entitlements(Step.Build.Access access) {
        return access.allow().words(scope).stream().map(Entitlement::parse).collect(Collectors.toSet());
    }

    private List<BuildSecret> secrets() {
        Step.Build.Access access = step.access();
        List<BuildSecret> secrets = new ArrayList<>();
        access.secrets()
                .texts(scope)
                .forEach((id, value) -> secrets.add(new BuildSecret.Value(id, Secret.of(id, value))));
        access.secretSources()
                .texts(scope)
                .forEach(text -> secrets.add(BuildSecret.parse(text, workspace, context.environment())));
        for (BuildSecret secret : secrets) {
            if (secret instanceof BuildSecret.Value value) {
                context.mask(value.value().reveal());
            }
        }
        return secrets;
    }

    private List<OutputOption> outputOptions(List<Reference> tags) {
        var surroundings = new OutputOption.Surroundings(tags, workspace, null);
        return step.results().outputs().texts(scope).stream()
                .map(text -> OutputOption.parse(text, surroundings))
                .toList();
    }

    private static List<Output> outputs(List<OutputOption> options, List<Reference> tags, boolean push) {
        List<Output> outputs = new ArrayList<>();
        if (push) {
            outputs.add(new Output.Push(tags));
        } else if (!tags.isEmpty()) {
            outputs.add(new Output.Store(tags));
        }
        options.forEach(option -> outputs.addAll(option.outputs()));
        return outputs;
    }
}
