package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Copies content by the cheapest way that the two files' file systems share. */
final class FileCopy {
    private static final long FICLONE = 0x40049409;
    private static final long CHUNK = 1L << 30;

    private final Scratch scratch;
    private final int from;
    private final int to;
    private final Path target;

    private FileCopy(Scratch scratch, int from, int to, Path target) {
        this.scratch = scratch;
        this.from = from;
        this.to = to;
        this.target = target;
    }

    static void copy(Path source, Path target) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            int from = Descriptors.open(
                    scratch,
                    scratch.path("open", source),
                    Descriptors.O_RDONLY | Descriptors.O_CLOEXEC | Descriptors.noFollow(),
                    0);
            scratch.check(from, "open", source);
            try {
                int to = Descriptors.open(
                        scratch,
                        scratch.path("open", target),
                        Descriptors.O_WRONLY | Descriptors.O_CREAT | Descriptors.O_EXCL | Descriptors.O_CLOEXEC,
                        0600);
                scratch.check(to, "open", target);
                try {
                    new FileCopy(scratch, from, to, target).content();
                } finally {
                    Descriptors.close(scratch, to);
                }
            } finally {
                Descriptors.close(scratch, from);
            }
        }
    }

    private void content() throws IOException {
        long size = Descriptors.lseek(scratch, from, 0, 2);
        scratch.check(size, "lseek", target);
        if (size == 0 || Descriptors.ioctl(scratch, to, FICLONE, from) == 0) {
            return;
        }
        scratch.check(Descriptors.ftruncate(scratch, to, size), "ftruncate", target);
        long position = 0;
        while (position < size) {
            long data = Descriptors.lseek(scratch, from, position, Descriptors.SEEK_DATA);
            if (data < 0) {
                // ENXIO: only a hole is left. File systems that know no holes say that all is data.
                return;
            }
            long hole = Descriptors.lseek(scratch, from, data, Descriptors.SEEK_HOLE);
            position = hole < 0 ? size : hole;
            extent(data, position);
        }
    }

    private void extent(long start, long end) throws IOException {
        MemorySegment in = scratch.buffer().asSlice(0, 8);
        MemorySegment out = scratch.buffer().asSlice(8, 8);
        in.set(JAVA_LONG, 0, start);
        out.set(JAVA_LONG, 0, start);
        long position = start;
        while (position < end) {
            long copied = Descriptors.copyFileRange(scratch, from, in, to, out, Math.min(CHUNK, end - position));
            if (copied <= 0) {
                byHand(position, end);
                return;
            }
            position += copied;
        }
    }

    /** Between file systems that cannot do it in the kernel. */
    private void byHand(long start, long end) throws IOException {
        MemorySegment buffer = scratch.buffer();
        long position = start;
        while (position < end) {
            long read = Descriptors.pread(scratch, from, buffer, Math.min(buffer.byteSize(), end - position), position);
            scratch.check(read, "read", target);
            if (read == 0) {
                return;
            }
            for (long written = 0; written < read; ) {
                long n = Descriptors.pwrite(scratch, to, buffer.asSlice(written), read - written, position + written);
                scratch.check(n, "write", target);
                written += n;
            }
            position += read;
        }
    }
}
