package dev.runner.cli.docker;

import dev.runner.cli.gotemplate.GoText;
import dev.runner.cli.gotemplate.Struct;
import dev.runner.oci.Descriptor;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryException;
import dev.runner.registry.RemoteIndex;
import dev.runner.registry.RemoteManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** {@code docker manifest}: lists of manifests made here and pushed by hand. */
final class ManifestCommands {
    private ManifestCommands() {}

    static @Nullable Command find(String path) {
        return switch (path) {
            case "manifest create" ->
                Command.of(
                                path,
                                "MANIFEST_LIST MANIFEST [MANIFEST...]",
                                "Create a local manifest list for annotating and pushing to a registry",
                                ManifestCommands::create)
                        .atLeast(2)
                        .flag('a', "amend", "Amend an existing manifest list")
                        .flag("insecure", "Allow communication with an insecure registry");
            case "manifest annotate" ->
                Command.of(
                                path,
                                "[OPTIONS] MANIFEST_LIST MANIFEST",
                                "Add additional information to a local image manifest",
                                ManifestCommands::annotate)
                        .words(2)
                        .value("arch", "string", "Set architecture")
                        .value("os", "string", "Set operating system")
                        .value("os-features", "strings", "Set operating system feature")
                        .value("os-version", "string", "Set operating system version")
                        .value("variant", "string", "Set architecture variant");
            case "manifest push" ->
                Command.of(
                                path,
                                "[OPTIONS] MANIFEST_LIST",
                                "Push a manifest list to a repository",
                                ManifestCommands::push)
                        .words(1)
                        .flag("insecure", "Allow push to an insecure registry")
                        .flag('p', "purge", "Remove the local manifest list after push");
            case "manifest inspect" ->
                Command.of(
                                path,
                                "[OPTIONS] [MANIFEST_LIST] MANIFEST",
                                "Display an image manifest, or manifest list",
                                ManifestCommands::inspect)
                        .words(1, 2)
                        .flag("insecure", "Allow communication with an insecure registry")
                        .flag('v', "verbose", "Output additional info including layers and platform");
            case "manifest rm" ->
                Command.of(
                                path,
                                "MANIFEST_LIST [MANIFEST_LIST...]",
                                "Delete one or more manifest lists from local storage",
                                ManifestCommands::remove)
                        .atLeast(1);
            default -> null;
        };
    }

    private static Reference named(String word) {
        return Names.parse(word).withDefaultTag();
    }

    private static int create(Call call) throws IOException {
        ManifestLists lists = ManifestLists.of(call.around());
        Reference list = named(call.word(0));
        List<ManifestLists.Entry> entries = new ArrayList<>();
        if (lists.exists(list)) {
            if (!call.on("amend")) {
                throw DockerFailure.of("refusing to amend an existing manifest list with no --amend flag");
            }
            entries.addAll(lists.read(list));
        }
        for (String word : call.words().subList(1, call.words().size())) {
            Reference name = named(word);
            for (RemoteIndex.Part part :
                    source(call.around().registry(), name).parts(call.around().registry())) {
                entries.removeIf(one -> one.name().equals(name));
                entries.add(new ManifestLists.Entry(name, part.manifest()));
            }
        }
        lists.write(list, entries);
        call.say("Created manifest list " + list);
        return 0;
    }

    private static RemoteIndex.Source source(RegistryClient registry, Reference name) {
        RemoteManifest root = remote(registry, name);
        if (root.isIndex()) {
            throw DockerFailure.of(name.familiar() + " is a manifest list");
        }
        return new RemoteIndex.Source(name, root);
    }

    private static RemoteManifest remote(RegistryClient registry, Reference name) {
        try {
            return registry.manifest(name);
        } catch (RegistryException e) {
            throw DockerFailure.of(
                    e.kind() == RegistryException.Kind.NOT_FOUND
                            ? "no such manifest: " + name
                            : String.valueOf(e.getMessage()));
        }
    }

    private static int annotate(Call call) throws IOException {
        ManifestLists lists = ManifestLists.of(call.around());
        Reference list = named(call.word(0));
        Reference name = named(call.word(1));
        List<ManifestLists.Entry> entries = new ArrayList<>();
        boolean found = false;
        for (ManifestLists.Entry entry : lists.read(list)) {
            if (!entry.name().equals(name)) {
                entries.add(entry);
                continue;
            }
            found = true;
            Platform known = entry.manifest().platform() == null
                    ? Platform.host()
                    : entry.manifest().platform();
            Platform changed = new Platform(
                    call.text("os", known.os()),
                    call.text("arch", known.architecture()),
                    call.text("variant", known.variant()),
                    call.text("os-version", known.osVersion()));
            entries.add(new ManifestLists.Entry(name, entry.manifest().withPlatform(changed)));
        }
        if (!found) {
            throw DockerFailure.of("manifest for image " + call.word(1) + " does not exist in " + call.word(0));
        }
        lists.write(list, entries);
        return 0;
    }

    private static int push(Call call) throws IOException {
        ManifestLists lists = ManifestLists.of(call.around());
        Reference list = named(call.word(0));
        List<RemoteIndex.Part> parts = lists.read(list).stream()
                .map(entry -> new RemoteIndex.Part(entry.manifest(), entry.name()))
                .toList();
        if (parts.isEmpty()) {
            throw DockerFailure.of(call.word(0) + " not found");
        }
        boolean docker =
                parts.stream().allMatch(part -> part.manifest().mediaType().equals(MediaTypes.DOCKER_MANIFEST));
        RemoteIndex index = RemoteIndex.of(docker ? MediaTypes.DOCKER_LIST : MediaTypes.OCI_INDEX, parts, Map.of());
        try {
            index.push(call.around().registry(), list);
        } catch (RegistryException e) {
            throw DockerFailure.of("failed to push manifest " + list + ": " + e.getMessage());
        }
        if (call.on("purge")) {
            lists.remove(list);
        }
        call.say(index.descriptor().digest().toString());
        return 0;
    }

    private static int inspect(Call call) throws IOException {
        ManifestLists lists = ManifestLists.of(call.around());
        Reference name = named(call.words().getLast());
        if (call.words().size() == 2) {
            Reference list = named(call.word(0));
            for (ManifestLists.Entry entry : lists.read(list)) {
                if (entry.name().equals(name)) {
                    print(call, name, remote(call.around().registry(), name), entry.manifest());
                    return 0;
                }
            }
            throw DockerFailure.of("no such manifest: " + name);
        }
        if (lists.exists(name)) {
            List<Descriptor> manifests =
                    lists.read(name).stream().map(ManifestLists.Entry::manifest).toList();
            byte[] json =
                    dev.runner.oci.Index.of(MediaTypes.DOCKER_LIST, manifests).toJson();
            call.say(GoText.json(JsonValues.of(JsonMapper.shared().readTree(json)), "   "));
            return 0;
        }
        RemoteManifest root = remote(call.around().registry(), name);
        print(call, name, root, root.descriptor());
        return 0;
    }

    private static void print(Call call, Reference name, RemoteManifest root, Descriptor described) {
        Object document = JsonValues.of(JsonMapper.shared().readTree(root.bytes()));
        if (!call.on("verbose")) {
            call.say(GoText.json(document, "\t"));
            return;
        }
        RegistryClient registry = call.around().registry();
        List<Object> all = new ArrayList<>();
        for (RemoteIndex.Part part : new RemoteIndex.Source(name, root).parts(registry)) {
            Platform platform = part.manifest().platform();
            Struct shown = Struct.of("types.ImageManifest");
            shown.with(
                    "Ref",
                    root.isIndex()
                            ? name.withTag(null)
                                    .withDigest(part.manifest().digest())
                                    .toString()
                            : name.toString());
            Struct descriptor = Struct.of("v1.Descriptor")
                    .with("mediaType", part.manifest().mediaType())
                    .with("digest", part.manifest().digest().toString())
                    .with("size", part.manifest().size());
            Platform its = described.platform() != null && !root.isIndex() ? described.platform() : platform;
            if (its != null) {
                Struct platformShown = Struct.of("v1.Platform")
                        .with("architecture", its.architecture())
                        .with("os", its.os());
                if (!its.variant().isEmpty()) {
                    platformShown.with("variant", its.variant());
                }
                descriptor.with("platform", platformShown);
            }
            shown.with("Descriptor", descriptor);
            byte[] bytes = root.isIndex()
                    ? registry.manifest(name.withDigest(part.manifest().digest()))
                            .bytes()
                    : root.bytes();
            String key =
                    part.manifest().mediaType().equals(MediaTypes.DOCKER_MANIFEST) ? "SchemaV2Manifest" : "OCIManifest";
            all.add(shown.with(key, JsonValues.of(JsonMapper.shared().readTree(bytes))));
        }
        call.say(GoText.json(root.isIndex() ? all : all.getFirst(), "\t"));
    }

    private static int remove(Call call) throws IOException {
        ManifestLists lists = ManifestLists.of(call.around());
        boolean failed = false;
        for (String word : call.words()) {
            if (!lists.remove(named(word))) {
                call.tell("No such manifest: " + word);
                failed = true;
            }
        }
        return failed ? 1 : 0;
    }
}
