package dev.runner.build.embedded.store;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Content by digest. What is asked for or written here is leased to the run, so that prune leaves it. */
public final class BlobStore {
    private static final int COPY_BUFFER = 128 * 1024;

    private final Path folder;
    private final Run run;
    private final Set<Digest> touched = ConcurrentHashMap.newKeySet();

    BlobStore(Path folder, Run run) {
        this.folder = folder;
        this.run = run;
    }

    public boolean has(Digest digest) {
        try {
            return lease(digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws NoSuchFileException when the blob is absent */
    public long size(Digest digest) throws IOException {
        require(digest);
        return Files.size(path(digest));
    }

    /** @throws NoSuchFileException when the blob is absent */
    public InputStream open(Digest digest) throws IOException {
        require(digest);
        return Files.newInputStream(path(digest));
    }

    /** The whole content, for manifests and configs. */
    public byte[] read(Digest digest) throws IOException {
        require(digest);
        return Files.readAllBytes(path(digest));
    }

    /** Where the blob is or would be. */
    public Path path(Digest digest) {
        return folder.resolve(digest.algorithm()).resolve(digest.hex());
    }

    /** A writer that hashes what passes. */
    public BlobWriter writer() throws IOException {
        return new BlobWriter(this, run.newTemporary("b"), true);
    }

    /**
     * A writer for content that is hashed elsewhere, such as under a {@link dev.runner.oci.layer.LayerWriter}; its
     * commit must be given the digest and believes it.
     */
    public BlobWriter hashedElsewhere() throws IOException {
        return new BlobWriter(this, run.newTemporary("b"), false);
    }

    /** Stores some bytes. */
    public Digest put(byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        if (!lease(digest)) {
            try (BlobWriter writer = hashedElsewhere()) {
                writer.write(content, 0, content.length);
                writer.commit(digest);
            }
        }
        return digest;
    }

    /**
     * Stores a stream that must be what the descriptor says; reads it to its end and does not close it. Nothing is read if
     * the blob is here already.
     *
     * @throws DigestMismatchException when size or digest differ; nothing is then stored
     */
    public void ingest(InputStream content, Descriptor expected) throws IOException {
        if (lease(expected.digest())) {
            return;
        }
        try (BlobWriter writer = new BlobWriter(this, run.newTemporary("b"), expected.digest())) {
            byte[] buffer = new byte[COPY_BUFFER];
            int n;
            while ((n = content.read(buffer, 0, buffer.length)) >= 0) {
                writer.write(buffer, 0, n);
                if (writer.size() > expected.size()) {
                    throw new DigestMismatchException(expected.size() + " bytes", "more bytes");
                }
            }
            if (writer.size() != expected.size()) {
                throw new DigestMismatchException(expected.size() + " bytes", writer.size() + " bytes");
            }
            writer.commit(expected.digest());
        }
    }

    /** Deletes a blob; nothing happens if it is absent. */
    public void delete(Digest digest) throws IOException {
        Files.deleteIfExists(path(digest));
        touched.remove(digest);
        run.forget(key(digest));
    }

    /** Puts a finished file under its digest. */
    void adopt(Path file, Digest digest, long size) throws IOException {
        Path target = path(digest);
        run.grow(size);
        run.lease(key(digest), () -> {
            Sys sys = new Sys();
            int renamed = sys.rename(Sys.CWD, file.toString(), Sys.CWD, target.toString());
            if (renamed == -Sys.ENOENT && Files.notExists(target.getParent())) {
                Files.createDirectories(target.getParent());
                renamed = sys.rename(Sys.CWD, file.toString(), Sys.CWD, target.toString());
            }
            Sys.check(renamed, "rename", target.toString());
            return true;
        });
    }

    private boolean lease(Digest digest) throws IOException {
        Path path = path(digest);
        boolean here = run.lease(key(digest), () -> Files.exists(path));
        if (here && touched.add(digest)) {
            new Sys().touchAccess(Sys.CWD, path.toString());
        }
        return here;
    }

    private void require(Digest digest) throws IOException {
        if (!lease(digest)) {
            throw new NoSuchFileException(path(digest).toString(), null, "the store has no blob " + digest);
        }
    }

    static String key(Digest digest) {
        return "blob " + digest;
    }
}
