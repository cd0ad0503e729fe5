package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.build.embedded.store.BlobStore;
import dev.runner.registry.RegistryClient;
import org.jspecify.annotations.Nullable;

/** Finds the place that a user means. */
public final class CachePlaces {
    private final RegistryClient registry;
    private final BlobStore documents;

    /** @param documents keeps what registries say, so that it is read once */
    public CachePlaces(RegistryClient registry, BlobStore documents) {
        this.registry = registry;
        this.documents = documents;
    }

    /** Null for the image itself, which is no place apart. */
    public @Nullable CachePlace of(CacheReference reference) {
        return switch (reference) {
            case CacheReference.Registry place -> new RegistryPlace(place, registry, documents);
            case CacheReference.Local place -> new FolderPlace(place);
            case CacheReference.Inline inline -> null;
        };
    }
}
