package dev.runner.cli.docker;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.ImageTransferException;
import dev.runner.build.LocalImages;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code docker pull} and {@code docker push}. */
final class TransferCommands {
    private TransferCommands() {}

    static Command pull(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] NAME[:TAG|@DIGEST]",
                        "Download an image from a registry",
                        TransferCommands::pull)
                .words(1)
                .flag('a', "all-tags", "Download all tagged images in the repository")
                .flag("disable-content-trust", "Skip image verification (default true)")
                .value("platform", "string", "Set platform if server is multi-platform capable")
                .flag('q', "quiet", "Suppress verbose output");
    }

    static Command push(String path) {
        return Command.of(path, "[OPTIONS] NAME[:TAG]", "Upload an image to a registry", TransferCommands::push)
                .words(1)
                .flag('a', "all-tags", "Push all tags of an image to the repository")
                .flag("disable-content-trust", "Skip image signing (default true)")
                .value(
                        "platform",
                        "string",
                        "Push a platform-specific manifest as a single-platform image to the registry.")
                .flag('q', "quiet", "Suppress verbose output");
    }

    private static int pull(Call call) throws IOException, InterruptedException {
        Reference name = Names.parse(call.word(0));
        boolean quiet = call.on("quiet");
        Platform platform = platform(call.text("platform"));
        if (!call.on("all-tags")) {
            if (name.tag() == null && name.digest() == null && !quiet) {
                call.say("Using default tag: latest");
            }
            new Pulling(call.around(), quiet ? null : call.around().out()).pull(name.withDefaultTag(), platform);
            call.say(name.withDefaultTag().toString());
            return 0;
        }
        if (name.tag() != null || name.digest() != null) {
            throw DockerFailure.of("tag can't be used with --all-tags/-a");
        }
        for (String tag : call.around().registry().tags(name)) {
            new Pulling(call.around(), quiet ? null : call.around().out()).pull(name.withTag(tag), platform);
        }
        call.say(name.toString());
        return 0;
    }

    /** @throws DockerFailure when the text is no platform */
    static @Nullable Platform platform(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Platform.parse(text);
        } catch (IllegalArgumentException e) {
            throw DockerFailure.of("error parsing specified platform: \"" + text
                    + "\": unknown operating system or architecture: invalid argument");
        }
    }

    /** Brings images from registries and tells it as Docker does. */
    record Pulling(Surroundings around, @Nullable PrintWriter to) {
        /** Pulls one platform of a name, which then means that platform's image alone. */
        Descriptor pull(Reference name, @Nullable Platform platform) throws IOException, InterruptedException {
            LocalImages images = around.localImages();
            Descriptor before = around.images().find(name);
            say((name.digest() != null ? name.digest().toString() : name.tag()) + ": Pulling from "
                    + (name.domain().equals("docker.io") ? name.path() : name.name()));
            try {
                Descriptor known = around.images().pull(name, List.of(wanted(name, platform)), BuildListener.silent());
                Descriptor single = images.single(name, known, platform);
                for (Descriptor layer :
                        Manifest.parse(images.read(single.digest())).layers()) {
                    say(Names.brief(layer.digest()) + ": Pull complete");
                }
                if (name.tag() != null) {
                    around.images().tag(single.digest(), name);
                } else {
                    around.images().tag(single.digest(), name.withTag(null).withDigest(known.digest()));
                }
                say("Digest: " + known.digest());
                say(
                        before != null && before.digest().equals(single.digest())
                                ? "Status: Image is up to date for " + name.familiar()
                                : "Status: Downloaded newer image for " + name.familiar());
                return single;
            } catch (ImageNotFoundException e) {
                throw absent(name, platform, e);
            } catch (ImageTransferException e) {
                throw refused(name, e);
            } catch (RegistryException e) {
                throw of(name, e);
            }
        }

        private void say(String line) {
            if (to != null) {
                to.println(line);
                to.flush();
            }
        }

        /** What to fetch: this machine's platform, but where there is only another, that one. */
        private Platform wanted(Reference name, @Nullable Platform platform) {
            if (platform != null) {
                return platform;
            }
            var manifest = around.registry().manifest(name);
            if (!manifest.isIndex()) {
                return Platform.host();
            }
            Index index = manifest.index();
            List<Platform> there = new ArrayList<>();
            for (Descriptor one : index.manifests()) {
                Platform its = one.platform();
                if (its != null && !its.os().equals("unknown")) {
                    there.add(its);
                }
            }
            return index.find(Platform.host()) == null && there.size() == 1 ? there.getFirst() : Platform.host();
        }
    }

    private static DockerFailure absent(Reference name, @Nullable Platform platform, ImageNotFoundException e) {
        if (!e.platforms().isEmpty()) {
            return DockerFailure.ofDaemon("no matching manifest for "
                    + (platform == null ? Platform.host() : platform).normalized()
                    + " in the manifest list entries: no match for platform in manifest: not found");
        }
        return DockerFailure.ofDaemon(
                "manifest for " + name.familiar() + " not found: manifest unknown: manifest unknown");
    }

    private static DockerFailure refused(Reference name, ImageTransferException e) {
        return e.getCause() instanceof RegistryException registry
                ? of(name, registry)
                : DockerFailure.ofDaemon(String.valueOf(e.getMessage()));
    }

    private static DockerFailure of(Reference name, RegistryException e) {
        return switch (e.kind()) {
            case NOT_FOUND ->
                DockerFailure.ofDaemon(
                        "manifest for " + name.familiar() + " not found: manifest unknown: manifest unknown");
            case UNAUTHORIZED ->
                DockerFailure.ofDaemon(
                        "pull access denied for " + name.withTag(null).familiar()
                                + ", repository does not exist or may require 'docker login': denied: requested access to the"
                                + " resource is denied");
            default -> DockerFailure.ofDaemon(String.valueOf(e.getMessage()));
        };
    }

    private static int push(Call call) throws IOException, InterruptedException {
        Reference name = Names.parse(call.word(0));
        boolean quiet = call.on("quiet");
        if (call.on("all-tags") && (name.tag() != null || name.digest() != null)) {
            throw DockerFailure.of("tag can't be used with --all-tags/-a");
        }
        if (!quiet && !call.on("all-tags") && name.tag() == null && name.digest() == null) {
            call.say("Using default tag: latest");
        }
        if (!quiet) {
            call.say("The push refers to repository [" + name.withTag(null) + "]");
        }
        List<Reference> names = call.on("all-tags") ? tagged(call, name) : List.of(name.withDefaultTag());
        for (Reference one : names) {
            push(call, one, quiet);
        }
        if (quiet) {
            names.forEach(one -> call.say(one.toString()));
        }
        return 0;
    }

    private static List<Reference> tagged(Call call, Reference repository) throws IOException {
        List<Reference> names = new ArrayList<>();
        for (LocalImages.Entry entry : call.around().localImages().list()) {
            Reference name = entry.name();
            if (name != null && name.tag() != null && name.name().equals(repository.name())) {
                names.add(name);
            }
        }
        if (names.isEmpty()) {
            throw DockerFailure.of("An image does not exist locally with the tag: "
                    + repository.withTag(null).familiar());
        }
        return names;
    }

    private static void push(Call call, Reference name, boolean quiet) throws IOException, InterruptedException {
        LocalImages images = call.around().localImages();
        Descriptor image = new Names(images).find(name.toString());
        if (image == null) {
            throw DockerFailure.of("An image does not exist locally with the tag: "
                    + name.withTag(null).familiar());
        }
        Platform platform = platform(call.text("platform"));
        if (platform != null && MediaTypes.isIndex(image.mediaType())) {
            image = images.single(name, image, platform);
        }
        if (!quiet && MediaTypes.isManifest(image.mediaType())) {
            Manifest.parse(images.read(image.digest()))
                    .layers()
                    .forEach(layer -> call.say(Names.brief(layer.digest()) + ": Preparing"));
        }
        try {
            Descriptor pushed = call.around().images().push(image.digest(), List.of(name), listener(call, quiet));
            if (!quiet) {
                call.say(name.tag() + ": digest: " + pushed.digest() + " size: " + pushed.size());
            }
        } catch (ImageTransferException e) {
            throw e.getCause() instanceof RegistryException cause && cause.kind() == RegistryException.Kind.UNAUTHORIZED
                    ? DockerFailure.of("denied: requested access to the resource is denied")
                    : DockerFailure.of(String.valueOf(e.getMessage()));
        }
    }

    private static BuildListener listener(Call call, boolean quiet) {
        return event -> {
            if (!quiet && event instanceof BuildEvent.Transfer transfer && transfer.done() == transfer.total()) {
                call.say(transfer.what().replaceFirst("^sha256:([0-9a-f]{12}).*", "$1") + ": Pushed");
            }
        };
    }
}
