package dev.runner.cli.docker;

import dev.runner.cli.gotemplate.GoTemplate;
import dev.runner.cli.gotemplate.GoText;
import dev.runner.cli.gotemplate.Struct;
import dev.runner.cli.gotemplate.TemplateException;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Manifest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryException;
import dev.runner.registry.RemoteIndex;
import dev.runner.registry.RemoteManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code docker buildx imagetools inspect} and {@code create}. */
final class ImageTools {
    private static final String ATTESTATION = "vnd.docker.reference.digest";

    private ImageTools() {}

    static Command inspect() {
        return Command.of(
                        "buildx imagetools inspect",
                        "[OPTIONS] NAME",
                        "Show details of an image in the registry",
                        ImageTools::inspect)
                .words(1)
                .value("builder", "string", "Override the configured builder instance")
                .flag('D', "debug", "Enable debug logging")
                .value("format", "string", "Format the output using the given Go template")
                .flag("raw", "Show original, unformatted JSON manifest");
    }

    private static int inspect(Call call) {
        Reference name = reference(call.word(0));
        RemoteManifest root = fetch(call.around().registry(), name);
        if (call.on("raw")) {
            call.around().out().print(new String(root.bytes(), StandardCharsets.UTF_8));
            call.around().out().flush();
            return 0;
        }
        String format = call.text("format", "");
        if (format.isEmpty() || format.equals("{{.Manifest}}")) {
            print(call, name, root);
            return 0;
        }
        try {
            GoTemplate template = GoTemplate.parse(format, "", "  ");
            call.around().out().print(template.apply(inputs(call.around().registry(), name, root)));
            call.around().out().flush();
            return 0;
        } catch (TemplateException e) {
            throw DockerFailure.ofBuildx(String.valueOf(e.getMessage()));
        }
    }

    private static Reference reference(String word) {
        try {
            return Names.parse(word).withDefaultTag();
        } catch (DockerFailure e) {
            throw DockerFailure.ofBuildx(e.text());
        }
    }

    static RemoteManifest fetch(RegistryClient registry, Reference name) {
        try {
            return registry.manifest(name);
        } catch (RegistryException e) {
            throw DockerFailure.ofBuildx(
                    e.kind() == RegistryException.Kind.NOT_FOUND
                            ? name + ": not found"
                            : String.valueOf(e.getMessage()));
        }
    }

    private static RemoteIndex.Source source(RegistryClient registry, Reference name) {
        return new RemoteIndex.Source(name, fetch(registry, name));
    }

    private static void print(Call call, Reference name, RemoteManifest root) {
        List<String> head = List.of(
                "Name:\t" + name,
                "MediaType:\t" + root.descriptor().mediaType(),
                "Digest:\t" + root.descriptor().digest());
        Listing.aligned(head, 0, 1).forEach(call::say);
        if (!root.isIndex()) {
            return;
        }
        Listing.aligned(List.of("\t", "Manifests:\t"), 0, 1).forEach(call::say);
        List<String> lines = new ArrayList<>();
        List<Descriptor> manifests = root.index().manifests();
        for (int i = 0; i < manifests.size(); i++) {
            Descriptor manifest = manifests.get(i);
            if (i > 0) {
                lines.add("\t");
            }
            lines.add("  Name:\t" + name.toString().replaceFirst("@.*", "") + "@" + manifest.digest());
            lines.add("  MediaType:\t" + manifest.mediaType());
            Platform platform = manifest.platform();
            if (platform != null) {
                lines.add("  Platform:\t" + platform);
                if (!platform.osVersion().isEmpty()) {
                    lines.add("  OSVersion:\t" + platform.osVersion());
                }
            }
            if (!manifest.annotations().isEmpty()) {
                lines.add("  Annotations:\t");
                manifest.annotations().forEach((key, value) -> lines.add("    " + key + ":\t" + value));
            }
        }
        Listing.aligned(lines, 0, 1).forEach(call::say);
    }

    private static Struct inputs(RegistryClient registry, Reference name, RemoteManifest root) {
        JsonNode document = JsonMapper.shared().readTree(root.bytes());
        Struct manifest = Struct.of("v1.Descriptor");
        if (root.isIndex()) {
            manifest.named("SchemaVersion", "schemaVersion", 2L);
        }
        manifest.named("MediaType", "mediaType", root.descriptor().mediaType())
                .named("Digest", "digest", root.descriptor().digest().toString())
                .named("Size", "size", root.descriptor().size());
        if (root.isIndex()) {
            manifest.named("Manifests", "manifests", JsonValues.of(document.path("manifests")));
            if (document.has("annotations")) {
                manifest.named("Annotations", "annotations", JsonValues.of(document.path("annotations"), true));
            }
        }
        return Struct.of("imagetools.tplInputs")
                .named("Name", "name", name.toString())
                .named("Manifest", "manifest", manifest)
                .lazy("Image", "image", () -> images(registry, name, root))
                .lazy("SBOM", "SBOM", () -> attested(registry, name, root, "SPDX", "https://spdx.dev/"))
                .lazy("Provenance", "Provenance", () -> attested(registry, name, root, "SLSA", "https://slsa.dev/"));
    }

    /** One image's config, or those of several by platform. */
    private static @Nullable Object images(RegistryClient registry, Reference name, RemoteManifest root) {
        if (!root.isIndex()) {
            return config(registry, name, root.manifest());
        }
        Map<String, Object> all = new LinkedHashMap<>();
        for (Descriptor one : root.index().manifests()) {
            Platform platform = one.platform();
            if (platform != null && !platform.os().equals("unknown")) {
                Manifest manifest =
                        registry.manifest(name.withDigest(one.digest())).manifest();
                all.put(platform.toString(), config(registry, name, manifest));
            }
        }
        return all.size() == 1 ? all.values().iterator().next() : all;
    }

    private static Object config(RegistryClient registry, Reference name, Manifest manifest) {
        Object config = JsonValues.of(JsonMapper.shared().readTree(registry.blob(name, manifest.config())));
        return config == null ? Map.of() : config;
    }

    /** What attestations of a kind say, of one image or of several by platform. */
    private static Object attested(
            RegistryClient registry, Reference name, RemoteManifest root, String key, String predicates) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (!root.isIndex()) {
            return all;
        }
        Map<String, String> platforms = new LinkedHashMap<>();
        for (Descriptor one : root.index().manifests()) {
            Platform platform = one.platform();
            if (platform != null && !platform.os().equals("unknown")) {
                platforms.put(one.digest().toString(), platform.toString());
            }
        }
        for (Descriptor one : root.index().manifests()) {
            String platform = platforms.get(one.annotations().getOrDefault(ATTESTATION, ""));
            if (platform == null) {
                continue;
            }
            for (Descriptor layer :
                    registry.manifest(name.withDigest(one.digest())).manifest().layers()) {
                if (layer.annotations()
                        .getOrDefault("in-toto.io/predicate-type", "")
                        .startsWith(predicates)) {
                    JsonNode statement = JsonMapper.shared().readTree(registry.blob(name, layer));
                    Object predicate = JsonValues.of(statement.path("predicate"), true);
                    all.put(platform, Struct.of("stub").with(key, predicate));
                }
            }
        }
        return platforms.size() == 1 && all.size() == 1
                ? all.values().iterator().next()
                : all;
    }

    static Command create() {
        return Command.of(
                        "buildx imagetools create",
                        "[OPTIONS] [SOURCE...]",
                        "Create a new image based on source images",
                        ImageTools::create)
                .value("annotation", "stringArray", "Add annotation to the image")
                .flag("append", "Append to existing manifest")
                .value("builder", "string", "Override the configured builder instance")
                .flag('D', "debug", "Enable debug logging")
                .flag("dry-run", "Show final image instead of pushing")
                .value('f', "file", "stringArray", "Read source descriptor from file")
                .value('p', "platform", "stringArray", "Filter specified platforms of target image")
                .flag("prefer-index", "When only a single source is specified, prefer outputting an image index")
                .value("progress", "string", "Set type of progress output")
                .value('t', "tag", "stringArray", "Set reference for new image");
    }

    private static int create(Call call) throws IOException {
        RegistryClient registry = call.around().registry();
        List<Reference> targets =
                call.all("tag").stream().map(ImageTools::reference).toList();
        if (targets.isEmpty() && !call.on("dry-run")) {
            throw DockerFailure.ofBuildx("can't push with no tags specified, please set --tag or --dry-run");
        }
        List<RemoteIndex.Source> sources = new ArrayList<>();
        if (call.on("append")) {
            if (targets.isEmpty()) {
                throw DockerFailure.ofBuildx("append option requires at least one tag");
            }
            sources.add(source(registry, targets.getFirst()));
        }
        for (String file : call.all("file")) {
            JsonNode node = JsonMapper.shared().readTree(Files.readString(Path.of(file)));
            if (targets.isEmpty()) {
                throw DockerFailure.ofBuildx("no repositories specified, please set a reference in tag or source");
            }
            sources.add(source(
                    registry,
                    targets.getFirst()
                            .withDigest(dev.runner.oci.Digest.parse(
                                    node.path("digest").asString("")))));
        }
        for (String word : call.words()) {
            sources.add(source(registry, source(word, targets)));
        }
        if (sources.isEmpty()) {
            throw DockerFailure.ofBuildx("no sources specified");
        }
        List<Platform> platforms = new ArrayList<>();
        call.all("platform").forEach(text -> platforms.add(Platform.parse(text)));
        boolean index = !call.given("prefer-index") || call.on("prefer-index");
        RemoteIndex made = RemoteIndex.of(registry, sources, annotations(call.all("annotation")), platforms, index);
        if (call.on("dry-run")) {
            call.say(GoText.json(JsonValues.of(JsonMapper.shared().readTree(made.document())), "  "));
            return 0;
        }
        for (Reference target : targets) {
            call.tell("#1 [internal] pushing " + target);
            made.push(registry, target);
            call.tell("#1 DONE " + made.descriptor().digest());
        }
        return 0;
    }

    /** A source is a name, or a digest in the repository of the target. */
    private static Reference source(String word, List<Reference> targets) {
        if (word.startsWith("sha256:")) {
            if (targets.isEmpty()) {
                throw DockerFailure.ofBuildx("no repositories specified, please set a reference in tag or source");
            }
            return targets.getFirst().withTag(null).withDigest(dev.runner.oci.Digest.parse(word));
        }
        return reference(word);
    }

    private static Map<String, String> annotations(List<String> given) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String text : given) {
            String plain = text.replaceFirst("^index:", "");
            int equals = plain.indexOf('=');
            if (equals <= 0
                    || plain.substring(0, equals).matches("(manifest|manifest-descriptor|index-descriptor).*:.*")) {
                throw DockerFailure.ofBuildx("invalid annotation \"" + text + "\" expected index:key=value");
            }
            all.put(plain.substring(0, equals), plain.substring(equals + 1));
        }
        return all;
    }
}
