package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.ImageTransferException;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import dev.runner.registry.BlobPush;
import dev.runner.registry.BlobSource;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts images of the store into registries. Order is what makes it safe to watch: blobs, then manifests by digest, then
 * the index, and tags only on what is whole.
 */
final class ImageMover {
    private final Store store;
    private final RegistryClient registry;
    private final Layers layers;
    private final Set<String> there = ConcurrentHashMap.newKeySet();

    ImageMover(Store store, RegistryClient registry, Layers layers) {
        this.store = store;
        this.registry = registry;
        this.layers = layers;
    }

    /** Brings a layer to a repository, ahead of the manifest. */
    void pushLayer(Descriptor layer, Reference target) throws IOException {
        if (there.add(target.name() + " " + layer.digest())) {
            try {
                registry.pushBlob(
                        target, layer, layers.source(layer), layers.origins().find(layer.digest()));
            } catch (IOException | RuntimeException e) {
                there.remove(target.name() + " " + layer.digest());
                throw e;
            }
        }
    }

    /** Brings an image to its names. */
    void push(Descriptor image, List<Reference> names) throws IOException, InterruptedException {
        Map<String, List<Reference>> repositories = new LinkedHashMap<>();
        names.forEach(name -> repositories
                .computeIfAbsent(name.name(), key -> new ArrayList<>())
                .add(name.withDefaultTag()));
        for (List<Reference> tags : repositories.values()) {
            try {
                pushTo(image, tags);
            } catch (RegistryException e) {
                if (e.kind() == RegistryException.Kind.CANCELLED) {
                    throw e;
                }
                throw new ImageTransferException(
                        "cannot push " + tags.getFirst() + ": " + e.getMessage(),
                        tags.getFirst().toString(),
                        e.retryable(),
                        e);
            }
        }
    }

    /** Brings an image to repositories where only its digest names it. */
    void pushByDigest(Descriptor image, List<Reference> repositories) throws IOException, InterruptedException {
        for (Reference repository : repositories) {
            push(image, List.of(repository.withDigest(image.digest())));
        }
    }

    private void pushTo(Descriptor image, List<Reference> tags) throws IOException, InterruptedException {
        Reference repository = tags.getFirst().withTag(null);
        byte[] document = store.blobs().read(image.digest());
        if (registry.head(repository.withDigest(image.digest())) == null) {
            pushContent(image, document, repository);
        }
        for (Reference tag : tags) {
            registry.putManifest(tag, image.mediaType(), document);
        }
    }

    private void pushContent(Descriptor image, byte[] document, Reference repository)
            throws IOException, InterruptedException {
        if (!MediaTypes.isIndex(image.mediaType())) {
            pushBlobs(Manifest.parse(document), repository);
            return;
        }
        Tasks tasks = new Tasks();
        try {
            tasks.run(() -> {
                for (Descriptor child : Index.parse(document).manifests()) {
                    tasks.start(() -> pushChild(child, repository));
                }
                return true;
            });
        } catch (BuildFailedException e) {
            throw new IOException(e);
        }
    }

    private boolean pushChild(Descriptor child, Reference repository) throws IOException, InterruptedException {
        byte[] bytes = store.blobs().read(child.digest());
        pushContent(child, bytes, repository);
        registry.putManifest(repository.withDigest(child.digest()), child.mediaType(), bytes);
        return true;
    }

    private void pushBlobs(Manifest manifest, Reference repository) throws IOException {
        List<BlobPush> missing = new ArrayList<>();
        for (Descriptor layer : manifest.layers()) {
            boolean foreign = layer.mediaType().equals(MediaTypes.DOCKER_FOREIGN_LAYER_GZIP);
            if (!foreign && !there.contains(repository.name() + " " + layer.digest())) {
                missing.add(new BlobPush(
                        layer, layers.source(layer), layers.origins().find(layer.digest())));
            }
        }
        byte[] config = store.blobs().read(manifest.config().digest());
        missing.add(BlobPush.of(manifest.config(), BlobSource.of(config)));
        registry.pushBlobs(repository, missing);
        for (Descriptor layer : manifest.layers()) {
            there.add(repository.name() + " " + layer.digest());
            layers.origins().add(layer.digest(), repository);
        }
    }
}
