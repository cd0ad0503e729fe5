package dev.runner.build.embedded;

import dev.runner.build.embedded.store.ImageStore;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which things of the store belong to which images. It reads blobs without leasing them, so that looking does not keep them;
 * what vanishes meanwhile is passed over.
 */
final class StoredImages {
    private final Store store;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Digest, String> documents = new HashMap<>();
    private final Map<Digest, String> layers = new HashMap<>();
    private final Set<Digest> named = new HashSet<>();

    private record Entry(String name, Set<Digest> documents, Set<Digest> layers) {
        /** A name that the user gave; others are what runner remembers. */
        boolean isGiven() {
            return !name.startsWith(BaseImages.RESOLVED) && !name.startsWith("sha256:");
        }
    }

    private StoredImages(Store store) {
        this.store = store;
    }

    static StoredImages read(Store store) throws IOException {
        StoredImages images = new StoredImages(store);
        for (ImageStore.Entry image : store.images().list()) {
            Entry entry = new Entry(image.name(), new HashSet<>(), new HashSet<>());
            images.walk(image.root(), entry);
            images.entries.add(entry);
            if (entry.isGiven()) {
                images.named.addAll(entry.documents);
                images.named.addAll(entry.layers);
            }
        }
        return images;
    }

    /** Whether a blob is a manifest, an index or a config of an image. */
    boolean isDocument(Digest digest) {
        return documents.containsKey(digest);
    }

    /** Whether something belongs to an image with a name that the user gave. */
    boolean isNamed(Digest digest) {
        return named.contains(digest);
    }

    /** What a blob or diffId is; empty when no image has it. */
    String description(Digest digest) {
        return documents.getOrDefault(digest, layers.getOrDefault(digest, ""));
    }

    /**
     * Takes the names from images that are no longer whole: of any without its documents, and of those named by the user
     * without their layers as well.
     */
    void forgetBroken(Set<Digest> gone) throws IOException {
        for (Entry entry : entries) {
            boolean broken = entry.documents.stream().anyMatch(gone::contains)
                    || entry.isGiven() && entry.layers.stream().anyMatch(gone::contains);
            if (broken) {
                store.images().remove(entry.name);
            }
        }
    }

    private void walk(Descriptor root, Entry entry) throws IOException {
        String shown = entry.name.startsWith(BaseImages.RESOLVED)
                ? entry.name.substring(BaseImages.RESOLVED.length())
                : entry.name;
        try {
            note(root.digest(), entry, "image " + shown);
            if (MediaTypes.isIndex(root.mediaType())) {
                for (Descriptor manifest : Index.parse(read(root.digest())).manifests()) {
                    manifest(manifest, entry, shown);
                }
            } else {
                manifest(root, entry, shown);
            }
        } catch (NoSuchFileException | MalformedContentException e) {
            // A part of an image that nobody needed here, such as another platform's.
        }
    }

    private void manifest(Descriptor descriptor, Entry entry, String shown) throws IOException {
        try {
            Manifest manifest = Manifest.parse(read(descriptor.digest()));
            note(descriptor.digest(), entry, "image " + shown);
            manifest.layers().forEach(layer -> layer(layer.digest(), entry, shown));
            byte[] config = read(manifest.config().digest());
            note(manifest.config().digest(), entry, "config of " + shown);
            if (MediaTypes.isConfig(manifest.config().mediaType())) {
                ImageConfig.parse(config).diffIds().forEach(diffId -> layer(diffId, entry, shown));
            }
        } catch (NoSuchFileException | MalformedContentException e) {
            // As above.
        }
    }

    private void note(Digest digest, Entry entry, String description) {
        entry.documents.add(digest);
        documents.putIfAbsent(digest, description);
    }

    private void layer(Digest digest, Entry entry, String shown) {
        entry.layers.add(digest);
        layers.putIfAbsent(digest, "layer of " + shown);
    }

    private byte[] read(Digest digest) throws IOException {
        return Files.readAllBytes(store.blobs().path(digest));
    }
}
