package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.build.embedded.store.BlobStore;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A cache in a registry: an image with an inline cache, or a cache image. */
final class RegistryPlace implements ImagePlace {
    /** How much longer than this machine others may take from looking to writing. */
    private static final int MARGIN = 4;

    private static final Duration LEAST_WAIT = Duration.ofMillis(100);

    private final CacheReference.Registry place;
    private final CacheImage.Shape shape;
    private final RegistryClient registry;
    private final BlobStore documents;

    /** @param documents keeps manifests and configs, so that they are read once */
    RegistryPlace(CacheReference.Registry place, RegistryClient registry, BlobStore documents) {
        this.place = place;
        this.shape = CacheImage.Shape.of(place.export());
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
    public boolean replace(State before, CacheRecord record) throws InterruptedException {
        CacheImage image = CacheImage.of(record, shape);
        registry.pushBlobs(place.reference(), List.of(BlobPush.of(image.config(), BlobSource.of(image.configJson()))));
        return replace(before, image.root().mediaType(), image.document());
    }

    /**
     * Moves the tag in such a way that of two machines that do so at once both know. A registry that keeps conditions
     * refuses the second; where it does not, this is Fischer's algorithm: look, write, wait for longer than anybody takes
     * from looking to writing, look again. Whoever is written over sees it, and adds itself to what is there.
     */
    @Override
    public boolean replace(State before, String mediaType, byte[] manifest) throws InterruptedException {
        Digest expected = before.version() == null ? null : Digest.parse(before.version());
        long looked = System.nanoTime();
        if (!Objects.equals(tagged(), expected)) {
            return false;
        }
        Digest written = Digest.of(manifest);
        if (!registry.replaceManifest(place.reference(), expected, mediaType, manifest)) {
            return false;
        }
        Thread.sleep(Duration.ofNanos(MARGIN * (System.nanoTime() - looked)).plus(LEAST_WAIT));
        return written.equals(tagged());
    }

    private @Nullable Digest tagged() {
        Descriptor found = registry.head(place.reference());
        return found == null ? null : found.digest();
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
