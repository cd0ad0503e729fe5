package dev.runner.host.process;

import java.io.IOException;

/** Starts children and owns them: closing it ends all that still run. */
public final class ProcessRunner implements AutoCloseable {
    /**
     * Starts a child.
     *
     * @throws CommandNotFoundException when there is no such program
     */
    public RunningProcess start(Command command, OutputSink stdout, OutputSink stderr) throws IOException {
        throw new UnsupportedOperationException(command + " " + stdout + stderr);
    }

    /** Runs a short program to its end and keeps what it wrote. */
    public ProcessResult run(Command command) throws IOException, InterruptedException {
        throw new UnsupportedOperationException(command.toString());
    }

    /**
     * As {@link #run}, and any exit code but zero is a failure.
     *
     * @return what it wrote on standard output
     * @throws ProcessFailedException with the end of its standard error
     */
    public String runChecked(Command command) throws IOException, InterruptedException {
        throw new UnsupportedOperationException(command.toString());
    }

    /** Kills all that was started, and what they started. */
    @Override
    public void close() {}
}
