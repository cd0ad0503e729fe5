package dev.runner.build.container;

import dev.runner.build.BuildListener;
import dev.runner.build.ContainerFailedException;
import dev.runner.build.Containers;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.ImageTransferException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The long-lived containers of this user on this machine. All of them are found here, whichever process started them, so
 * that {@code docker exec} in a job's step reaches the job's services. Closing ends and removes those that this object
 * started with {@code start}, and its networks; when this program is killed they end too. Safe for many threads.
 */
public interface JobContainers extends AutoCloseable {
    /**
     * Pulls the image if need be, and starts a container of it, which ends with this program at the latest.
     *
     * @param listener hears of the pull
     * @throws ImageNotFoundException when there is no such image or it lacks the platform
     * @throws ImageTransferException when it cannot be pulled
     * @throws ContainerFailedException when it cannot be started: name or port taken, no sandbox, no such user; nothing is
     *     left then
     */
    RunningContainer start(ContainerSpec spec, BuildListener listener) throws InterruptedException;

    /**
     * As {@link #start(ContainerSpec, BuildListener)}, and its first process reads and writes these streams beside the log.
     *
     * @param streams not closed; null for none
     */
    RunningContainer start(ContainerSpec spec, Containers.@Nullable Streams streams, BuildListener listener)
            throws InterruptedException;

    /** As {@link #start(ContainerSpec, BuildListener)}, without starting it, and it stays until it is removed: {@code docker create}. */
    RunningContainer create(ContainerSpec spec, BuildListener listener) throws InterruptedException;

    /**
     * Starts a created or ended container that outlives this program: {@code docker run -d}, {@code docker start}.
     *
     * @param supervisor the words that run this program such that it calls {@link #supervise} with the id, which is
     *     appended to them
     * @throws ContainerFailedException as with {@link #start(ContainerSpec, BuildListener)}
     */
    void detach(RunningContainer container, List<String> supervisor) throws InterruptedException;

    /** Runs a created or ended container to its end, looking after its log, health and ports; its exit code. */
    int supervise(String id) throws InterruptedException;

    /** The container of that name, id or unambiguous beginning of an id; null when there is none. */
    @Nullable
    RunningContainer find(String nameOrId);

    /** All there are, newest first. */
    List<RunningContainer> list();

    /**
     * Makes a network for {@link ContainerNetwork.Named}, whose containers reach each other by name and alias. Where this
     * machine allows none they share the machine's, with the names in {@code /etc/hosts}.
     *
     * @return what people should know of it: how it differs from Docker's on this machine; empty for nothing
     */
    String createNetwork(String name);

    /** Removes a network whose containers have ended. */
    void removeNetwork(String name);

    @Override
    void close();
}
