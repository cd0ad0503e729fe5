package dev.runner.build.embedded.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream on another thread, a few blocks ahead, so that unpacking and hashing a layer does not wait for the files
 * being written, nor these for it. A small stream is read without a thread. Closing waits until the thread has let go of the
 * stream, which is not closed; the end of the stream is seen only when the thread is done with it.
 */
final class ReadAhead extends InputStream {
    private static final int BLOCK = 256 * 1024;
    private static final int BLOCKS = 4;
    private static final byte[] END = new byte[0];

    private final InputStream in;
    private final BlockingQueue<byte[]> filled = new ArrayBlockingQueue<>(BLOCKS);
    private @Nullable Thread thread;
    private volatile @Nullable Throwable failure;
    private byte[] current;
    private int position;
    private boolean ended;

    ReadAhead(InputStream in) throws IOException {
        this.in = in;
        this.current = in.readNBytes(BLOCK);
        if (current.length == BLOCK) {
            thread = Thread.ofPlatform().daemon().name("layer-read").start(this::readAll);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (position == current.length && !next()) {
            return -1;
        }
        int n = Math.min(length, current.length - position);
        System.arraycopy(current, position, bytes, offset, n);
        position += n;
        return n;
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        boolean interrupted = false;
        while (running.isAlive()) {
            filled.clear();
            try {
                running.join(10);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        thread = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean next() throws IOException {
        if (thread == null || ended) {
            return false;
        }
        try {
            current = filled.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while unpacking a layer").initCause(e);
        }
        position = 0;
        ended = current.length == 0;
        Throwable cause = failure;
        if (ended && cause != null) {
            switch (cause) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw new IOException("a layer could not be read", cause);
            }
        }
        return !ended;
    }

    private void readAll() {
        try {
            int n = BLOCK;
            while (n == BLOCK) {
                byte[] block = new byte[BLOCK];
                n = in.readNBytes(block, 0, BLOCK);
                if (n > 0) {
                    filled.put(n == BLOCK ? block : Arrays.copyOf(block, n));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
        try {
            filled.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
