package dev.runner.oci.layer;

import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** One block on its way through the pipeline. Its buffers are used again. */
final class Block {
    /** Large enough that the few bytes a block's end costs do not count, small enough that two cores share small layers. */
    static final int SIZE = 512 * 1024;

    private static final int WINDOW = 32 * 1024;

    final byte[] content = new byte[SIZE];
    final Semaphore ready = new Semaphore(0);
    int length;
    boolean last;
    byte[] packed = new byte[0];
    int packedLength;

    /** Stands for the content and how it is packed; null where nobody asks for it. */
    byte @Nullable [] name;

    /** CRC-32 of the content, where it is packed. */
    int checksum;

    private final byte[] dictionary = new byte[WINDOW];
    private int dictionaryLength;

    int room() {
        return SIZE - length;
    }

    void begin() {
        length = 0;
        last = false;
        dictionaryLength = 0;
        packedLength = 0;
        name = null;
    }

    /** Primes this block with the end of the one before it. */
    void follow(Block before) {
        dictionaryLength = Math.min(WINDOW, before.length);
        System.arraycopy(before.content, before.length - dictionaryLength, dictionary, 0, dictionaryLength);
    }

    /** Takes what an equal block was packed to. */
    void take(byte[] before) {
        packed = before;
        packedLength = before.length;
    }

    /** Packs the content as raw deflate that ends on a byte; the last block ends the stream. */
    void deflate(int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            if (dictionaryLength > 0) {
                deflater.setDictionary(dictionary, 0, dictionaryLength);
            }
            deflater.setInput(content, 0, length);
            if (last) {
                deflater.finish();
            }
            if (packed.length == 0) {
                packed = new byte[SIZE / 2];
            }
            packedLength = 0;
            while (true) {
                int n = deflater.deflate(packed, packedLength, packed.length - packedLength, Deflater.SYNC_FLUSH);
                packedLength += n;
                if (last ? deflater.finished() : packedLength < packed.length) {
                    return;
                }
                if (packedLength == packed.length) {
                    packed = Arrays.copyOf(packed, packed.length * 2);
                }
            }
        } finally {
            deflater.end();
        }
    }
}
