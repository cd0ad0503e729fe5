package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A file without a name, in memory, that other processes of this user may read by its path. Never on a disk. */
public final class MemoryFile implements AutoCloseable {
    private static final int MFD_CLOEXEC = 1;

    private final int descriptor;
    private boolean closed;

    private MemoryFile(int descriptor) {
        this.descriptor = descriptor;
    }

    public static MemoryFile of(byte[] content) throws IOException {
        try (Scratch scratch = Scratch.borrow();
                Arena arena = Arena.ofConfined()) {
            int descriptor = Descriptors.memfdCreate(scratch, scratch.text("memfd_create", "runner"), MFD_CLOEXEC);
            scratch.check(descriptor, "memfd_create", "");
            MemoryFile file = new MemoryFile(descriptor);
            MemorySegment bytes = arena.allocate(Math.max(1, content.length));
            MemorySegment.copy(content, 0, bytes, JAVA_BYTE, 0, content.length);
            for (long written = 0; written < content.length; ) {
                long n = Descriptors.pwrite(
                        scratch, descriptor, bytes.asSlice(written), content.length - written, written);
                if (n < 0) {
                    ErrnoException failure = scratch.failure("write", "");
                    file.close();
                    throw failure;
                }
                written += n;
            }
            return file;
        }
    }

    /** Valid until closed, for every process that sees this one's {@code /proc}. */
    public Path path() {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try (Scratch scratch = Scratch.borrow()) {
                Descriptors.close(scratch, descriptor);
            }
        }
    }
}
