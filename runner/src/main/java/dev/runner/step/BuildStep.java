package dev.runner.step;

import dev.runner.build.Annotation;
import dev.runner.build.Attestations;
import dev.runner.build.BuildContext;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.BuildSecret;
import dev.runner.build.CacheReference;
import dev.runner.build.Engine;
import dev.runner.build.NamedContext;
import dev.runner.build.NetworkMode;
import dev.runner.build.Output;
import dev.runner.build.OutputAttributes;
import dev.runner.build.Packaging;
import dev.runner.build.SshAgent;
import dev.runner.checkout.Checkout;
import dev.runner.expression.Template;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.pipeline.Step;
import dev.runner.schedule.RunEvent.Published;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepResult;
import dev.runner.secret.Secret;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds an image with the engine. */
final class BuildStep {
    private final Engine engine;
    private final BuildContexts contexts;

    BuildStep(Engine engine, Checkout checkout) {
        this.engine = engine;
        this.contexts = new BuildContexts(checkout);
    }

    StepResult execute(Step.Build step, StepContext context) throws InterruptedException {
        List<Reference> tags = references(step.marks().tags().words(context.scope()));
        boolean push = step.results().push().isTrue(context.scope());
        if (push && tags.isEmpty()) {
            throw new BadStepException("'push' needs a name to push to", "add 'tags: [registry/name:tag]'");
        }
        BuildRequest request = request(step, context, tags, push);
        try {
            BuildResult result = engine.build(request, new BuildProgress(context.output()));
            if (push) {
                context.output()
                        .published(new Published.Image(
                                tags.stream()
                                        .map(name -> name.withDefaultTag().toString())
                                        .toList(),
                                result.image().digest().toString(),
                                result.platforms().keySet().stream()
                                        .map(Platform::toString)
                                        .toList()));
            }
            return StepResult.success().withOutputs(BuildOutputs.of(result, tags));
        } catch (BuildFailedException e) {
            return StepResult.failed(Failures.of(e));
        }
    }

    private static List<Reference> references(List<String> names) {
        try {
            return names.stream().map(Reference::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }

    private BuildRequest request(Step.Build step, StepContext context, List<Reference> tags, boolean push)
            throws InterruptedException {
        Step.Build.Recipe recipe = step.recipe();
        Path workspace = context.workspace();
        BuildContext files = contexts.of(recipe.context().text(context.scope()), context);
        Path dockerfile = dockerfile(text(recipe.file(), context), files, workspace);
        try {
            BuildRequest.Builder builder = BuildRequest.builder(files, source(dockerfile, workspace))
                    .file(dockerfile)
                    .target(text(recipe.target(), context))
                    .arguments(recipe.args().texts(context.scope()))
                    .platforms(Platforms.of(recipe.platforms(), context))
                    .cache(cache(step.cache(), context))
                    .image(image(step, context))
                    .run(new BuildRequest.RunOptions(network(step.access(), context), Map.of(), Set.of()));
            recipe.contexts()
                    .texts(context.scope())
                    .forEach((name, text) -> builder.namedContext(name, named(text, workspace)));
            secrets(step.access(), context).forEach(builder::secret);
            ssh(step.access(), context).forEach(builder::ssh);
            outputs(step.results(), context, tags, push).forEach(builder::output);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }

    private static @Nullable String text(@Nullable Template template, StepContext context) {
        String text = template == null ? "" : template.text(context.scope()).strip();
        return text.isEmpty() ? null : text;
    }

    private static Path dockerfile(@Nullable String written, BuildContext files, Path workspace) {
        if (written != null) {
            return workspace.resolve(written).normalize();
        }
        return (files instanceof BuildContext.Directory folder ? folder.path() : workspace).resolve("Dockerfile");
    }

    private static Source source(Path dockerfile, Path workspace) {
        String name = dockerfile.startsWith(workspace)
                ? workspace.relativize(dockerfile).toString()
                : dockerfile.toString();
        try {
            return Source.of(name, Files.readString(dockerfile));
        } catch (IOException e) {
            throw new BadStepException(
                    "cannot read the Dockerfile " + name + ": " + e.getClass().getSimpleName(),
                    "name it with 'file', and check that an earlier step brings it");
        }
    }

    private static NamedContext named(String text, Path workspace) {
        NamedContext context = NamedContext.parse(text);
        return switch (context) {
            case NamedContext.Directory _ -> new NamedContext.Directory(workspace.resolve(text));
            case NamedContext.OciLayout(Path path, String name) ->
                new NamedContext.OciLayout(workspace.resolve(path), name);
            case NamedContext.Image image -> image;
            case NamedContext.Git git -> git;
            case NamedContext.Archive archive -> archive;
        };
    }

    private static BuildRequest.CacheOptions cache(Step.Build.Cache cache, StepContext context) {
        var scope = context.scope();
        return new BuildRequest.CacheOptions(
                caches(cache.from().texts(scope), context.workspace()),
                caches(cache.to().texts(scope), context.workspace()),
                cache.noCache().isTrue(scope),
                List.of(),
                cache.pull().isTrue(scope));
    }

    private static List<CacheReference> caches(List<String> texts, Path workspace) {
        List<CacheReference> references = new ArrayList<>();
        for (String text : texts) {
            CacheReference reference = CacheReference.parse(text);
            references.add(
                    reference instanceof CacheReference.Local local
                            ? new CacheReference.Local(
                                    workspace.resolve(local.path()), local.mode(), local.ignoreError())
                            : reference);
        }
        return references;
    }

    private static BuildRequest.ImageOptions image(Step.Build step, StepContext context) {
        Step.Build.Marks marks = step.marks();
        OutputAttributes attributes = OutputAttributes.all(step.results().outputs().texts(context.scope()).stream()
                .map(OutputOptions::attributes)
                .toList());
        List<Annotation> annotations = new ArrayList<>();
        marks.annotations()
                .texts(context.scope())
                .forEach((key, value) -> annotations.add(Annotation.parse(key + "=" + value)));
        annotations.addAll(attributes.annotations());
        String epoch = context.environment().getOrDefault("SOURCE_DATE_EPOCH", "");
        return new BuildRequest.ImageOptions(
                marks.labels().texts(context.scope()),
                annotations,
                epoch.matches("\\d{1,12}") ? Long.valueOf(epoch) : null,
                true,
                attributes.packaging() == null ? Packaging.DEFAULT : attributes.packaging(),
                Attestations.NONE);
    }

    private static NetworkMode network(Step.Build.Access access, StepContext context) {
        String written = text(access.network(), context);
        return switch (written == null ? "default" : written) {
            case "default", "host" -> NetworkMode.HOST;
            case "none" -> NetworkMode.NONE;
            default -> throw new BadStepException("'network' is '" + written + "'", "write default, host or none");
        };
    }

    private static List<BuildSecret> secrets(Step.Build.Access access, StepContext context) {
        List<BuildSecret> secrets = new ArrayList<>();
        access.secrets().texts(context.scope()).forEach((id, value) -> {
            context.mask(value);
            secrets.add(new BuildSecret.Value(id, Secret.of(id, value)));
        });
        for (String text : access.secretSources().texts(context.scope())) {
            secrets.add(SecretOption.parse(text, context.workspace(), context.environment(), context::mask));
        }
        return secrets;
    }

    private static List<SshAgent> ssh(Step.Build.Access access, StepContext context) {
        List<SshAgent> agents = new ArrayList<>();
        for (String text : access.ssh().texts(context.scope())) {
            int equals = text.indexOf('=');
            String id = equals < 0 ? text : text.substring(0, equals);
            String socket =
                    equals < 0 ? context.environment().getOrDefault("SSH_AUTH_SOCK", "") : text.substring(equals + 1);
            Path path = context.workspace().resolve(socket);
            if (socket.isEmpty() || !Files.exists(path) || Files.isRegularFile(path)) {
                throw new BadStepException(
                        "no SSH agent for '" + text + "'",
                        "start one, add the key with ssh-add, and see that SSH_AUTH_SOCK names its socket");
            }
            agents.add(new SshAgent(id, path));
        }
        return agents;
    }

    private static List<Output> outputs(
            Step.Build.Results results, StepContext context, List<Reference> tags, boolean push) {
        List<Output> outputs = new ArrayList<>();
        if (push) {
            outputs.add(new Output.Push(tags));
        } else if (!tags.isEmpty()) {
            outputs.add(new Output.Store(tags));
        }
        for (String text : results.outputs().texts(context.scope())) {
            outputs.add(OutputOptions.parse(text, tags, context.workspace()));
        }
        return outputs;
    }
}
