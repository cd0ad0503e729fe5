package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.build.embedded.store.BlobStore;
import dev.runner.registry.RegistryClient;
import org.jspecify.annotations.Nullable;

/** Finds the place that a user means. */
public final class CachePlaces {
    /** Why there is no place for a reference that names one. */
    public static final String ABSENT = "GitHub's cache is there within its jobs only, where ACTIONS_RESULTS_URL and "
            + "ACTIONS_RUNTIME_TOKEN are set";

    private final RegistryClient registry;
    private final BlobStore documents;

    /** @param documents keeps what registries say, so that it is read once */
    public CachePlaces(RegistryClient registry, BlobStore documents) {
        this.registry = registry;
        this.documents = documents;
    }

    /** Null for the image itself, which is no place apart, and for a service that this machine has no way to. */
    public @Nullable CachePlace of(CacheReference reference) {
        return switch (reference) {
            case CacheReference.Registry place -> new RegistryPlace(place, registry, documents);
            case CacheReference.Local place -> new FolderPlace(place);
            case CacheReference.Inline inline -> null;
            case CacheReference.Gha place ->
                place.service() == null ? null : new GhaPlace(place, new GhaService(place.service(), place.timeout()));
            case CacheReference.S3 place -> new S3Place(place, new S3Bucket(place));
        };
    }
}
