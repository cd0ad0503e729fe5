package dev.runner.build.embedded;

import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.PackedBlocks;
import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The packed blocks of the layer that an instruction made the last time: when one file of many has changed, all but a block or
 * two of the new layer are taken from the old one. A table of them lies among the store's keys. A table or a blob that is
 * gone, or is not what it was, costs the packing and nothing else.
 */
final class EarlierBlocks implements PackedBlocks, Closeable {
    private static final byte VERSION = 1;
    private static final int HASH = 32;
    private static final int ROW = HASH + 4 + 8 + 4 + 4;

    /** Of some twenty thousand blocks; a longer table would be felt by every build that opens the store. */
    private static final int MOST = 1 << 20;

    private final Store store;
    private final Digest key;
    private final @Nullable FileChannel blob;
    private final Map<ByteBuffer, Place> places;
    private ByteBuffer table = ByteBuffer.allocate(ROW * 64);
    private boolean tooLong;

    private EarlierBlocks(Store store, Digest key, @Nullable FileChannel blob, Map<ByteBuffer, Place> places) {
        this.store = store;
        this.key = key;
        this.blob = blob;
        this.places = places;
    }

    /** Where a block's packed bytes are, with checksums of them and of what they unpack to. */
    private record Place(int checksum, long offset, int length, int packedChecksum) {}

    /** Of an instruction that is known by a key. */
    static EarlierBlocks of(Store store, Digest instruction) throws IOException {
        Digest key = key(instruction);
        byte[] known = store.keys().get(key);
        Map<ByteBuffer, Place> places = new HashMap<>();
        Digest blob = known == null ? null : read(ByteBuffer.wrap(known), places);
        if (blob == null || !store.blobs().has(blob)) {
            return new EarlierBlocks(store, key, null, Map.of());
        }
        FileChannel open = FileChannel.open(store.blobs().path(blob), StandardOpenOption.READ);
        return new EarlierBlocks(store, key, open, places);
    }

    /** Another version of the packer may give other bytes. */
    static Digest key(Digest instruction) {
        return KeyHash.of("blocks/1")
                .add(instruction)
                .add(Runtime.version().toString())
                .finish();
    }

    private static @Nullable Digest read(ByteBuffer table, Map<ByteBuffer, Place> places) {
        try {
            if (table.get() != VERSION) {
                return null;
            }
            byte[] raw = new byte[HASH];
            table.get(raw);
            while (table.hasRemaining()) {
                byte[] name = new byte[HASH];
                table.get(name);
                places.put(
                        ByteBuffer.wrap(name),
                        new Place(table.getInt(), table.getLong(), table.getInt(), table.getInt()));
            }
            return Digest.sha256(raw);
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    @Override
    public byte @Nullable [] find(byte[] name, int checksum) {
        Place place = places.get(ByteBuffer.wrap(name));
        if (place == null || blob == null || place.checksum != checksum || place.length < 0) {
            return null;
        }
        ByteBuffer packed = ByteBuffer.allocate(place.length);
        try {
            while (packed.hasRemaining() && blob.read(packed, place.offset + packed.position()) > 0) {
                // A read may be short.
            }
        } catch (IOException e) {
            return null;
        }
        boolean whole = !packed.hasRemaining() && crc(packed.array(), place.length) == place.packedChecksum;
        return whole ? packed.array() : null;
    }

    @Override
    public void took(byte[] name, int checksum, long offset, byte[] packed, int length) {
        if (table.remaining() < ROW && !tooLong) {
            tooLong = table.capacity() >= MOST;
            table = tooLong ? table : ByteBuffer.allocate(2 * table.capacity()).put(table.flip());
        }
        if (!tooLong) {
            table.put(name).putInt(checksum).putLong(offset).putInt(length).putInt(crc(packed, length));
        }
    }

    /** Remembers the blocks of the new layer for the next one. */
    void keep(Digest made) throws IOException {
        if (table.position() > ROW && !tooLong && made.algorithm().equals("sha256")) {
            ByteBuffer value = ByteBuffer.allocate(1 + HASH + table.position());
            value.put(VERSION).put(HexFormat.of().parseHex(made.hex())).put(table.flip());
            store.keys().put(key, value.array());
        }
    }

    @Override
    public void close() throws IOException {
        if (blob != null) {
            blob.close();
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
