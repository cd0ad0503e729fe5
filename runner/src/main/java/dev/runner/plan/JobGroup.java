package dev.runner.plan;

import dev.runner.pipeline.Job;
import java.util.List;

/**
 * All runs of one job.
 *
 * @param runs in matrix order; empty while open
 * @param open whether the matrix reads {@code needs} and can only be worked out when those jobs are done
 * @param only keys or names of the runs wanted; all when empty
 */
public record JobGroup(Job job, List<JobRun> runs, boolean open, List<String> only) {
    public JobGroup {
        runs = List.copyOf(runs);
        only = List.copyOf(only);
        if (open && !runs.isEmpty()) {
            throw new IllegalArgumentException("an open group has no runs yet");
        }
    }

    /** The job's id. */
    public String id() {
        return job.id();
    }
}
