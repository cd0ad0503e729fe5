package dev.runner.build;

import java.io.InputStream;
import java.io.OutputStream;

/** Runs images of the store or of a registry. */
public interface Containers {
    /**
     * Runs a container to its end on a root filesystem that is thrown away.
     *
     * @return the exit code of its first process; 128 and the signal's number when a signal ended it
     * @throws ImageNotFoundException when there is no such image or it lacks the platform
     * @throws ImageTransferException when it cannot be pulled
     * @throws ContainerFailedException when it cannot be started: no sandbox, no emulator, no such user
     * @throws InterruptedException when interrupted; the container is stopped first
     */
    int run(ContainerRun container, Streams streams, BuildListener listener) throws InterruptedException;

    /** What the container's process reads and writes; the caller owns and closes them. */
    record Streams(InputStream input, OutputStream output, OutputStream error) {}
}
