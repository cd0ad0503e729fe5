package dev.runner.step.github;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Lets a person look around where a step has failed; two jobs that fail wait for each other. */
public interface FailureShell {
    /**
     * Runs an interactive shell of this machine to its end.
     *
     * @param command of the shell
     * @param failure what went wrong, for people
     */
    void open(List<String> command, Map<String, String> environment, Path directory, String failure)
            throws InterruptedException;

    /** Connects the person's terminal with a shell that runs elsewhere, until it ends. */
    void join(Remote shell, String failure) throws InterruptedException;

    /** A shell in a container, with a terminal there. */
    @FunctionalInterface
    interface Remote {
        /** Runs it to its end. */
        void run(InputStream in, OutputStream out) throws IOException, InterruptedException;
    }
}
