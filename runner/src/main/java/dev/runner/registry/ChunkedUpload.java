package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * An upload in chunks that are kept until the registry has them, so that each can be sent again. While one is on its
 * way, in a virtual thread, the writer fills the next.
 */
final class ChunkedUpload extends BlobUpload {
    static final int CHUNK = 8 << 20;

    private final Sender sender;
    private final TransferListener listener;
    private final Endpoint endpoint;
    private final Reference repository;
    private final UploadSession session;
    private final int chunk;
    private byte[] buffer;
    private int filled;
    private long sent;
    private @Nullable FutureTask<Void> underWay;
    private boolean done;

    ChunkedUpload(Sender sender, TransferListener listener, Endpoint endpoint, Reference repository) {
        this.sender = sender;
        this.listener = listener;
        this.endpoint = endpoint;
        this.repository = repository;
        this.session = UploadSession.start(sender, endpoint, repository);
        this.chunk = Math.max(CHUNK, session.shortestChunk());
        this.buffer = new byte[64 << 10];
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (done) {
            throw new IllegalStateException("the upload is over");
        }
        int at = offset;
        int left = length;
        while (left > 0) {
            if (filled == chunk) {
                sendBuffer();
            }
            int count = Math.min(left, chunk - filled);
            if (filled + count > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(chunk, Math.max(buffer.length * 2, filled + count)));
            }
            System.arraycopy(bytes, at, buffer, filled, count);
            filled += count;
            at += count;
            left -= count;
        }
    }

    @Override
    public long size() {
        return sent + filled;
    }

    @Override
    public Descriptor commit(String mediaType, Digest digest) {
        long size = size();
        waitForChunk();
        if (sent == 0) {
            RequestBody whole = RequestBody.create(buffer, null, 0, filled);
            finish(digest, whole);
            listener.uploaded(repository, digest, filled);
        } else {
            if (filled > 0) {
                sendBuffer();
                waitForChunk();
            }
            finish(digest, null);
        }
        done = true;
        return Descriptor.of(mediaType, digest, size);
    }

    /** The last request; where its answer is lost, the blob's presence is the answer. */
    private void finish(Digest digest, @Nullable RequestBody content) {
        for (int attempt = 1; ; attempt++) {
            try {
                session.finish(digest, content);
                return;
            } catch (RegistryException e) {
                boolean lost = e.retryable() || (attempt > 1 && e.status() == 404);
                if (!lost || attempt >= sender.attempts()) {
                    throw e;
                }
                sender.waitBeforeRetry(endpoint, String.valueOf(e.getMessage()), "push " + digest, attempt);
                if (new BlobPusher(sender, listener, endpoint, repository).has(digest)) {
                    return;
                }
                if (content != null && session.received() > 0) {
                    throw e;
                }
            }
        }
    }

    private void sendBuffer() {
        waitForChunk();
        byte[] bytes = buffer;
        int length = filled;
        long first = sent;
        FutureTask<Void> task = new FutureTask<>(() -> {
            sendChunk(bytes, length, first);
            return null;
        });
        underWay = task;
        Thread.ofVirtual().name("upload " + repository.path()).start(task);
        buffer = new byte[chunk];
        filled = 0;
        sent += length;
    }

    private void sendChunk(byte[] bytes, int length, long first) throws InterruptedException {
        Gate gate = sender.gate(endpoint);
        gate.enter(Gate.Direction.UP);
        try {
            int from = 0;
            for (int attempt = 1; from < length; attempt++) {
                try {
                    String range = (first + from) + "-" + (first + length - 1);
                    session.append(RequestBody.create(bytes, null, from, length - from), range);
                    from = length;
                } catch (RegistryException e) {
                    if ((!e.retryable() && e.status() != 416) || attempt >= sender.attempts()) {
                        throw e;
                    }
                    sender.waitBeforeRetry(endpoint, String.valueOf(e.getMessage()), "push", attempt);
                    long received = session.received();
                    if (received < first || received > first + length) {
                        throw e;
                    }
                    from = (int) (received - first);
                }
            }
            listener.uploaded(repository, null, length);
        } finally {
            gate.leave(Gate.Direction.UP);
        }
    }

    private void waitForChunk() {
        FutureTask<Void> task = underWay;
        if (task == null) {
            return;
        }
        try {
            task.get();
            underWay = null;
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw Failures.cancelled(endpoint, "push to " + repository.name(), e);
        } catch (CancellationException e) {
            throw Failures.cancelled(endpoint, "push to " + repository.name(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RegistryException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        if (!done) {
            done = true;
            if (underWay != null) {
                underWay.cancel(true);
            }
            session.cancel();
        }
    }
}
