package dev.runner.build;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The images of the local store: what engines built and what was pulled. Safe for several threads. */
public interface Images {
    /**
     * Puts an image under names in registries: layers first, the index last, the tags after it. What a registry has is
     * not sent again, what another repository of it has is mounted, a layer that is only in another registry is copied.
     * Idempotent.
     *
     * @param image the digest of an index or manifest that the store holds
     * @param names a name without a tag means latest
     * @return what the names now mean
     * @throws ImageNotFoundException when the store does not hold it
     * @throws ImageTransferException when a registry refuses or cannot be reached
     */
    Descriptor push(Digest image, List<Reference> names, BuildListener listener) throws InterruptedException;

    /**
     * Brings an image and the layers of some of its platforms into the store.
     *
     * @param platforms empty for all that it has
     * @return the index, or the manifest when the name stands for one
     * @throws ImageNotFoundException when the registry has no such image or platform
     * @throws ImageTransferException when it cannot be reached
     */
    Descriptor pull(Reference name, List<Platform> platforms, BuildListener listener) throws InterruptedException;

    /**
     * Tells the store of an image that a registry has: its documents are brought, its layers stay where they are until
     * somebody needs them.
     *
     * @param name with the digest, or a tag
     * @return the index, or the manifest when the name stands for one
     * @throws ImageNotFoundException when the registry has no such image
     * @throws ImageTransferException when it cannot be reached
     */
    Descriptor refer(Reference name, BuildListener listener) throws InterruptedException;

    /** What a name or a digest means in the store, or null when it holds no such image. */
    @Nullable
    Descriptor find(Reference name);

    /** The image of a digest, or null when the store does not hold it. */
    @Nullable
    Descriptor find(Digest digest);

    /** Every platform of an image that the store holds, in the index's order. */
    List<PlatformImage> platforms(Digest image);

    /** Gives a name to an image of the store. */
    void tag(Digest image, Reference name);

    /**
     * Writes an image somewhere; {@link Output.Push} is {@link #push}.
     *
     * @throws ImageTransferException when it cannot be written, or the output takes one platform and the image has more
     */
    void export(Digest image, Output output, BuildListener listener) throws InterruptedException;

    /**
     * One platform's manifest and its config.
     *
     * @param bytes of the config and the layers as they are kept, which is what a pull of all of it moves
     */
    record PlatformImage(Platform platform, Descriptor manifest, ImageConfig config, long bytes) {}
}
