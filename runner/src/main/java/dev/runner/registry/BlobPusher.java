package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Puts one blob into a repository by the cheapest way.
 *
 * <p>A small blob goes in one PUT; if that breaks, it is sent anew. A large one goes in a streamed PATCH and an empty
 * PUT: if that breaks, the registry is asked how much it has, and the rest follows from the source, opened again.
 */
final class BlobPusher {
    private static final long SMALL = 1 << 20;
    private static final int BUFFER = 64 << 10;

    private final Sender sender;
    private final TransferListener listener;
    private final Endpoint endpoint;
    private final Reference repository;

    BlobPusher(Sender sender, TransferListener listener, Endpoint endpoint, Reference repository) {
        this.sender = sender;
        this.listener = listener;
        this.endpoint = endpoint;
        this.repository = repository;
    }

    /**
     * A mount that works says at once that the blob is there; so where there is a repository to mount from, whether the
     * blob is there already is asked first only if this repository is said to have it too.
     */
    void push(Descriptor blob, BlobSource source, List<Reference> mountCandidates) {
        boolean asked = isKnownHere(mountCandidates);
        if (asked && has(blob.digest())) {
            listener.skipped(repository, blob.digest());
            return;
        }
        UploadSession session = null;
        for (Reference from : usable(mountCandidates)) {
            UploadSession.Mount mount = UploadSession.mount(sender, endpoint, repository, blob.digest(), from);
            if (mount.done()) {
                listener.mounted(repository, blob.digest(), from);
                cancel(session);
                return;
            }
            if (session != null && mount.session() != null) {
                mount.session().cancel();
            } else if (mount.session() != null) {
                session = mount.session();
            }
        }
        if (!asked && has(blob.digest())) {
            listener.skipped(repository, blob.digest());
            cancel(session);
            return;
        }
        enter();
        try {
            upload(blob, source, session);
        } finally {
            sender.gate(endpoint).leave(Gate.Direction.UP);
        }
    }

    private static void cancel(@Nullable UploadSession session) {
        if (session != null) {
            session.cancel();
        }
    }

    private boolean isKnownHere(List<Reference> candidates) {
        return candidates.stream()
                .anyMatch(candidate -> candidate.domain().equals(repository.domain())
                        && candidate.path().equals(repository.path()));
    }

    boolean has(Digest digest) {
        Ask ask = Ask.of(
                "HEAD",
                endpoint.url(repository, "blobs/" + digest),
                repository.path(),
                List.of(Ask.push(endpoint.repository(repository))));
        try (Response response = sender.expect(endpoint, ask, "push to " + repository.name(), 200, 404)) {
            return response.code() == 200;
        }
    }

    private Set<Reference> usable(List<Reference> candidates) {
        Set<Reference> usable = new LinkedHashSet<>();
        for (Reference candidate : candidates) {
            if (candidate.domain().equals(repository.domain())
                    && !candidate.path().equals(repository.path())) {
                usable.add(new Reference(candidate.domain(), candidate.path(), null, null));
            }
        }
        return usable;
    }

    private void upload(Descriptor blob, BlobSource source, @Nullable UploadSession opened) {
        UploadSession session = opened;
        long offset = 0;
        for (int attempt = 1; ; attempt++) {
            try {
                if (session == null) {
                    session = UploadSession.start(sender, endpoint, repository);
                    offset = 0;
                }
                send(session, blob, source, offset);
                return;
            } catch (RegistryException e) {
                if (!mayGoOn(e, session, offset) || attempt >= sender.attempts()) {
                    if (session != null && e.kind() != RegistryException.Kind.CANCELLED) {
                        session.cancel();
                    }
                    throw e;
                }
                sender.waitBeforeRetry(endpoint, String.valueOf(e.getMessage()), "push " + blob.digest(), attempt);
                // The answer may have been lost where the content was not.
                if (has(blob.digest())) {
                    return;
                }
                offset = session == null || blob.size() <= SMALL ? -1 : session.received();
                if (offset < 0 || offset > blob.size()) {
                    session = null;
                }
            }
        }
    }

    /** A resumed upload that the registry refuses is worth a new one; a new one that it refuses is not. */
    private static boolean mayGoOn(RegistryException e, @Nullable UploadSession session, long offset) {
        boolean resumed = session != null && offset != 0;
        boolean lost = e.status() == 404 || e.status() == 416 || e.code().equals("BLOB_UPLOAD_INVALID");
        return e.retryable() || (lost && (resumed || e.status() == 416));
    }

    private void send(UploadSession session, Descriptor blob, BlobSource source, long offset) {
        if (blob.size() <= SMALL) {
            session.finish(blob.digest(), new Content(blob, source, 0));
            return;
        }
        if (offset < blob.size()) {
            String range = offset == 0 ? null : offset + "-" + (blob.size() - 1);
            session.append(new Content(blob, source, offset), range);
        }
        session.finish(blob.digest(), null);
    }

    private void enter() {
        try {
            sender.gate(endpoint).enter(Gate.Direction.UP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.cancelled(endpoint, "push to " + repository.name(), e);
        }
    }

    /** The content from an offset, read anew each time it is sent. */
    private final class Content extends RequestBody {
        private final Descriptor blob;
        private final BlobSource source;
        private final long offset;

        Content(Descriptor blob, BlobSource source, long offset) {
            this.blob = blob;
            this.source = source;
            this.offset = offset;
        }

        @Override
        public @Nullable MediaType contentType() {
            return null;
        }

        @Override
        public long contentLength() {
            return blob.size() - offset;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            try (InputStream in = open()) {
                byte[] buffer = new byte[BUFFER];
                long left = contentLength();
                while (left > 0) {
                    int count = read(in, buffer, (int) Math.min(left, BUFFER));
                    sink.write(buffer, 0, count);
                    left -= count;
                    listener.uploaded(repository, blob.digest(), count);
                }
            }
        }

        private InputStream open() throws IOException {
            try {
                InputStream in = source.open();
                in.skipNBytes(offset);
                return in;
            } catch (IOException e) {
                throw new Failures.SourceFailure(e);
            }
        }

        private int read(InputStream in, byte[] buffer, int most) throws IOException {
            try {
                int count = in.read(buffer, 0, most);
                if (count < 0) {
                    throw new IOException(blob.digest() + " ends before its " + blob.size() + " bytes");
                }
                return count;
            } catch (IOException e) {
                throw new Failures.SourceFailure(e);
            }
        }
    }
}
