package dev.runner.frontend.github;

import dev.runner.source.Source;
import java.io.IOException;

/** Brings the workflows that others call. */
public interface WorkflowFetcher {
    /**
     * The text of a workflow.
     *
     * @param uses {@code owner/repository/path@ref}, or {@code ./path} in the repository of the workflow that is run
     * @throws IOException with a message that says why it cannot be had and what to do
     */
    Source fetch(String uses) throws IOException;

    /** For a workflow alone: every call is a fault. */
    static WorkflowFetcher none() {
        return uses -> {
            throw new IOException("'" + uses + "' cannot be had here");
        };
    }
}
