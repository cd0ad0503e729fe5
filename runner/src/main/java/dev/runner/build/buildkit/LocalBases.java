package dev.runner.build.buildkit;

import dev.runner.build.BuildArguments;
import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.build.Images;
import dev.runner.build.LocalImages;
import dev.runner.build.NamedContext;
import dev.runner.build.Output;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.Instruction;
import dev.runner.dockerfile.Mount;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Index;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Images that the local store has under the names that a Dockerfile says. A builder does not know our store, so they are
 * handed to it as named contexts in OCI layouts; it fetches of them what it lacks.
 */
final class LocalBases {
    private final BuildRequest request;
    private final Images images;
    private final LocalImages local;
    private final Path scratch;
    private final BuildListener listener;
    private final Set<Platform> platforms = new LinkedHashSet<>();

    LocalBases(BuildRequest request, BuildKit.Parts parts, Path scratch, BuildListener listener) {
        this.request = request;
        this.images = parts.images();
        this.local = parts.local();
        this.scratch = scratch;
        this.listener = listener;
    }

    /** The request with a named context for each such image. What {@code pull} asks for is looked up by the builder. */
    BuildRequest handed() throws IOException, InterruptedException {
        if (request.cache().pull()) {
            return request;
        }
        Map<Reference, Descriptor> there = new HashMap<>();
        for (LocalImages.Entry entry : local.list()) {
            if (entry.name() != null) {
                there.put(entry.name(), entry.root());
            }
        }
        Map<String, NamedContext> named = new LinkedHashMap<>(request.inputs().named());
        Dockerfile dockerfile = Dockerfile.parse(request.definition().dockerfile(), new Diagnostics());
        Set<String> names = names(dockerfile);
        for (Map.Entry<String, NamedContext> context : request.inputs().named().entrySet()) {
            names.remove(context.getKey());
            if (context.getValue() instanceof NamedContext.Image(Reference image)) {
                Descriptor root = there.get(image.withDefaultTag());
                if (root != null) {
                    named.put(context.getKey(), layout(root));
                }
            }
        }
        for (String name : names) {
            Reference reference = tryParse(name);
            Descriptor root = reference == null ? null : there.get(reference.withDefaultTag());
            if (root != null && reference != null && isFree(reference, dockerfile)) {
                named.put(name, layout(root));
            }
        }
        BuildRequest.Inputs inputs = request.inputs();
        return new BuildRequest(
                request.definition(),
                new BuildRequest.Inputs(inputs.context(), named, inputs.secrets(), inputs.ssh()),
                request.platforms(),
                request.cache(),
                request.image(),
                request.run(),
                request.outputs());
    }

    /** A named context takes the place of a stage, too. */
    private boolean isFree(Reference reference, Dockerfile dockerfile) {
        String name = reference.withDefaultTag().familiar().replaceFirst(":latest$", "");
        boolean free = dockerfile.stages().stream().noneMatch(stage -> name.equals(stage.name()));
        if (!free) {
            listener.on(new BuildEvent.Warning(
                    "the image " + name + " of the local store is not handed to BuildKit, because a stage has its name:"
                            + " it is looked up in its registry",
                    null));
        }
        return free;
    }

    /** What is no name BuildKit refuses in its own words. */
    private static @Nullable Reference tryParse(String image) {
        try {
            return Reference.parse(image);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Every image that is named, for any platform. */
    private Set<String> names(Dockerfile dockerfile) {
        Set<String> names = new LinkedHashSet<>();
        platforms.addAll(request.platforms());
        platforms.add(Platform.host());
        for (Platform platform : request.platforms()) {
            BuildRequest.Definition definition = request.definition();
            Map<String, String> arguments = BuildArguments.of(
                            dockerfile, definition.arguments(), platform, Platform.host(), definition.target())
                    .global();
            for (Dockerfile.Stage stage : dockerfile.stages()) {
                try {
                    names(stage, dockerfile, arguments, names);
                } catch (InvalidSourceException e) {
                    continue; // BuildKit says so in its own words.
                }
            }
        }
        return names;
    }

    private void names(
            Dockerfile.Stage stage, Dockerfile dockerfile, Map<String, String> arguments, Set<String> names) {
        Instruction.From from = stage.from().expand(arguments::get);
        if (from.platform() != null) {
            Platform asked = Platform.tryParse(from.platform());
            if (asked != null) {
                platforms.add(asked);
            }
        }
        if (!from.image().equals("scratch") && dockerfile.baseStage(from.image(), stage.index()) == null) {
            names.add(from.image());
        }
        for (Instruction instruction : stage.instructions()) {
            for (String source : sources(instruction, arguments)) {
                if (dockerfile.stage(source) == null) {
                    names.add(source);
                }
            }
        }
    }

    private static List<String> sources(Instruction instruction, Map<String, String> arguments) {
        List<String> sources = new ArrayList<>();
        if (instruction instanceof Instruction.Copy copy && copy.from() != null) {
            sources.add(copy.from());
        } else if (instruction instanceof Instruction.Run run) {
            for (Mount mount : run.expand(arguments::get).mounts()) {
                String from = mount instanceof Mount.Bind bind
                        ? bind.from()
                        : mount instanceof Mount.Cache cache ? cache.from() : null;
                if (from != null) {
                    sources.add(from);
                }
            }
        }
        return sources;
    }

    /** Of the platforms that may be asked for; all of them where one of those is lacking. */
    private NamedContext layout(Descriptor root) throws IOException, InterruptedException {
        Path folder = scratch.resolve("base-" + root.digest().hex());
        Descriptor image = MediaTypes.isIndex(root.mediaType()) ? chosen(root) : root;
        try {
            images.export(image.digest(), new Output.OciFolder(folder, List.of()), listener);
        } finally {
            if (!image.equals(root)) {
                local.forget(image.digest());
            }
        }
        return new NamedContext.OciLayout(folder, image.digest().toString());
    }

    private Descriptor chosen(Descriptor root) throws IOException {
        Index index = Index.parse(local.read(root.digest()));
        Set<Digest> chosen = new LinkedHashSet<>();
        for (Platform platform : platforms) {
            Descriptor found = index.find(platform);
            if (found != null) {
                chosen.add(found.digest());
            }
        }
        List<Descriptor> manifests = index.manifests().stream()
                .filter(manifest -> chosen.contains(manifest.digest()))
                .toList();
        boolean some =
                !manifests.isEmpty() && manifests.size() < index.manifests().size();
        return some
                ? local.keep(
                        index.mediaType(),
                        Index.of(index.mediaType(), manifests).toJson())
                : root;
    }
}
