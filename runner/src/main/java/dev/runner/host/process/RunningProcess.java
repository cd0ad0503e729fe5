package dev.runner.host.process;

import java.io.IOException;
import java.time.Duration;

/** A child at work, or ended. Owned by the {@link ProcessRunner} that started it. */
public interface RunningProcess {
    /** Its process id, which is also its process group's. */
    long pid();

    /**
     * Waits until it has ended and all that it wrote was delivered. Processes that it left in the background are not
     * waited for, and what they write afterwards is thrown away; they end when the {@link ProcessRunner} is closed.
     *
     * @return the exit code; 128 plus the signal's number when a signal ended it
     * @throws IOException when a sink refused the output; for a sandbox also its own failure to set up, so that no exit
     *     code is the command's
     * @throws InterruptedException the process runs on; the caller decides whether to {@link #terminate}
     */
    int await() throws IOException, InterruptedException;

    /** As {@link #await()}, for so long at most; false when it still runs. */
    boolean await(Duration atMost) throws IOException, InterruptedException;

    /**
     * Ends the whole process group: SIGTERM, up to {@code grace} of waiting, SIGKILL. Returns when it is gone. Does
     * nothing when all is gone already.
     */
    void terminate(Duration grace);
}
