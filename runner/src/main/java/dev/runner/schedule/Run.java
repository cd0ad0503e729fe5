package dev.runner.schedule;

import java.util.Set;

/** A run that has been started. */
public interface Run {
    /**
     * Asks it to stop: running steps are cancelled, jobs that wait are not started, steps and jobs whose condition says
     * {@code always()} or {@code cancelled()} still run. A second call kills and runs nothing more. Returns at once.
     */
    void cancel();

    /** Gives up: running jobs are cancelled, those that wait are not started. Returns at once. */
    void giveUp();

    /** Cancels the jobs with these ids, those that wait and those that run. Returns at once. */
    void cancelJobs(Set<String> ids);

    /** Waits for its end; the last event has then been heard by every listener. */
    RunResult await() throws InterruptedException;
}
