package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;

/**
 * A manifest or an index as a registry gave it, byte for byte.
 *
 * @param descriptor its media type, the digest of the bytes, their number
 */
public record RemoteManifest(Descriptor descriptor, byte[] bytes) {
    public RemoteManifest {
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    public boolean isIndex() {
        return MediaTypes.isIndex(descriptor.mediaType());
    }

    /**
     * Reads it as an index.
     *
     * @throws dev.runner.oci.MalformedContentException when it is none
     */
    public Index index() {
        return Index.parse(bytes);
    }

    /**
     * Reads it as a manifest.
     *
     * @throws dev.runner.oci.MalformedContentException when it is none
     */
    public Manifest manifest() {
        return Manifest.parse(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteManifest manifest && descriptor.equals(manifest.descriptor);
    }

    @Override
    public int hashCode() {
        return descriptor.hashCode();
    }

    @Override
    public String toString() {
        return "RemoteManifest[" + descriptor.mediaType() + " " + descriptor.digest() + "]";
    }
}
