package dev.runner.host.posix;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Namespaces that one thread can be in without the others. */
public final class Namespaces {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final MemorySegment SETNS = Libc.find("setns");

    private Namespaces() {}

    /**
     * Moves the calling thread, which must be a platform thread that nobody else uses, into a network namespace for good.
     * Sockets that it makes are of that network whoever uses them.
     *
     * @param namespace such as {@code /proc/1/ns/net}
     */
    public static void enterNetwork(Path namespace) throws IOException {
        try (Scratch scratch = Scratch.borrow()) {
            int descriptor = Descriptors.open(
                    scratch, scratch.path("open", namespace), Descriptors.O_RDONLY | Descriptors.O_CLOEXEC, 0);
            scratch.check(descriptor, "open", namespace.toString());
            try {
                scratch.check(setns(scratch, descriptor), "setns", namespace.toString());
            } finally {
                Descriptors.close(scratch, descriptor);
            }
        }
    }

    private static int setns(Scratch scratch, int descriptor) {
        return (int) Libc.call(SETNS, scratch, descriptor, CLONE_NEWNET);
    }
}
