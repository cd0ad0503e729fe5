package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.build.embedded.store.BlobStore;
import dev.runner.oci.Descriptor;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import dev.runner.registry.BlobPush;
import dev.runner.registry.BlobSource;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryException;
import dev.runner.registry.RemoteManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A cache in a registry: an image with an inline cache, or a cache image. */
final class RegistryPlace implements CachePlace {
    private final CacheReference.Registry place;
    private final RegistryClient registry;
    private final BlobStore documents;

    /** @param documents keeps manifests and configs, so that they are read once */
    RegistryPlace(CacheReference.Registry place, RegistryClient registry, BlobStore documents) {
        this.place = place;
        this.registry = registry;
        this.documents = documents;
    }

    @Override
    public State read() throws IOException {
        RemoteManifest root;
        try {
            root = registry.manifest(place.reference());
        } catch (RegistryException e) {
            if (e.kind() == RegistryException.Kind.NOT_FOUND) {
                return State.EMPTY;
            }
            throw e;
        }
        documents.put(root.bytes());
        return new State(
                CacheImage.read(root.descriptor(), this::document),
                root.descriptor().digest().toString(),
                true);
    }

    private InputStream document(Descriptor descriptor) throws IOException {
        if (!documents.has(descriptor.digest())) {
            boolean manifest =
                    MediaTypes.isIndex(descriptor.mediaType()) || MediaTypes.isManifest(descriptor.mediaType());
            documents.put(
                    manifest
                            ? registry.manifest(place.reference().withDigest(descriptor.digest()))
                                    .bytes()
                            : registry.blob(place.reference(), descriptor));
        }
        return new ByteArrayInputStream(documents.read(descriptor.digest()));
    }

    @Override
    public void push(List<BlobPush> layers) {
        registry.pushBlobs(place.reference(), layers);
    }

    @Override
    public boolean replace(State before, CacheRecord record) {
        CacheImage image = CacheImage.of(record, CacheImage.Shape.DEFAULT);
        registry.pushBlobs(place.reference(), List.of(BlobPush.of(image.config(), BlobSource.of(image.configJson()))));
        registry.putManifest(place.reference(), image.root().mediaType(), image.document());
        return true;
    }

    @Override
    public boolean has(Descriptor blob) {
        return registry.hasBlob(place.reference(), blob.digest());
    }

    @Override
    public InputStream open(Descriptor blob) {
        return registry.openBlob(place.reference(), blob);
    }

    @Override
    public Reference repository() {
        return place.reference();
    }
}
