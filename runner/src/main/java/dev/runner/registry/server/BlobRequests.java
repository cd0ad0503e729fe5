package dev.runner.registry.server;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Requests for blobs and their uploads. */
final class BlobRequests {
    private static final int BUFFER = 256 << 10;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    private final Store store;
    private final Uploads uploads;

    BlobRequests(Store store) {
        this.store = store;
        this.uploads = new Uploads(store);
    }

    void blob(Conversation talk, String repository, Digest digest) throws IOException {
        switch (talk.method()) {
            case "GET", "HEAD" -> send(talk, repository, digest);
            case "DELETE" -> {
                if (!store.removeBlob(repository, digest)) {
                    throw Problem.blobUnknown(digest);
                }
                talk.answer(202);
            }
            default -> throw Problem.unsupported("a blob can be read and deleted");
        }
    }

    /** A new upload, a mount, or a whole blob at once. */
    void open(Conversation talk, String repository) throws IOException {
        if (!talk.method().equals("POST")) {
            throw Problem.unsupported("uploads are opened by POST");
        }
        String mount = talk.parameter("mount");
        String from = talk.parameter("from");
        if (mount != null && from != null) {
            Digest digest = Paths.digest(mount);
            if (Paths.isName(from) && store.hasBlob(from, digest)) {
                store.markBlob(repository, digest);
                created(talk, repository, digest);
                return;
            }
        }
        String id = uploads.start(repository);
        String digest = talk.parameter("digest");
        if (digest != null) {
            end(talk, repository, id, Paths.digest(digest));
        } else {
            progress(talk, repository, id, 0, 202);
        }
    }

    void upload(Conversation talk, String repository, String id) throws IOException {
        switch (talk.method()) {
            case "GET", "HEAD" -> progress(talk, repository, id, uploads.size(repository, id), 204);
            case "PATCH" -> {
                try {
                    long size = uploads.append(repository, id, talk.body(), talk.header("Content-Range"));
                    progress(talk, repository, id, size, 202);
                } catch (Problem problem) {
                    if (problem.status() == 416) {
                        describe(talk, repository, id, uploads.size(repository, id));
                    }
                    throw problem;
                }
            }
            case "PUT" -> {
                String digest = talk.parameter("digest");
                if (digest == null) {
                    throw Problem.digestInvalid("an upload ends with ?digest=…");
                }
                end(talk, repository, id, Paths.digest(digest));
            }
            case "DELETE" -> {
                uploads.cancel(repository, id);
                talk.answer(204);
            }
            default -> throw Problem.unsupported("an upload knows GET, PATCH, PUT and DELETE");
        }
    }

    private void end(Conversation talk, String repository, String id, Digest digest) throws IOException {
        if (talk.hasBody()) {
            uploads.append(repository, id, talk.body(), talk.header("Content-Range"));
        }
        uploads.finish(repository, id, digest);
        created(talk, repository, digest);
    }

    private static void created(Conversation talk, String repository, Digest digest) throws IOException {
        talk.set("Location", "/v2/" + repository + "/blobs/" + digest);
        talk.set("Docker-Content-Digest", digest.toString());
        talk.answer(201);
    }

    private static void progress(Conversation talk, String repository, String id, long size, int status)
            throws IOException {
        describe(talk, repository, id, size);
        talk.answer(status);
    }

    private static void describe(Conversation talk, String repository, String id, long size) {
        talk.set("Location", "/v2/" + repository + "/blobs/uploads/" + id);
        talk.set("Docker-Upload-UUID", id);
        talk.set("Range", "0-" + Math.max(0, size - 1));
    }

    private void send(Conversation talk, String repository, Digest digest) throws IOException {
        if (!store.hasBlob(repository, digest)) {
            throw Problem.blobUnknown(digest);
        }
        try (FileChannel file = FileChannel.open(store.content(digest), StandardOpenOption.READ)) {
            long size = file.size();
            talk.set("Docker-Content-Digest", digest.toString());
            talk.set("Content-Type", "application/octet-stream");
            talk.set("Accept-Ranges", "bytes");
            Part part = Part.of(talk.header("Range"), size);
            if (part == null) {
                copy(talk, file, 200, new Part(0, size));
                return;
            }
            if (part.length() <= 0) {
                talk.set("Content-Range", "bytes */" + size);
                throw new Problem(416, "RANGE_INVALID", "the blob has " + size + " bytes");
            }
            talk.set("Content-Range", "bytes " + part.first() + "-" + (part.first() + part.length() - 1) + "/" + size);
            copy(talk, file, 206, part);
        } catch (NoSuchFileException e) {
            throw Problem.blobUnknown(digest);
        }
    }

    private static void copy(Conversation talk, FileChannel file, int status, Part part) throws IOException {
        if (!talk.start(status, part.length())) {
            return;
        }
        byte[] buffer = new byte[BUFFER];
        for (long at = part.first(), end = part.first() + part.length(); at < end; ) {
            int count = file.read(ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, end - at)), at);
            if (count < 0) {
                throw new IOException("the blob's file became shorter");
            }
            talk.write(buffer, 0, count);
            at += count;
        }
    }

    /**
     * The part of a blob that a request wants; without length when there is no such part.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14.2">RFC 9110, Range</a>
     */
    private record Part(long first, long length) {
        /** Null for the whole: without a range, or with one that we do not understand, which may be ignored. */
        static @Nullable Part of(@Nullable String header, long size) {
            Matcher matcher = RANGE.matcher(header == null ? "" : header.strip());
            if (!matcher.matches()
                    || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
                return null;
            }
            if (matcher.group(1).isEmpty()) {
                long last = Math.min(size, Long.parseLong(matcher.group(2)));
                return new Part(size - last, last);
            }
            long first = Long.parseLong(matcher.group(1));
            long end = matcher.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(matcher.group(2)) + 1);
            return new Part(first, end - first);
        }
    }
}
