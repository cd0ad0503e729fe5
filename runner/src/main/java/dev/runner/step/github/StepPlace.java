package dev.runner.step.github;

import dev.runner.host.process.OutputSink;
import dev.runner.schedule.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Where the processes of a job's steps run: this machine, or the job's container. */
interface StepPlace {
    /** Whether a program of this name is there. */
    boolean has(String program);

    /** The words that start Node; empty when there is none. */
    List<String> node();

    /** A folder or file of this machine as processes there see it; the text itself when they do not see it. */
    String inside(Path file);

    /** What processes there call this, on this machine. */
    Path outside(Path file);

    /**
     * The environment of a process.
     *
     * @param variables what the job and the step set
     * @param folders put before {@code PATH}, the first one first
     */
    Map<String, String> environment(Map<String, String> variables, List<String> folders);

    /**
     * Runs a process to its end.
     *
     * @param directory as processes there see it
     * @return its exit code
     * @throws dev.runner.host.process.CommandNotFoundException when there is no such program
     */
    int run(Launch launch, OutputSink out, OutputSink error, Cancellation cancellation)
            throws IOException, InterruptedException;

    /** What is run. */
    record Launch(List<String> command, Map<String, String> environment, String directory) {
        public Launch {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }
}
