package dev.runner.oci.layer;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Turns blocks of content into the bytes of the sink: {@link #pack} on any thread, as far as blocks can be packed apart from
 * each other; {@link #take} on one thread, in order.
 */
abstract class BlockEncoder {
    private final OutputStream sink;
    private final MessageDigest contentHash = Digest.sha256();
    private final MessageDigest blobHash = Digest.sha256();
    private long contentSize;
    private long blobSize;

    BlockEncoder(OutputStream sink) {
        this.sink = sink;
    }

    record Result(Digest blob, long blobSize, Digest content, long contentSize) {}

    /** @param before what earlier blocks were packed to; of use to gzip only, for the others nothing is packed apart */
    static BlockEncoder of(Compression compression, OutputStream sink, @Nullable PackedBlocks before) {
        return switch (compression) {
            case Compression.None none -> new Plain(sink);
            case Compression.Gzip gzip -> new Gzip(sink, gzip.level(), before);
            case Compression.Zstd zstd -> new Zstd(sink, zstd.level());
        };
    }

    /** Whether {@link #pack} does anything. */
    boolean packs() {
        return false;
    }

    /** What names the blocks; null where nobody asks for their names. */
    @Nullable
    BlockNames names() {
        return null;
    }

    /** Packs one block, independent of all others. */
    void pack(Block block) {}

    /** Hashes a block before it is packed, so that the wait for the packing is not idle. */
    final void hash(Block block) {
        contentHash.update(block.content, 0, block.length);
        contentSize += block.length;
    }

    /** Writes a packed block; the last one ends the blob. */
    abstract void take(Block block) throws IOException;

    /** Gives back what a {@link #take} that did not see the last block holds. */
    void abort() {}

    final long contentSize() {
        return contentSize;
    }

    final long blobSize() {
        return blobSize;
    }

    final void emit(byte[] bytes, int length) throws IOException {
        blobHash.update(bytes, 0, length);
        blobSize += length;
        sink.write(bytes, 0, length);
    }

    Result result() {
        Digest blob = Digest.sha256(blobHash.digest());
        return new Result(blob, blobSize, Digest.sha256(contentHash.digest()), contentSize);
    }

    private static final class Plain extends BlockEncoder {
        private final OutputStream direct;

        Plain(OutputStream sink) {
            super(sink);
            this.direct = sink;
        }

        @Override
        void take(Block block) throws IOException {
            direct.write(block.content, 0, block.length);
        }

        /** The two digests are one. */
        @Override
        Result result() {
            Result both = super.result();
            return new Result(both.content(), both.contentSize(), both.content(), both.contentSize());
        }
    }

    /** One member; each block primed with the end of the one before and ended on a byte, as pigz does. */
    private static final class Gzip extends BlockEncoder {
        private final int level;
        private final @Nullable PackedBlocks before;
        private final @Nullable BlockNames names;
        private final CRC32 crc = new CRC32();
        private boolean begun;

        Gzip(OutputStream sink, int level, @Nullable PackedBlocks before) {
            super(sink);
            this.level = level;
            this.before = before;
            this.names = before == null ? null : new BlockNames(level);
        }

        @Override
        @Nullable
        BlockNames names() {
            return names;
        }

        @Override
        boolean packs() {
            return true;
        }

        @Override
        void pack(Block block) {
            if (before != null && block.name != null) {
                CRC32 own = new CRC32();
                own.update(block.content, 0, block.length);
                block.checksum = (int) own.getValue();
                byte[] packed = before.find(block.name, block.checksum);
                if (packed != null) {
                    block.take(packed);
                    return;
                }
            }
            block.deflate(level);
        }

        @Override
        void take(Block block) throws IOException {
            if (!begun) {
                begun = true;
                byte extra = (byte) (level == 9 ? 2 : level == 1 ? 4 : 0);
                emit(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, extra, (byte) 0xFF}, 10);
            }
            crc.update(block.content, 0, block.length);
            if (before != null && block.name != null) {
                before.took(block.name, block.checksum, blobSize(), block.packed, block.packedLength);
            }
            emit(block.packed, block.packedLength);
            if (block.last) {
                byte[] trailer = new byte[8];
                little(trailer, 0, (int) crc.getValue());
                little(trailer, 4, (int) contentSize());
                emit(trailer, trailer.length);
            }
        }

        private static void little(byte[] bytes, int at, int value) {
            for (int i = 0; i < 4; i++) {
                bytes[at + i] = (byte) (value >>> 8 * i);
            }
        }
    }

    /** One frame with a checksum, packed in order: zstd is faster than the hashes beside it. */
    private static final class Zstd extends BlockEncoder {
        private final ZstdOutputStreamNoFinalizer packer;

        Zstd(OutputStream sink, int level) {
            super(sink);
            try {
                packer = new ZstdOutputStreamNoFinalizer(new Emitter(), level);
                packer.setChecksum(true);
            } catch (IOException e) {
                throw new IllegalStateException("zstd refuses level " + level, e);
            }
        }

        @Override
        void take(Block block) throws IOException {
            packer.write(block.content, 0, block.length);
            if (block.last) {
                packer.close();
            }
        }

        @Override
        void abort() {
            try {
                packer.close();
            } catch (IOException e) {
                // The sink refused the rest of a blob that nobody wants.
            }
        }

        private final class Emitter extends OutputStream {
            @Override
            public void write(int b) throws IOException {
                emit(new byte[] {(byte) b}, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                emit(offset == 0 ? bytes : Arrays.copyOfRange(bytes, offset, offset + length), length);
            }
        }
    }
}
