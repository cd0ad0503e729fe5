package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Takes one blob in. Closing it without a commit leaves no trace. For one thread at a time. */
public final class BlobWriter extends OutputStream {
    private final BlobStore store;
    private final Path file;
    private final FileChannel channel;
    private final String algorithm;
    private final @Nullable MessageDigest hash;
    private final byte[] one = new byte[1];
    private long size;
    private boolean done;

    BlobWriter(BlobStore store, Path file, boolean hashing) throws IOException {
        this(store, file, "sha256", hashing ? Digest.sha256() : null);
    }

    BlobWriter(BlobStore store, Path file, Digest expected) throws IOException {
        this(store, file, expected.algorithm(), expected.newHash());
    }

    private BlobWriter(BlobStore store, Path file, String algorithm, @Nullable MessageDigest hash) throws IOException {
        this.store = store;
        this.file = file;
        this.algorithm = algorithm;
        this.hash = hash;
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void write(int b) throws IOException {
        one[0] = (byte) b;
        write(one, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        if (hash != null) {
            hash.update(bytes, offset, length);
        }
        size += length;
    }

    /** Bytes so far. */
    public long size() {
        return size;
    }

    /**
     * Makes the blob durable and visible.
     *
     * @param expected what the content must be; null if any is welcome
     * @return its digest
     * @throws DigestMismatchException when it is something else; nothing is then stored
     */
    public Digest commit(@Nullable Digest expected) throws IOException {
        if (done) {
            throw new IllegalStateException("the blob is committed or given up");
        }
        Digest digest = expected;
        if (hash != null) {
            digest = new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
            if (expected != null && !expected.equals(digest)) {
                throw new DigestMismatchException(expected.toString(), digest.toString());
            }
        }
        if (digest == null) {
            throw new IllegalArgumentException("content hashed elsewhere needs its digest");
        }
        channel.force(false);
        channel.close();
        store.adopt(file, digest, size);
        done = true;
        return digest;
    }

    @Override
    public void close() throws IOException {
        if (!done) {
            done = true;
            channel.close();
            Files.deleteIfExists(file);
        }
    }
}
