package dev.runner.step;

import dev.runner.build.Annotation;
import dev.runner.build.Annotation.Level;
import dev.runner.build.BuildResult;
import dev.runner.build.CommaFields;
import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RemoteIndex;
import dev.runner.registry.RemoteManifest;
import dev.runner.schedule.RunEvent.Published;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import dev.runner.source.Span;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A build that several machines share. Each builds some platforms and pushes them by digest to where the image will be
 * published; the last one makes the index of them that one machine would have made, from manifests alone.
 */
final class SharedBuild {
    private static final String ATTESTATION = "vnd.docker.reference.digest";
    private static final String PROVENANCE = "buildx.build.provenance";

    private final BuildStep builder;
    private final RegistryClient registry;
    private final SharedFolder folder;
    private final JoinedImages joined;

    SharedBuild(BuildStep builder, RegistryClient registry, SharedFolder folder, JoinedImages joined) {
        this.builder = builder;
        this.registry = registry;
        this.folder = folder;
        this.joined = joined;
    }

    /** Builds some of the platforms. */
    StepResult build(Step.Build step, List<Platform> here, Job job, StepContext context) throws InterruptedException {
        List<Platform> all = Platforms.of(step.recipe().platforms(), context);
        List<Platform> mine = all.stream().filter(here::contains).toList();
        if (mine.isEmpty()) {
            context.output().line(Stream.INFO, "none of " + names(all) + " is built on this machine");
            return StepResult.success();
        }
        Set<String> repositories = repositories(step, job, context.scope());
        StepResult result = builder.execute(part(step, mine, mine.equals(all), repositories, context.scope()), context);
        if (!result.isSuccess()) {
            return result;
        }
        Map<String, String> outputs = result.outputs();
        SharedFolder.Built built = new SharedFolder.Built(
                List.copyOf(repositories),
                outputs.getOrDefault("digest", ""),
                mine.stream().map(Platform::toString).toList(),
                outputs.getOrDefault("metadata", ""));
        try {
            folder.write(context.job().key(), job.steps().indexOf(step), built);
        } catch (IOException e) {
            return failed("the digest cannot be handed on: " + e.getMessage(), null);
        }
        return result;
    }

    private static String names(List<Platform> platforms) {
        return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
    }

    private static StepResult failed(String message, @org.jspecify.annotations.Nullable String remedy) {
        return StepResult.failed(StepFailure.of(StepFailure.Kind.FAILED, message, remedy));
    }

    /** The repositories that the image is for: those of its tags, else of the steps that publish it. */
    private static Set<String> repositories(Step.Build step, Job job, Scope scope) {
        List<String> names = new ArrayList<>();
        if (step.results().push().isTrue(scope)) {
            names.addAll(step.marks().tags().words(scope));
        }
        for (Step.Publish publish : job.publishing(step)) {
            names.addAll(publish.to().words(scope));
        }
        Set<String> repositories = new LinkedHashSet<>();
        try {
            names.forEach(name -> repositories.add(
                    Reference.parse(name).withTag(null).withDigest(null).toString()));
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
        if (repositories.isEmpty()) {
            throw new BadStepException(
                    "this image goes to no registry, so that no other machine can take it",
                    "publish it, or push it to a name; or leave the job on one machine");
        }
        return repositories;
    }

    private static Step.Build part(
            Step.Build step, List<Platform> mine, boolean whole, Set<String> repositories, Scope scope) {
        Span span = step.head().span();
        Step.Build.Recipe recipe = step.recipe();
        return new Step.Build(
                step.head(),
                new Step.Build.Recipe(
                        recipe.context(),
                        recipe.file(),
                        recipe.target(),
                        recipe.args(),
                        list(mine.stream().map(Platform::toString).toList(), span),
                        recipe.contexts(),
                        recipe.engine()),
                new Step.Build.Marks(
                        TemplateList.empty(span),
                        step.marks().labels(),
                        whole ? step.marks().annotations() : withoutIndex(step, scope),
                        step.marks().attestations()),
                step.cache(),
                step.access(),
                step.limits(),
                new Step.Build.Results(
                        list(outputs(step.results().outputs().texts(scope), repositories), span),
                        Flag.of(false),
                        Flag.of(false)));
    }

    private static TemplateList list(List<String> texts, Span span) {
        return new TemplateList(
                texts.stream().map(text -> Template.literal(text, span)).toList(), span);
    }

    /** The index is made later: one platform alone may have none to bear what is said of it. */
    private static TemplateMap withoutIndex(Step.Build step, Scope scope) {
        Map<String, Template> kept = new LinkedHashMap<>();
        step.marks().annotations().texts(scope).forEach((key, value) -> {
            int colon = key.lastIndexOf(':');
            String levels = colon < 0 ? "manifest" : key.substring(0, colon);
            String rest = List.of(levels.split(",")).stream()
                    .filter(level -> !level.startsWith("index"))
                    .collect(Collectors.joining(","));
            if (!rest.isEmpty()) {
                kept.put(
                        rest + ":" + key.substring(colon + 1),
                        Template.literal(value, step.head().span()));
            }
        });
        return new TemplateMap(kept);
    }

    /** By digest, packed as the outputs say. */
    private static List<String> outputs(List<String> written, Set<String> repositories) {
        String target = "\"name=" + String.join(",", repositories) + "\",push-by-digest=true,push=true";
        List<String> outputs = new ArrayList<>();
        for (String output : written) {
            Map<String, String> fields =
                    new LinkedHashMap<>(output.contains("=") ? CommaFields.parse(output) : Map.of());
            String type = fields.getOrDefault("type", "local");
            if (!type.equals("image") && !type.equals("registry")) {
                throw new BadStepException(
                        "the output '" + output + "' would hold only what this machine builds",
                        "leave the job on one machine, or take it from the published image");
            }
            List.of("type", "name", "push", "push-by-digest").forEach(fields::remove);
            StringBuilder text = new StringBuilder("type=image,").append(target);
            fields.forEach((name, value) -> text.append(",\"")
                    .append(name)
                    .append('=')
                    .append(value.replace("\"", "\"\""))
                    .append('"'));
            outputs.add(text.toString());
        }
        return outputs.isEmpty() ? List.of("type=image," + target) : outputs;
    }

    /** Makes one image of what all machines have built. */
    StepResult join(Step.Build step, Job job, StepContext context) {
        List<Platform> all = Platforms.of(step.recipe().platforms(), context);
        Map<Platform, SharedFolder.Built> found;
        try {
            found = found(folder.built(context.job().key(), job.steps().indexOf(step)), all);
        } catch (IOException e) {
            return failed("what was built cannot be read: " + e.getMessage(), null);
        }
        List<Platform> missing =
                all.stream().filter(platform -> !found.containsKey(platform)).toList();
        if (!missing.isEmpty()) {
            return failed(
                    "no machine has built " + names(missing),
                    "run the job with --part " + missing.getFirst() + " first, with the same --results");
        }
        Gathering gathering = new Gathering(step, context.scope());
        found.forEach(gathering::add);
        RemoteIndex image = gathering.image();
        Set<String> repositories = repositories(step, job, context.scope());
        for (String repository : repositories) {
            image.push(
                    registry,
                    Reference.parse(repository).withDigest(image.descriptor().digest()));
        }
        joined.add(image);
        context.output()
                .line(
                        Stream.INFO,
                        "joined " + names(all) + " to " + image.descriptor().digest());
        List<Reference> tags = step.marks().tags().words(context.scope()).stream()
                .map(Reference::parse)
                .toList();
        if (step.results().push().isTrue(context.scope())) {
            tags.forEach(tag -> image.push(registry, tag.withDefaultTag()));
            context.output()
                    .published(new Published.Image(
                            tags.stream()
                                    .map(tag -> tag.withDefaultTag().toString())
                                    .toList(),
                            image.descriptor().digest().toString(),
                            all.stream().map(Platform::toString).toList()));
        }
        return StepResult.success().withOutputs(BuildOutputs.of(gathering.result(image), tags));
    }

    private static Map<Platform, SharedFolder.Built> found(List<SharedFolder.Built> built, List<Platform> all) {
        Map<Platform, SharedFolder.Built> found = new LinkedHashMap<>();
        for (Platform platform : all) {
            for (SharedFolder.Built one : built) {
                if (one.platforms().contains(platform.toString())) {
                    found.put(platform, one);
                }
            }
        }
        return found;
    }

    /** The images of all machines, in the order of the platforms. */
    private final class Gathering {
        private final List<Annotation> annotations = new ArrayList<>();
        private final Map<String, RemoteIndex.Source> sources = new TreeMap<>();
        private final List<RemoteIndex.Part> images = new ArrayList<>();
        private final List<RemoteIndex.Part> attestations = new ArrayList<>();
        private final Map<Platform, BuildResult.PlatformResult> results = new LinkedHashMap<>();
        private final Map<Platform, String> provenance = new LinkedHashMap<>();

        Gathering(Step.Build step, Scope scope) {
            step.marks()
                    .annotations()
                    .texts(scope)
                    .forEach((key, value) -> annotations.add(Annotation.parse(key + "=" + value)));
        }

        void add(Platform platform, SharedFolder.Built built) {
            Reference name = Reference.parse(built.repositories().getFirst()).withDigest(Digest.parse(built.digest()));
            RemoteIndex.Source source = sources.computeIfAbsent(
                    built.digest(), digest -> new RemoteIndex.Source(name, registry.manifest(name)));
            RemoteManifest root = source.root();
            Descriptor manifest = root.descriptor();
            if (root.isIndex()) {
                manifest = root.index().find(platform);
                if (manifest == null) {
                    throw new BadStepException(name + " has no image for " + platform, "build it anew");
                }
                String digest = manifest.digest().toString();
                root.index().manifests().stream()
                        .filter(one -> digest.equals(one.annotations().get(ATTESTATION)))
                        .forEach(one -> attestations.add(new RemoteIndex.Part(one, name)));
            }
            Descriptor described = manifest.withPlatform(platform)
                    .withAnnotations(Annotation.at(annotations, Level.MANIFEST_DESCRIPTOR, platform));
            images.add(new RemoteIndex.Part(described, name));
            Digest config = registry.manifest(name.withDigest(manifest.digest()))
                    .manifest()
                    .config()
                    .digest();
            results.put(platform, new BuildResult.PlatformResult(described, config, 0, 0));
            if (Value.fromJson(built.metadata()) instanceof Value.Obj metadata) {
                Value told = metadata.get(PROVENANCE + "/" + platform);
                told = told == null ? metadata.get(PROVENANCE) : told;
                if (told != null) {
                    provenance.put(platform, told.toJson());
                }
            }
        }

        RemoteIndex image() {
            if (sources.size() == 1) {
                RemoteIndex.Source only = sources.values().iterator().next();
                return RemoteIndex.of(registry, List.of(only), Map.of(), List.of(), false);
            }
            List<RemoteIndex.Part> parts = new ArrayList<>(images);
            parts.addAll(attestations);
            boolean docker =
                    parts.stream().allMatch(part -> part.manifest().mediaType().equals(MediaTypes.DOCKER_MANIFEST));
            return RemoteIndex.of(
                    docker ? MediaTypes.DOCKER_LIST : MediaTypes.OCI_INDEX,
                    parts,
                    Annotation.at(annotations, Level.INDEX, null));
        }

        BuildResult result(RemoteIndex image) {
            return new BuildResult(image.descriptor(), results, List.of(), provenance);
        }
    }
}
