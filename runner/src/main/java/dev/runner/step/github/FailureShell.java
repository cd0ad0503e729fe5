package dev.runner.step.github;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Lets a person look around where a step has failed. */
@FunctionalInterface
public interface FailureShell {
    /**
     * Runs an interactive shell to its end; two jobs that fail wait for each other.
     *
     * @param command of the shell
     * @param failure what went wrong, for people
     */
    void open(List<String> command, Map<String, String> environment, Path directory, String failure)
            throws InterruptedException;
}
