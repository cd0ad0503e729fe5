package dev.runner.cli.docker;

import dev.runner.build.LocalImages;
import dev.runner.cli.gotemplate.GoTemplate;
import dev.runner.cli.gotemplate.GoText;
import dev.runner.cli.gotemplate.Struct;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Manifest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code docker image inspect}, and {@code docker inspect} of images and containers. */
final class ImageInspect {
    private ImageInspect() {}

    static Command images() {
        return Command.of(
                        "image inspect",
                        "[OPTIONS] IMAGE [IMAGE...]",
                        "Display detailed information on one or more images",
                        call -> run(call, true, false))
                .atLeast(1)
                .value('f', "format", "string", "Format output using a custom template: json or a Go template")
                .value("platform", "string", "Inspect a specific platform of the multi-platform image");
    }

    static Command any() {
        return Command.of(
                        "inspect",
                        "[OPTIONS] NAME|ID [NAME|ID...]",
                        "Return low-level information on Docker objects",
                        call -> {
                            String type = call.text("type", "");
                            return run(call, !type.equals("container"), !type.equals("image"));
                        })
                .atLeast(1)
                .value('f', "format", "string", "Format output using a custom template: json or a Go template")
                .flag('s', "size", "Display total file sizes if the type is container")
                .value("type", "string", "Only inspect objects of the given type");
    }

    static Command containers() {
        return Command.of(
                        "container inspect",
                        "[OPTIONS] CONTAINER [CONTAINER...]",
                        "Display detailed information on one or more containers",
                        call -> run(call, false, true))
                .atLeast(1)
                .value('f', "format", "string", "Format output using a custom template: json or a Go template")
                .flag('s', "size", "Display total file sizes");
    }

    private static int run(Call call, boolean images, boolean containers) throws IOException {
        List<Struct> found = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (String word : call.words()) {
            Struct one = containers ? ContainerInspect.find(call, word) : null;
            Descriptor root = one == null && images ? new Names(call.around().localImages()).find(word) : null;
            if (root != null) {
                one = struct(call, word, root);
            }
            if (one != null) {
                found.add(one);
            } else {
                faults.add(
                        images && containers
                                ? "Error: No such object: " + word
                                : images
                                        ? "Error response from daemon: No such image: " + Names.shown(word)
                                        : "Error response from daemon: No such container: " + word);
            }
        }
        String format = call.text("format", "");
        if (format.isEmpty() || format.equals("json")) {
            call.say(GoText.json(found, format.isEmpty() ? "    " : ""));
        } else {
            GoTemplate template = Listing.template(format);
            found.forEach(one -> call.say(Listing.apply(template, one)));
            if (found.isEmpty()) {
                call.say("");
            }
        }
        faults.forEach(call::tell);
        return faults.isEmpty() ? 0 : 1;
    }

    private static Struct struct(Call call, String word, Descriptor root) throws IOException {
        LocalImages images = call.around().localImages();
        Platform platform =
                call.command().flagNamed("platform") == null ? null : TransferCommands.platform(call.text("platform"));
        Descriptor single = ImageHistory.single(images, word, root, platform);
        Manifest manifest = Manifest.parse(images.read(single.digest()));
        ImageConfig config = ImageConfig.parse(images.read(manifest.config().digest()));
        List<String> tags = new ArrayList<>();
        List<String> digests = new ArrayList<>();
        for (Reference name : ImageStoreCommands.namesOf(images, root)) {
            tags.add(name.familiar());
            String repository = name.withTag(null).withDigest(root.digest()).familiar();
            if (!digests.contains(repository)) {
                digests.add(repository);
            }
        }
        long size = manifest.layers().stream().mapToLong(Descriptor::size).sum();
        return Struct.of("image.InspectResponse")
                .with("Id", new Names(images).id(root).toString())
                .with("RepoTags", tags)
                .with("RepoDigests", digests)
                .with("Parent", "")
                .with("Comment", comment(config))
                .with("Created", config.created())
                .with("DockerVersion", "")
                .with("Author", config.author() == null ? "" : config.author())
                .with("Config", config(config.config()))
                .with("Architecture", config.platform().architecture())
                .with("Variant", config.platform().variant())
                .with("Os", config.platform().os())
                .with("Size", size)
                .with("VirtualSize", size)
                .with(
                        "GraphDriver",
                        Struct.of("storage.DriverData").with("Data", null).with("Name", "overlay2"))
                .with(
                        "RootFS",
                        Struct.of("image.RootFS")
                                .with("Type", "layers")
                                .with(
                                        "Layers",
                                        config.diffIds().stream()
                                                .map(Digest::toString)
                                                .toList()))
                .with("Metadata", Struct.of("image.Metadata").with("LastTagTime", "0001-01-01T00:00:00Z"))
                .with(
                        "Descriptor",
                        Struct.of("v1.Descriptor")
                                .named("MediaType", "mediaType", root.mediaType())
                                .named("Digest", "digest", root.digest().toString())
                                .named("Size", "size", root.size()));
    }

    private static String comment(ImageConfig config) {
        String comment =
                config.history().isEmpty() ? null : config.history().getLast().comment();
        return comment == null ? "" : comment;
    }

    /** How an image or a container is run. */
    static Struct config(ImageConfig.Execution config) {
        Struct struct = Struct.of("container.Config")
                .with("Hostname", "")
                .with("User", config.user())
                .with("ExposedPorts", set(config.exposedPorts()))
                .with("Env", config.env())
                .with("Cmd", config.command())
                .with("Image", "")
                .with("Volumes", set(config.volumes()))
                .with("WorkingDir", config.workingDirectory())
                .with("Entrypoint", config.entrypoint())
                .with("OnBuild", config.onBuild().isEmpty() ? null : config.onBuild())
                .with("Labels", config.labels().isEmpty() ? null : config.labels())
                .with("StopSignal", config.stopSignal())
                .with("Shell", config.shell());
        ImageConfig.Healthcheck health = config.healthcheck();
        return struct.with(
                "Healthcheck",
                health == null
                        ? null
                        : Struct.of("container.HealthConfig")
                                .with("Test", health.test())
                                .with("Interval", health.interval())
                                .with("Timeout", health.timeout())
                                .with("StartPeriod", health.startPeriod())
                                .with("Retries", (long) health.retries()));
    }

    private static @Nullable Map<String, Object> set(List<String> names) {
        Map<String, Object> set = new LinkedHashMap<>();
        names.forEach(name -> set.put(name, Map.of()));
        return set.isEmpty() ? null : set;
    }
}
