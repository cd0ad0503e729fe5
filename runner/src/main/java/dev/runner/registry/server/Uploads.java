package dev.runner.registry.server;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Blobs on their way in. Bytes are hashed as they come; another process of the same folder, or this one after a
 * restart, hashes what is there again when it ends an upload that it did not begin.
 */
final class Uploads {
    private static final int BUFFER = 256 << 10;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern RANGE = Pattern.compile("(?:bytes[ =])?(\\d+)-(\\d+)(?:/.*)?");

    private final Store store;
    private final Map<String, Progress> progress = new ConcurrentHashMap<>();

    Uploads(Store store) {
        this.store = store;
    }

    /** What this process knows of an upload. */
    private static final class Progress {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable MessageDigest hash;
        private long hashed;
    }

    /** Opens an upload. */
    String start(String repository) throws IOException {
        String id = UUID.randomUUID().toString();
        Files.createDirectories(store.uploads(repository));
        Files.createFile(file(repository, id));
        Progress fresh = new Progress();
        fresh.hash = Digest.sha256();
        progress.put(id, fresh);
        return id;
    }

    /** How many bytes an upload has. */
    long size(String repository, String id) throws IOException {
        try {
            return Files.size(file(repository, id));
        } catch (NoSuchFileException e) {
            throw Problem.uploadUnknown(id);
        }
    }

    /**
     * Adds a request's body at the end.
     *
     * @param range {@code first-last}; null where the body simply goes on
     * @return how many bytes there are now
     */
    long append(String repository, String id, InputStream body, @Nullable String range) throws IOException {
        Progress own = progress.computeIfAbsent(id, key -> new Progress());
        own.lock.lock();
        try {
            long size = size(repository, id);
            checkRange(range, size);
            return copy(file(repository, id), own, body, size);
        } finally {
            own.lock.unlock();
        }
    }

    /** Ends an upload: the blob is the repository's if the digest is right, and the bytes are gone if it is not. */
    void finish(String repository, String id, Digest digest) throws IOException {
        Progress own = progress.computeIfAbsent(id, key -> new Progress());
        own.lock.lock();
        try {
            Path file = file(repository, id);
            long size = size(repository, id);
            MessageDigest hash = own.hash;
            boolean streamed =
                    hash != null && own.hashed == size && digest.algorithm().equals("sha256");
            byte[] found = streamed && hash != null ? hash.digest() : hashAgain(file, digest);
            progress.remove(id);
            if (!HexFormat.of().formatHex(found).equals(digest.hex())) {
                Files.deleteIfExists(file);
                throw Problem.digestInvalid("the content has not the digest " + digest + " but " + digest.algorithm()
                        + ":" + HexFormat.of().formatHex(found));
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            store.addBlob(repository, digest, file);
        } catch (NoSuchFileException e) {
            throw Problem.uploadUnknown(id);
        } finally {
            own.lock.unlock();
        }
    }

    void cancel(String repository, String id) throws IOException {
        progress.remove(id);
        if (!Files.deleteIfExists(file(repository, id))) {
            throw Problem.uploadUnknown(id);
        }
    }

    private Path file(String repository, String id) {
        if (!ID.matcher(id).matches()) {
            throw Problem.uploadUnknown(id);
        }
        return store.uploads(repository).resolve(id);
    }

    private static void checkRange(@Nullable String range, long size) {
        if (range == null) {
            return;
        }
        Matcher matcher = RANGE.matcher(range.strip());
        boolean right = matcher.matches() && matcher.group(1).length() < 19 && Long.parseLong(matcher.group(1)) == size;
        if (!right) {
            throw new Problem(416, "BLOB_UPLOAD_INVALID", "the upload goes on at " + size + ", not at " + range);
        }
    }

    /** Keeps what arrived when the connection breaks: the client asks how much that is and goes on. */
    private static long copy(Path file, Progress own, InputStream body, long size) throws IOException {
        MessageDigest hash = own.hashed == size ? own.hash : null;
        long at = size;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[BUFFER];
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                for (long position = at; bytes.hasRemaining(); ) {
                    position += channel.write(bytes, position);
                }
                at += count;
                if (hash != null) {
                    hash.update(buffer, 0, count);
                    own.hashed = at;
                }
            }
        }
        return at;
    }

    private static byte[] hashAgain(Path file, Digest digest) throws IOException {
        MessageDigest hash = digest.newHash();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                hash.update(buffer, 0, count);
            }
        }
        return hash.digest();
    }
}
