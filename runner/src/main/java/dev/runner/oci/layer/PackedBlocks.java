package dev.runner.oci.layer;

import org.jspecify.annotations.Nullable;

/**
 * What the blocks of an earlier layer were packed to, so that equal ones are not packed again. The layer's bytes are the same
 * with it and without.
 */
public interface PackedBlocks {
    /**
     * The packed bytes of an equal block, which the caller may keep; null if there is none. For any thread.
     *
     * @param name 32 bytes that stand for the content and how it is packed
     * @param checksum CRC-32 of the content as it is now: another one is another content under the same name, and not equal
     */
    byte @Nullable [] find(byte[] name, int checksum);

    /**
     * Is told of each block, in order, as it goes into the blob. On one thread.
     *
     * @param offset of its packed bytes in the blob
     */
    void took(byte[] name, int checksum, long offset, byte[] packed, int length);
}
