package dev.runner.frontend.gitlab;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job that is part of the pipeline, with what rules have decided.
 *
 * @param job with what it inherits
 * @param needs null for a job that waits for the stages before its own
 */
record Chosen(
        String name,
        Node.Field field,
        Node.Fields job,
        Start start,
        @Nullable Node needs,
        Variables variables) {
    /**
     * How it starts and what its failure means.
     *
     * @param exitCodes that are tolerated
     */
    record Start(String when, boolean tolerated, List<Integer> exitCodes, Duration delay) {
        Start {
            exitCodes = List.copyOf(exitCodes);
        }
    }

    String stage() {
        String stage = Node.textOf(job.present("stage"));
        return stage == null ? "test" : stage;
    }

    Map<String, String> known() {
        return variables.asMap();
    }
}
