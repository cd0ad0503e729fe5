package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Namespaces that one thread can be in without the others. */
public final class Namespaces {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final MethodHandle SETNS = Libc.bind("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

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
        try {
            return (int) SETNS.invokeExact(scratch.state(), descriptor, CLONE_NEWNET);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }
}
