package dev.runner.oci.layer;

import dev.runner.oci.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Names blocks: a SHA-256 of a block's content, of that of the one before, with whose end it is primed, and of how it is packed.
 * Headers are in it as they are; in place of a file's bytes stand the digest of the whole file and which of its bytes they are,
 * for files are hashed for the cache's key before they are packed, and need not be hashed once more. For one thread.
 */
final class BlockNames {
    private static final byte LITERAL = 0;
    private static final byte FILE = 1;

    private final int level;
    private final MessageDigest hash = Digest.sha256();
    private ByteBuffer parts = ByteBuffer.allocate(64 * 1024);
    private byte[] before = new byte[0];
    private @Nullable Digest file;
    private long position;
    private int pending;

    BlockNames(int level) {
        this.level = level;
    }

    /** From now on come a file's bytes, from the first on; null for bytes that stand for themselves. */
    void begin(@Nullable Digest content) {
        endFile();
        file = content;
        position = 0;
    }

    /** Takes bytes of the current block. */
    void add(byte[] bytes, int offset, int length) {
        if (file != null) {
            pending += length;
            return;
        }
        room(5 + length).put(LITERAL).putInt(length).put(bytes, offset, length);
    }

    /** The name of the block that ends here. */
    byte[] end(boolean last) {
        endFile();
        hash.update(parts.array(), 0, parts.position());
        parts.clear();
        byte[] own = hash.digest();
        hash.update(new byte[] {(byte) level, (byte) (last ? 1 : 0)});
        hash.update(before);
        hash.update(own);
        before = own;
        return hash.digest();
    }

    private void endFile() {
        Digest content = file;
        if (content != null && pending > 0) {
            byte[] raw = HexFormat.of().parseHex(content.hex());
            room(2 + raw.length + 12).put(FILE).put((byte) raw.length).put(raw);
            parts.putLong(position).putInt(pending);
            position += pending;
            pending = 0;
        }
    }

    private ByteBuffer room(int bytes) {
        if (parts.remaining() < bytes) {
            parts = ByteBuffer.allocate(2 * (parts.position() + bytes)).put(parts.flip());
        }
        return parts;
    }
}
