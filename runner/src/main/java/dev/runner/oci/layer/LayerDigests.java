package dev.runner.oci.layer;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;

/**
 * What a written layer is.
 *
 * @param blob the bytes in the sink: media type, digest, size
 * @param diffId digest of the tar before compression, as {@code rootfs.diff_ids} wants it
 * @param uncompressedSize bytes of that tar
 */
public record LayerDigests(Descriptor blob, Digest diffId, long uncompressedSize) {}
