package dev.runner.build.container;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.Containers.Streams;
import dev.runner.host.process.RunningProcess;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container on this machine: created, at work or ended, whoever started it. Asking costs little and is always of now.
 */
public interface RunningContainer {
    /** 64 hexadecimal digits; Docker shows the first twelve. */
    String id();

    String name();

    /** What it was started from. */
    ContainerSpec spec();

    ContainerState state();

    /**
     * What {@code docker inspect} tells beside the state.
     *
     * @param image the manifest's digest
     * @param config as the image has it
     * @param command entrypoint and command as they were run
     * @param address in its network; empty on the machine's or none
     * @param ports as published, with the numbers that were chosen
     * @param mounts volumes by the folders that they are
     * @param notes what is less than was asked for on this machine, for people
     */
    record Details(
            Digest image,
            ImageConfig config,
            List<String> command,
            String address,
            List<PortMapping> ports,
            Map<String, Path> mounts,
            Instant created,
            List<String> notes) {}

    Details details();

    /**
     * Starts one more process, in the container's namespaces and files. What it leaves in the background lives on, as
     * long as the container.
     *
     * @throws ContainerFailedException when the container does not run, or there is no such user or folder. A program that
     *     is not there gives the exit code 127, one that cannot be executed 126
     */
    RunningProcess exec(ContainerExec command, Streams streams) throws IOException;

    /** Waits for the first process; its exit code. */
    int await() throws InterruptedException;

    /** Waits so long at most; false when it still runs. */
    boolean await(Duration atMost) throws InterruptedException;

    /**
     * Waits until it is known whether the container is well.
     *
     * @return HEALTHY, UNHEALTHY, NONE when nobody asks; STARTING when the time ran out; also UNHEALTHY when it has ended
     */
    ContainerState.Health awaitHealth(Duration atMost) throws InterruptedException;

    /** Writes what it has put out; returns at the end, with {@code follow} when the container has ended. */
    void logs(LogQuery query, OutputStream out, OutputStream error) throws IOException, InterruptedException;

    /**
     * Sends the container's stop signal to its first process, and kills it after the time of grace. Returns when all of it
     * has ended; nothing happens when it has already.
     *
     * @param signal such as {@code SIGINT}; null for the one that the container or its image says, else SIGTERM
     */
    void stop(@Nullable String signal, Duration grace) throws InterruptedException;

    /** Sends a signal to the first process. */
    void kill(String signal);

    /** Deletes it with its files and nameless volumes; one that runs is killed first. */
    void remove() throws InterruptedException;

    /**
     * Copies a file or folder of this machine in, keeping modes, as {@code docker cp}: into the target when that is a
     * folder, else under its name.
     */
    void copyIn(Path source, String target) throws IOException;

    /** Copies a file or folder out, likewise. */
    void copyOut(String source, Path target) throws IOException;

    /** Writes an archive (tar) of what is at a path, as {@code docker cp CONTAINER:PATH -}. */
    void archive(String source, OutputStream tar) throws IOException;

    /** Unpacks an archive (tar) into a folder of the container, as {@code docker cp - CONTAINER:PATH}. */
    void unpack(java.io.InputStream tar, String folder) throws IOException;
}
