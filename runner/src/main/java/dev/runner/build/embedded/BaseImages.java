package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.recall.Memo;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Descriptor;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryException;
import dev.runner.registry.RemoteManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds images: manifests and configs come from the store or a registry, layers stay where they are.
 *
 * <p>A name that the user gave to an image of the store means that one. Any other is asked of its registry, which costs one
 * request when the store has what the name means; when the registry cannot be reached, what the name meant before is taken.
 */
final class BaseImages {
    /** Before names that stand for what a registry said. */
    static final String RESOLVED = "resolved ";

    private final Store store;
    private final RegistryClient registry;
    private final Layers layers;
    private final Progress progress;
    private final Map<String, Task<Descriptor>> roots = new HashMap<>();
    private final Map<String, Task<Base>> bases = new HashMap<>();
    private final Map<Reference, Memo.Image> meanings = new ConcurrentHashMap<>();

    BaseImages(Store store, RegistryClient registry, Layers layers, Progress progress) {
        this.store = store;
        this.registry = registry;
        this.layers = layers;
        this.progress = progress;
    }

    /** The image of a platform, looked up once. */
    synchronized Task<Base> find(Reference reference, Platform platform, boolean pull, Tasks tasks) {
        return bases.computeIfAbsent(
                reference + " " + platform,
                key -> tasks.startFor(() -> base(reference, platform, root(reference, pull, tasks))));
    }

    private synchronized Task<Descriptor> root(Reference reference, boolean pull, Tasks tasks) {
        return roots.computeIfAbsent(reference.toString(), key -> tasks.startFor(() -> resolve(reference, pull)));
    }

    private Base base(Reference reference, Platform platform, Task<Descriptor> root)
            throws BuildFailedException, IOException, InterruptedException {
        return image(reference, root.await(), platform);
    }

    /** What a name means now; its document is in the store. */
    Descriptor resolve(Reference reference, boolean pull) throws IOException {
        Reference name = reference.withDefaultTag();
        Descriptor local = store.images().find(local(name));
        if (local != null && !pull) {
            meanings.put(name, new Memo.Image(name, local.digest(), true));
            return local;
        }
        try {
            return fetch(name);
        } catch (RegistryException e) {
            Descriptor before = local != null ? local : store.images().find(resolved(name));
            if (before == null || e.kind() == RegistryException.Kind.CANCELLED) {
                throw e.kind() == RegistryException.Kind.NOT_FOUND
                        ? new ImageNotFoundException(reference.familiar(), e)
                        : e;
            }
            progress.warn(
                    "cannot ask for " + reference.familiar() + ", what the store has is taken: " + e.getMessage());
            return before;
        }
    }

    private Descriptor fetch(Reference name) throws IOException {
        Descriptor known = store.images().find(resolved(name));
        boolean here = known != null && store.blobs().has(known.digest());
        if (known != null && here && name.digest() != null) {
            return known;
        }
        Descriptor head = here ? registry.head(name) : null;
        if (here && head == null) {
            throw new ImageNotFoundException(name.familiar(), (Throwable) null);
        }
        if (head == null || !store.blobs().has(head.digest())) {
            RemoteManifest manifest = registry.manifest(name);
            store.blobs().put(manifest.bytes());
            head = manifest.descriptor();
        }
        if (!head.equals(known)) {
            store.images().put(resolved(name), head);
        }
        meanings.put(name, new Memo.Image(name, head.digest(), false));
        return head;
    }

    /**
     * What the names of base images that are not pinned by a digest meant; null when the registry could not be asked for
     * one of them.
     */
    synchronized @Nullable List<Memo.Image> watched() {
        List<Memo.Image> watched = new ArrayList<>();
        for (String base : roots.keySet()) {
            Reference name = Reference.parse(base).withDefaultTag();
            Memo.Image meaning = meanings.get(name);
            if (meaning != null) {
                watched.add(meaning);
            } else if (name.digest() == null) {
                return null;
            }
        }
        return watched;
    }

    /** The name under which the store keeps what the user named so. */
    static String local(Reference name) {
        return name.toString();
    }

    /** The name under which the store remembers what a registry said. */
    static String resolved(Reference name) {
        return RESOLVED + name;
    }

    /** One platform of an image whose root document is in the store. */
    Base image(Reference reference, Descriptor root, Platform platform) throws IOException {
        Descriptor chosen = root;
        if (MediaTypes.isIndex(root.mediaType())) {
            Index index = Index.parse(document(reference, root));
            Descriptor found = index.find(platform);
            if (found == null) {
                throw new ImageNotFoundException(reference.familiar(), platform, platforms(index));
            }
            chosen = found;
        }
        Manifest manifest = Manifest.parse(document(reference, chosen));
        ImageConfig config = ImageConfig.parse(config(reference, manifest.config()));
        return Base.of(
                reference.withDigest(root.digest()).familiar(),
                chosen.digest(),
                config,
                layerRefs(reference, manifest, config));
    }

    /** The platforms an index has images for; attestations are none. */
    static List<Platform> platforms(Index index) {
        return index.manifests().stream()
                .map(Descriptor::platform)
                .filter(Objects::nonNull)
                .filter(platform -> !platform.os().equals("unknown"))
                .toList();
    }

    private List<LayerRef> layerRefs(Reference reference, Manifest manifest, ImageConfig config) throws IOException {
        if (manifest.layers().size() != config.diffIds().size()) {
            throw new IOException("the manifest of " + reference.familiar() + " has "
                    + manifest.layers().size() + " layers, its config "
                    + config.diffIds().size());
        }
        if (manifest.layers().size() > ImageInProgress.MOST_LAYERS) {
            throw new IOException("the image " + reference.familiar() + " has "
                    + manifest.layers().size() + " layers; " + ImageInProgress.MOST_LAYERS + " is the limit");
        }
        List<LayerRef> refs = new ArrayList<>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor blob = manifest.layers().get(i);
            if (!layers.isLocal(blob)) {
                layers.confirm(blob, reference);
            }
            refs.add(LayerRef.of(new LayerRecord(
                    blob, config.diffIds().get(i), null, config.diffIds().get(i))));
        }
        return refs;
    }

    private byte[] document(Reference reference, Descriptor descriptor) throws IOException {
        if (store.blobs().has(descriptor.digest())) {
            return store.blobs().read(descriptor.digest());
        }
        byte[] bytes =
                registry.manifest(reference.withDigest(descriptor.digest())).bytes();
        store.blobs().put(bytes);
        return bytes;
    }

    private byte[] config(Reference reference, Descriptor descriptor) throws IOException {
        if (store.blobs().has(descriptor.digest())) {
            return store.blobs().read(descriptor.digest());
        }
        byte[] bytes = registry.blob(reference, descriptor);
        store.blobs().put(bytes);
        return bytes;
    }

    /** The reference a text means; null when it is none. */
    static @Nullable Reference tryParse(String text) {
        try {
            return Reference.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
