package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Reference;
import java.util.List;

/**
 * A blob to be put into a repository.
 *
 * @param mountCandidates repositories that may have it already; only those of the target's registry are asked
 */
public record BlobPush(Descriptor blob, BlobSource source, List<Reference> mountCandidates) {
    public BlobPush {
        mountCandidates = List.copyOf(mountCandidates);
    }

    public static BlobPush of(Descriptor blob, BlobSource source) {
        return new BlobPush(blob, source, List.of());
    }
}
