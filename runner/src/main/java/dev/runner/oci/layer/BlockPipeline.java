package dev.runner.oci.layer;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into blocks, has them packed on several threads, and hashed and written in order on another one.
 *
 * <p>Blocks that are packed end where a file begins, and which file that is hangs on its path and size alone: a file that
 * changes, comes or goes moves the ends of its own block and hardly those of others, whose packed bytes can then be taken
 * from an earlier layer. Where no such file comes, a block ends when it is full.
 *
 * <p>The caller fills a block and puts it into two queues: {@code unpacked}, which the packers empty in any order, and
 * {@code ordered}, where the drain thread waits for each block in turn. Memory is bounded by the number of blocks, which
 * return through {@code free}. Threads start with the second block: a small layer is done by its caller.
 */
final class BlockPipeline extends OutputStream {
    private static final int SHORTEST = 128 * 1024;

    /** After the shortest length a block ends after so many bytes more, on average. */
    private static final long MORE = 128 * 1024;

    private final BlockEncoder encoder;
    private final @Nullable BlockNames names;
    private final int cores;
    private final int limit;
    private final BlockingQueue<Block> free;
    private final BlockingQueue<Block> unpacked;
    private final BlockingQueue<Block> ordered;
    private final List<Thread> threads = new ArrayList<>();
    private Block current = new Block();
    private int made = 1;
    private volatile @Nullable Throwable failure;
    private boolean closed;

    BlockPipeline(BlockEncoder encoder, int cores) {
        this.encoder = encoder;
        this.names = encoder.names();
        this.cores = Math.max(1, cores);
        this.limit = 2 * this.cores + 3;
        this.free = new ArrayBlockingQueue<>(limit);
        this.unpacked = new ArrayBlockingQueue<>(limit);
        this.ordered = new ArrayBlockingQueue<>(limit);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (current.room() == 0) {
                cut();
            }
            int n = Math.min(left, current.room());
            System.arraycopy(bytes, at, current.content, current.length, n);
            if (names != null) {
                names.add(bytes, at, n);
            }
            current.length += n;
            at += n;
            left -= n;
        }
    }

    /** An entry of an archive begins. */
    void entry(String path, long size) throws IOException {
        if (encoder.packs() && current.length >= SHORTEST && endsBefore(path, size)) {
            cut();
        }
    }

    /** Large files always begin a block; of others one in so many that as many bytes come between two. */
    private static boolean endsBefore(String path, long size) {
        // Knuth's multiplicative hash: names that differ in a number are spread evenly.
        long spread = Integer.toUnsignedLong(path.hashCode() * 0x9E3779B1);
        return size >= Block.SIZE || spread * MORE < (size + TarWriter.BLOCK) << 32;
    }

    /** From now on come the bytes of a file whose digest is known; null for other bytes. */
    void content(@Nullable Digest digest) {
        if (names != null) {
            names.begin(digest);
        }
    }

    private void cut() throws IOException {
        Block before = current;
        current = nextBlock();
        current.follow(before);
        name(before);
        submit(before);
    }

    private void name(Block block) {
        if (names != null) {
            block.name = names.end(block.last);
        }
    }

    BlockEncoder.Result finish() throws IOException {
        if (closed) {
            throw new IOException("the layer was given up or is finished");
        }
        current.last = true;
        name(current);
        if (threads.isEmpty()) {
            closed = true;
            encoder.hash(current);
            encoder.pack(current);
            encoder.take(current);
            return encoder.result();
        }
        submit(current);
        try {
            threads.getFirst().join();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        check();
        stop();
        return encoder.result();
    }

    @Override
    public void close() {
        if (!closed) {
            stop();
            encoder.abort();
        }
    }

    private void stop() {
        closed = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
            thread.interrupt();
        }
        for (Thread thread : threads) {
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Block nextBlock() throws IOException {
        check();
        Block block = free.poll();
        if (block == null && made < limit) {
            made++;
            block = new Block();
        }
        try {
            while (block == null) {
                block = free.poll(100, TimeUnit.MILLISECONDS);
                check();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        block.begin();
        return block;
    }

    private void submit(Block block) throws IOException {
        if (threads.isEmpty()) {
            start();
        }
        // Neither queue can be full: they hold as many as there are blocks.
        if (encoder.packs()) {
            unpacked.add(block);
        } else {
            block.ready.release();
        }
        ordered.add(block);
        check();
    }

    private void start() {
        threads.add(Thread.ofPlatform().daemon().name("layer-drain").start(this::drain));
        for (int i = 0; i < (encoder.packs() ? cores : 0); i++) {
            threads.add(Thread.ofPlatform().daemon().name("layer-pack-" + i).start(this::packAll));
        }
    }

    private void packAll() {
        try {
            while (true) {
                Block block = unpacked.take();
                try {
                    encoder.pack(block);
                } catch (RuntimeException | Error e) {
                    failure = e;
                } finally {
                    block.ready.release();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain() {
        try {
            boolean last = false;
            while (!last) {
                Block block = ordered.take();
                encoder.hash(block);
                block.ready.acquire();
                if (failure != null) {
                    return;
                }
                encoder.take(block);
                last = block.last;
                free.add(block);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private void check() throws IOException {
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException("the layer could not be written: " + cause.getMessage(), cause);
        }
        if (closed) {
            throw new IOException("the layer was given up or is finished");
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException result = new InterruptedIOException("interrupted while writing a layer");
        result.initCause(e);
        return result;
    }
}
