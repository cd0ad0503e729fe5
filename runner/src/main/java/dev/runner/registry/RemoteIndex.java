package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An index made of images that registries have, and where each of them is.
 *
 * @param document its bytes, or those of the one image that is copied as it is
 * @param parts the images it refers to
 */
public record RemoteIndex(Descriptor descriptor, byte[] document, List<Part> parts) {
    public RemoteIndex {
        parts = List.copyOf(parts);
    }

    /** One image and its repository. */
    public record Part(Descriptor manifest, Reference repository) {}

    /** A name and what its registry has under it. */
    public record Source(Reference name, RemoteManifest root) {
        /** What it refers to: itself, unless it is an index. */
        public List<Part> parts(RegistryClient registry) {
            if (root.isIndex()) {
                return root.index().manifests().stream()
                        .map(manifest -> new Part(manifest, name))
                        .toList();
            }
            Manifest manifest = root.manifest();
            Descriptor described = root.descriptor();
            if (MediaTypes.isConfig(manifest.config().mediaType())) {
                ImageConfig config = ImageConfig.parse(registry.blob(name, manifest.config()));
                described = described.withPlatform(config.platform());
            }
            return List.of(new Part(described, name));
        }
    }

    /**
     * Makes an index of all that some sources have, each image once.
     *
     * @param platforms those that are wanted; empty for all
     * @param prefersIndex whether a single image becomes an index too
     */
    public static RemoteIndex of(
            RegistryClient registry,
            List<Source> sources,
            Map<String, String> annotations,
            List<Platform> platforms,
            boolean prefersIndex) {
        Map<String, Part> parts = new LinkedHashMap<>();
        for (Source source : sources) {
            for (Part part : source.parts(registry)) {
                if (isWanted(part.manifest(), platforms)) {
                    parts.put(part.manifest().digest().toString(), part);
                }
            }
        }
        RemoteManifest first = sources.getFirst().root();
        boolean copy = sources.size() == 1
                && annotations.isEmpty()
                && platforms.isEmpty()
                && (first.isIndex() || !prefersIndex);
        if (copy) {
            return new RemoteIndex(first.descriptor(), first.bytes(), List.copyOf(parts.values()));
        }
        List<Descriptor> manifests = parts.values().stream().map(Part::manifest).toList();
        boolean docker = annotations.isEmpty()
                && manifests.stream().allMatch(one -> one.mediaType().equals(MediaTypes.DOCKER_MANIFEST));
        return of(
                docker ? MediaTypes.DOCKER_LIST : MediaTypes.OCI_INDEX,
                parts.values().stream().toList(),
                annotations);
    }

    /** An index of these images in this order. */
    public static RemoteIndex of(String mediaType, List<Part> parts, Map<String, String> annotations) {
        List<Descriptor> manifests = parts.stream().map(Part::manifest).toList();
        byte[] json = new Index(mediaType, manifests, annotations, null, null).toJson();
        return new RemoteIndex(Descriptor.of(mediaType, json), json, parts);
    }

    private static boolean isWanted(Descriptor manifest, List<Platform> platforms) {
        Platform its = manifest.platform();
        return platforms.isEmpty() || its != null && platforms.stream().anyMatch(one -> one.matches(its));
    }

    /** Brings all it refers to into a repository, and then itself under a name there. */
    public void push(RegistryClient registry, Reference target) {
        for (Part part : parts) {
            if (part.manifest().digest().equals(descriptor.digest())) {
                copyContent(registry, part.repository(), Manifest.parse(document), target);
            } else {
                copy(registry, part, target);
            }
        }
        registry.putManifest(target, descriptor.mediaType(), document);
    }

    private static void copy(RegistryClient registry, Part part, Reference target) {
        Reference there = target.withTag(null).withDigest(part.manifest().digest());
        if (registry.head(there) != null) {
            return;
        }
        RemoteManifest manifest =
                registry.manifest(part.repository().withDigest(part.manifest().digest()));
        if (manifest.isIndex()) {
            List<Part> inner = new ArrayList<>();
            manifest.index().manifests().forEach(one -> inner.add(new Part(one, part.repository())));
            inner.forEach(one -> copy(registry, one, target));
        } else {
            copyContent(registry, part.repository(), manifest.manifest(), target);
        }
        registry.putManifest(there, manifest.descriptor().mediaType(), manifest.bytes());
    }

    private static void copyContent(RegistryClient registry, Reference from, Manifest manifest, Reference target) {
        if (from.name().equals(target.name())) {
            return;
        }
        List<Descriptor> blobs = new ArrayList<>(manifest.layers());
        blobs.add(manifest.config());
        for (Descriptor blob : blobs) {
            BlobSource source = () -> registry.openBlob(from, blob);
            registry.pushBlob(target, blob, source, List.of(from));
        }
    }
}
