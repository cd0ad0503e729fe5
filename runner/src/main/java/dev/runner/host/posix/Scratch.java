package dev.runner.host.posix;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Native memory for one system call at a time: where the error number goes, two paths, and a buffer. Scratches are
 * borrowed from a pool and given back, because allocating for each of 50,000 files costs more than the calls, and
 * thread-locals would hold one for every virtual thread that ever came by. A borrower never blocks on anything but the
 * call itself, so there are never more scratches than threads of the machine's; they are never freed.
 */
final class Scratch implements AutoCloseable {
    private static final int PATH_MAX = 4096;
    private static final int BUFFER = 64 * 1024;
    private static final ConcurrentLinkedDeque<Scratch> POOL = new ConcurrentLinkedDeque<>();

    private final boolean pooled;
    private final MemorySegment state;
    private final MemorySegment first;
    private final MemorySegment second;
    private final MemorySegment buffer;

    private Scratch(Arena arena, boolean pooled) {
        this.pooled = pooled;
        this.state = arena.allocate(Libc.CALL_STATE);
        this.first = arena.allocate(PATH_MAX);
        this.second = arena.allocate(PATH_MAX);
        this.buffer = arena.allocate(BUFFER, 8);
    }

    static Scratch borrow() {
        Scratch free = POOL.pollFirst();
        return free == null ? new Scratch(Arena.global(), true) : free;
    }

    /** One for an owner whose calls block; its memory goes when the owner is no longer reachable. */
    static Scratch own() {
        return new Scratch(Arena.ofAuto(), false);
    }

    MemorySegment state() {
        return state;
    }

    /** At least 64 KiB, aligned to eight; its content is whatever was there. */
    MemorySegment buffer() {
        return buffer;
    }

    MemorySegment path(String call, Path path) throws IOException {
        return fill(first, PathBytes.of(path), call, path);
    }

    MemorySegment secondPath(String call, Path path) throws IOException {
        return fill(second, PathBytes.of(path), call, path);
    }

    /** The last part of a path. */
    MemorySegment lastName(String call, Path path) throws IOException {
        byte[] bytes = PathBytes.of(path);
        int start = bytes.length;
        while (start > 0 && bytes[start - 1] != '/') {
            start--;
        }
        return fill(second, java.util.Arrays.copyOfRange(bytes, start, bytes.length), call, path);
    }

    /** What leads from a folder to something in it. */
    MemorySegment below(String call, Path folder, Path path) throws IOException {
        int skipped = PathBytes.of(folder).length;
        byte[] bytes = PathBytes.of(path);
        if (!path.startsWith(folder) || bytes.length <= skipped) {
            return fill(second, new byte[] {'.'}, call, path);
        }
        return fill(second, java.util.Arrays.copyOfRange(bytes, skipped + 1, bytes.length), call, path);
    }

    /** A name that is not a path of this machine: a link's target, an attribute. */
    MemorySegment text(String call, String text) throws IOException {
        return fill(second, text.getBytes(StandardCharsets.UTF_8), call, text);
    }

    private static MemorySegment fill(MemorySegment into, byte[] bytes, String call, Object shown) throws IOException {
        if (bytes.length >= PATH_MAX) {
            throw new ErrnoException(Errno.ENAMETOOLONG, call, shown.toString());
        }
        for (byte b : bytes) {
            if (b == 0) {
                throw new ErrnoException(Errno.EINVAL, call, shown.toString());
            }
        }
        MemorySegment.copy(bytes, 0, into, ValueLayout.JAVA_BYTE, 0, bytes.length);
        into.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return into;
    }

    /** The failure of the call that was just made. */
    ErrnoException failure(String call, Object path) {
        return new ErrnoException(Libc.errno(this), call, path.toString());
    }

    /** Throws if a call returned a negative number. */
    void check(long result, String call, Object path) throws ErrnoException {
        if (result < 0) {
            throw failure(call, path);
        }
    }

    @Override
    public void close() {
        if (pooled) {
            POOL.addFirst(this);
        }
    }
}
