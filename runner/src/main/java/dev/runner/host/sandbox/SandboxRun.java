package dev.runner.host.sandbox;

import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A sandbox at work: its process, and the layout that goes when it has ended. */
final class SandboxRun implements RunningSandbox {
    private final RunningProcess process;
    private final Cleaned layout;
    private final IntFunction<@Nullable SandboxException> diagnosis;
    private boolean closed;
    private @Nullable SandboxException failure;
    private @Nullable String limitReached;

    /** What is there for one run, and goes with it. */
    interface Cleaned extends AutoCloseable {
        /** Whether the set-up was done, so that what failed was the process. */
        boolean isReady();

        /** What limits the process. */
        ControlGroup limited();

        /** What the set-up had to say. */
        String setUpLog() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** @param diagnosis tells from an exit code whether it is the sandbox's own failure */
    SandboxRun(RunningProcess process, Cleaned layout, IntFunction<@Nullable SandboxException> diagnosis) {
        this.process = process;
        this.layout = layout;
        this.diagnosis = diagnosis;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public int await() throws IOException, InterruptedException {
        int exitCode;
        try {
            exitCode = process.await();
        } catch (IOException e) {
            process.terminate(Duration.ZERO);
            close(0);
            throw e;
        }
        close(exitCode);
        if (failure != null) {
            throw failure;
        }
        return exitCode;
    }

    @Override
    public boolean await(Duration atMost) throws IOException, InterruptedException {
        if (!process.await(atMost)) {
            return false;
        }
        await();
        return true;
    }

    @Override
    public void terminate(Duration grace) {
        process.terminate(grace);
        try {
            close(0);
        } catch (IOException e) {
            // What is left is found by the next sweep.
        }
    }

    private synchronized void close(int exitCode) throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (layout) {
            limitReached = layout.limited().reached();
            if (exitCode != 0) {
                failure = layout.isReady() ? diagnosis.apply(exitCode) : setUpFailure();
            }
        }
    }

    @Override
    public synchronized @Nullable String limitReached() {
        return limitReached;
    }

    private @Nullable SandboxException setUpFailure() throws IOException {
        String log = layout.setUpLog();
        if (log.isBlank()) {
            // Ended by a signal before it could say anything: cancelled, not broken.
            return null;
        }
        return new SandboxException(
                SandboxException.Reason.SETUP, "the sandbox could not be set up: " + log.strip(), null);
    }

    /** Keeps the end of what passes through. */
    static final class Tail implements OutputSink {
        private static final int LENGTH = 2048;

        private final OutputSink sink;
        private final StringBuilder tail = new StringBuilder();

        Tail(OutputSink sink) {
            this.sink = sink;
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            tail.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
            if (tail.length() > LENGTH) {
                tail.delete(0, tail.length() - LENGTH);
            }
            sink.write(bytes, offset, length);
        }

        @Override
        public void end() throws IOException {
            sink.end();
        }

        synchronized String text() {
            return tail.toString();
        }
    }
}
