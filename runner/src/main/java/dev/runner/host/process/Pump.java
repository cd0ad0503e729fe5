package dev.runner.host.process;

import dev.runner.host.posix.ReadablePipe;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings what a process writes to its sink.
 *
 * <p>A pipe ends when its last writer has gone, and that may be a server the process left in the background. So the end
 * of the pipe is not waited for: when the process has exited, {@link #drain()} delivers what is in the pipe by then,
 * which is all that the process itself wrote. For that to be true nothing may be under way elsewhere, hence the lock
 * around each read with its delivery, and hence waiting (outside the lock) and reading (inside) are two calls.
 */
final class Pump {
    private final ReadablePipe pipe;
    private final OutputSink sink;
    private final Runnable onFailure;
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] buffer = new byte[32 * 1024];
    private boolean pipeEnded;
    private boolean sinkEnded;
    private @Nullable IOException failure;

    Pump(ReadablePipe pipe, OutputSink sink, Runnable onFailure) {
        this.pipe = pipe;
        this.sink = sink;
        this.onFailure = onFailure;
    }

    /** Delivers until the pipe ends. Blocks in the kernel, so it needs a thread of its own. */
    void run() {
        try (pipe) {
            while (!pipeEnded) {
                pipe.awaitReadable();
                deliverAvailable();
            }
            endSink();
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Delivers all that is in the pipe now, and tells the sink that this was the end. */
    void drain() throws IOException {
        deliverAvailable();
        endSink();
        lock.lock();
        try {
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    private void deliverAvailable() {
        lock.lock();
        try {
            while (!pipeEnded && pipe.isReadable()) {
                int length = pipe.read(buffer);
                if (length < 0) {
                    pipeEnded = true;
                } else if (!sinkEnded && failure == null) {
                    sink.write(buffer, 0, length);
                }
            }
        } catch (IOException | RuntimeException e) {
            fail(e instanceof IOException io ? io : new IOException("the receiver of the output failed", e));
        } finally {
            lock.unlock();
        }
    }

    private void endSink() {
        lock.lock();
        try {
            if (!sinkEnded) {
                sinkEnded = true;
                sink.end();
            }
        } catch (IOException | RuntimeException e) {
            fail(e instanceof IOException io ? io : new IOException("the receiver of the output failed", e));
        } finally {
            lock.unlock();
        }
    }

    private void fail(IOException e) {
        lock.lock();
        try {
            if (failure == null) {
                failure = e;
                onFailure.run();
            }
        } finally {
            lock.unlock();
        }
    }
}
