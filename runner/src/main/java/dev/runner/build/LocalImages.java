package dev.runner.build;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names and images of the local store as {@code docker image} manages them. Safe for several threads. */
public interface LocalImages {
    /** Every name that a user gave, sorted; then every image of one platform that has none. */
    List<Entry> list() throws IOException;

    /**
     * A name and what it stands for.
     *
     * @param name null for an image that only its digest names
     * @param root of an index or a manifest
     */
    record Entry(@Nullable Reference name, Descriptor root, Instant updated) {}

    /**
     * A document of an image: a manifest, an index or a config.
     *
     * @throws java.nio.file.NoSuchFileException when the store lacks it
     */
    byte[] read(Digest document) throws IOException;

    /**
     * Keeps one platform of an image of the store as an image of its own, as {@code docker pull} does.
     *
     * @param platform null for this machine's, or the only one there is
     * @return the manifest, in the store by its digest
     * @throws ImageNotFoundException when the image lacks the platform
     */
    Descriptor single(Reference name, Descriptor root, @Nullable Platform platform) throws IOException;

    /** Which platforms an image may be had for; empty where it says none. */
    List<Platform> platforms(Descriptor root) throws IOException;

    /** Keeps a document that refers to what the store holds, such as an index of its manifests. */
    Descriptor keep(String mediaType, byte[] document) throws IOException;

    /** Takes a name away; false when nothing had it. The image stays. */
    boolean untag(Reference name) throws IOException;

    /** Forgets an image by its digest; the cache's next pruning takes its content. */
    void forget(Digest root) throws IOException;

    /** Whether the layers of an image are all here. */
    boolean isWhole(Descriptor root) throws IOException;

    /**
     * Takes in the images of an archive: of {@code docker save}, old or new, or an OCI layout.
     *
     * @throws dev.runner.oci.MalformedContentException when it is none
     */
    List<Loaded> load(InputStream archive) throws IOException;

    /** One image of an archive and the names it had there; they are given already. */
    record Loaded(Descriptor root, List<Reference> names) {
        public Loaded {
            names = List.copyOf(names);
        }
    }

    /** Writes images as {@code docker save} does; what is elsewhere is fetched. */
    void save(List<Saved> images, OutputStream out) throws IOException;

    /** One image and the names it gets in the archive. */
    record Saved(Descriptor root, List<Reference> names) {
        public Saved {
            names = List.copyOf(names);
        }
    }

    /**
     * Makes an image of a tar of files, which may be compressed.
     *
     * @param template whose config and platform the image gets, without layers
     */
    Descriptor ofFiles(InputStream tar, dev.runner.oci.ImageConfig template) throws IOException;
}
