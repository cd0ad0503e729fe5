package dev.runner.oci.layer;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.MediaTypes;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Packs a layer as eStargz.
 *
 * <p>The blob is a gzip of several members, which any tool unpacks as one. A member begins wherever a file's content, or
 * the next four megabytes of it, begins; the last entry of the tar, {@code stargz.index.json}, says where. A footer of 51
 * bytes, an empty member, says where that entry begins.
 *
 * @see <a href="https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md">eStargz</a>
 */
public final class StargzWriter {
    /** The annotation of a layer's descriptor that holds the digest of its table of contents. */
    public static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

    /** The annotation that holds how many bytes the blob unpacks to. */
    public static final String UNCOMPRESSED_SIZE = "io.containers.estargz.uncompressed-size";

    private static final String TOC_NAME = "stargz.index.json";
    private static final long CHUNK = 4 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Members out;
    private final TarWriter tar;
    private final ObjectNode toc = JSON.createObjectNode();
    private final ArrayNode entries;

    private StargzWriter(OutputStream sink, int level) {
        this.out = new Members(sink, level);
        this.tar = new TarWriter(out);
        toc.put("version", 1);
        this.entries = toc.putArray("entries");
    }

    /** A packed layer and the annotations that its descriptor needs. */
    public record Packed(LayerDigests layer, Map<String, String> annotations) {}

    /**
     * Packs the entries of a tar, which is not closed, nor is the sink.
     *
     * @param level of gzip, 1 to 9
     */
    public static Packed write(TarReader from, OutputStream sink, int level) throws IOException {
        StargzWriter writer = new StargzWriter(sink, level);
        for (TarEntry entry = from.next(); entry != null; entry = from.next()) {
            if (!entry.path().equals(TOC_NAME)) {
                writer.add(entry, from.content());
            }
        }
        return writer.finish();
    }

    private void add(TarEntry entry, InputStream content) throws IOException {
        ObjectNode node = describe(entry);
        entries.add(node);
        if (!(entry instanceof TarEntry.File file)) {
            tar.put(entry);
            return;
        }
        TarEntry.File plain = TarEntry.File.of(file.path(), file.attributes(), file.size());
        if (file.size() == 0) {
            tar.put(plain);
            return;
        }
        Chunks chunks = new Chunks(content, node, file.size());
        tar.put(plain, chunks);
        chunks.end();
    }

    private static ObjectNode describe(TarEntry entry) {
        ObjectNode node = JSON.createObjectNode();
        TarEntry.Attributes attributes = entry.attributes();
        node.put("name", entry.path() + (entry instanceof TarEntry.Directory ? "/" : ""));
        switch (entry) {
            case TarEntry.File file -> node.put("type", "reg").put("size", file.size());
            case TarEntry.Directory folder -> node.put("type", "dir");
            case TarEntry.Symlink link -> node.put("type", "symlink").put("linkName", link.target());
            case TarEntry.HardLink link -> node.put("type", "hardlink").put("linkName", link.target());
            case TarEntry.Device device ->
                node.put("type", device.block() ? "block" : "char")
                        .put("devMajor", device.major())
                        .put("devMinor", device.minor());
            case TarEntry.Fifo fifo -> node.put("type", "fifo");
        }
        node.put(
                "modtime",
                Instant.ofEpochSecond(Math.floorDiv(attributes.mtime(), 1_000_000_000L))
                        .toString());
        node.put("mode", attributes.mode());
        node.put("uid", attributes.uid());
        node.put("gid", attributes.gid());
        if (!attributes.xattrs().isEmpty()) {
            ObjectNode xattrs = node.putObject("xattrs");
            attributes
                    .xattrs()
                    .forEach((name, value) ->
                            xattrs.put(name, Base64.getEncoder().encodeToString(value)));
        }
        return node;
    }

    private Packed finish() throws IOException {
        out.cut();
        long offset = out.blobSize;
        byte[] json = JSON.writeValueAsBytes(toc);
        tar.put(TarEntry.File.of(TOC_NAME, TarEntry.Attributes.of(0444, 0, 0, 0), json.length), json);
        tar.finish();
        out.cut();
        out.raw(footer(offset));
        Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, Digest.sha256(out.blobHash.digest()), out.blobSize);
        return new Packed(
                new LayerDigests(blob, Digest.sha256(out.contentHash.digest()), out.contentSize),
                Map.of(TOC_DIGEST, Digest.of(json).toString(), UNCOMPRESSED_SIZE, Long.toString(out.contentSize)));
    }

    /** An empty gzip member whose extra field {@code SG} holds the place of the table of contents. */
    private static byte[] footer(long offset) throws IOException {
        ByteArrayOutputStream footer = new ByteArrayOutputStream(51);
        footer.write(new byte[] {0x1F, (byte) 0x8B, 8, 4, 0, 0, 0, 0, 0, (byte) 0xFF});
        footer.write(new byte[] {26, 0, 'S', 'G', 22, 0});
        footer.write(String.format("%016xSTARGZ", offset).getBytes(StandardCharsets.US_ASCII));
        footer.write(new byte[] {1, 0, 0, (byte) 0xFF, (byte) 0xFF});
        footer.write(new byte[8]);
        return footer.toByteArray();
    }

    /** A file's content on its way to the tar: begins a member before each piece, and enters it in the table. */
    private final class Chunks extends FilterInputStream {
        private final MessageDigest whole = Digest.sha256();
        private final long size;
        private final ObjectNode first;
        private ObjectNode entry;
        private MessageDigest piece = Digest.sha256();
        private long at;

        private Chunks(InputStream content, ObjectNode entry, long size) {
            super(content);
            this.first = entry;
            this.entry = entry;
            this.size = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (at % CHUNK == 0) {
                begin();
            }
            int count = in.read(bytes, offset, (int) Math.min(length, CHUNK - at % CHUNK));
            if (count > 0) {
                whole.update(bytes, offset, count);
                piece.update(bytes, offset, count);
                at += count;
            }
            return count;
        }

        private void begin() throws IOException {
            if (at > 0) {
                entry.put("chunkDigest", Digest.sha256(piece.digest()).toString());
                entry = JSON.createObjectNode();
                entry.put("name", first.get("name").asString()).put("type", "chunk");
                entries.add(entry);
                piece = Digest.sha256();
            }
            out.cut();
            entry.put("offset", out.blobSize);
            if (at > 0) {
                entry.put("chunkOffset", at);
            }
            if (size - at > CHUNK) {
                entry.put("chunkSize", CHUNK);
            } else if (at > 0) {
                entry.put("chunkSize", size - at);
            }
        }

        private void end() {
            entry.put("chunkDigest", Digest.sha256(piece.digest()).toString());
            first.put("digest", Digest.sha256(whole.digest()).toString());
        }
    }

    /** Gzip members, begun when the first byte comes and ended by {@link #cut}. */
    private static final class Members extends OutputStream {
        private final OutputStream sink;
        private final int level;
        private final MessageDigest blobHash = Digest.sha256();
        private final MessageDigest contentHash = Digest.sha256();
        private final byte[] packed = new byte[1 << 16];
        private final CRC32 crc = new CRC32();
        private Deflater deflater = new Deflater(1, true);
        private boolean open;
        private long blobSize;
        private long contentSize;

        private Members(OutputStream sink, int level) {
            this.sink = sink;
            this.level = level;
        }

        private void raw(byte[] bytes) throws IOException {
            raw(bytes, bytes.length);
        }

        private void raw(byte[] bytes, int length) throws IOException {
            sink.write(bytes, 0, length);
            blobHash.update(bytes, 0, length);
            blobSize += length;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!open) {
                open = true;
                deflater.end();
                deflater = new Deflater(level, true);
                crc.reset();
                raw(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF});
            }
            contentHash.update(bytes, offset, length);
            contentSize += length;
            crc.update(bytes, offset, length);
            deflater.setInput(bytes, offset, length);
            while (!deflater.needsInput()) {
                raw(packed, deflater.deflate(packed));
            }
        }

        private void cut() throws IOException {
            if (!open) {
                return;
            }
            open = false;
            long memberSize = deflater.getBytesRead();
            deflater.finish();
            while (!deflater.finished()) {
                raw(packed, deflater.deflate(packed));
            }
            deflater.end();
            byte[] trailer = new byte[8];
            for (int i = 0; i < 4; i++) {
                trailer[i] = (byte) (crc.getValue() >>> 8 * i);
                trailer[4 + i] = (byte) (memberSize >>> 8 * i);
            }
            raw(trailer);
        }
    }
}
