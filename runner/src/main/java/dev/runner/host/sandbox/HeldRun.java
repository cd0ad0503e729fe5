package dev.runner.host.sandbox;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox at work that others may join.
 *
 * @param killed whether its first process was, though its exit code does not say so
 */
record HeldRun(SandboxRun run, AtomicBoolean killed, Inside inside) implements HeldSandbox {
    private static final int KILLED = 137;

    /** One without namespaces: its first process is the one that was started. */
    static HeldRun plain(
            SandboxRun run,
            String kind,
            PlainLayout layout,
            List<String> words,
            List<String> capabilities,
            List<String> prefix) {
        long pid = run.pid();
        return new HeldRun(
                run,
                new AtomicBoolean(),
                new Inside(kind, pid, pid, Inside.startOf(pid), layout.root(), words, capabilities, prefix));
    }

    @Override
    public long pid() {
        return run.pid();
    }

    @Override
    public int await() throws IOException, InterruptedException {
        int exitCode = run.await();
        return killed.get() ? KILLED : exitCode;
    }

    @Override
    public boolean await(Duration atMost) throws IOException, InterruptedException {
        return run.await(atMost);
    }

    @Override
    public void terminate(Duration grace) {
        run.terminate(grace);
    }

    @Override
    public @Nullable String limitReached() {
        return run.limitReached();
    }
}
