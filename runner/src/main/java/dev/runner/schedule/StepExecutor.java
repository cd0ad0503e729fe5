package dev.runner.schedule;

import dev.runner.pipeline.Step;

/**
 * Executes steps; used by many jobs at once.
 *
 * <p>When the step is cancelled or runs out of time, its {@link Cancellation} is cancelled and the thread is
 * interrupted. The executor then stops what it started (asks, waits, kills; at once when
 * {@link Cancellation#isKilled}), leaves nothing behind and throws {@link InterruptedException}, or returns what it has.
 */
@FunctionalInterface
public interface StepExecutor {
    /**
     * Executes a step on the calling thread.
     *
     * @return what became of it; a failure that people can mend is a result, not an exception
     * @throws InterruptedException when it was cancelled
     * @throws RuntimeException is taken as a failure of the step; {@code InvalidSourceException} and
     *     {@code EvaluationException} keep their position
     */
    StepResult execute(Step step, StepContext context) throws InterruptedException;

    /**
     * Called on the job's thread when an attempt of it begins, before anything of it is evaluated.
     *
     * @throws java.io.IOException when the machine cannot do it; the job fails
     */
    default JobOpening open(JobOpening.Site site) throws java.io.IOException {
        return JobOpening.NONE;
    }

    /**
     * Takes what only one job at a time may have, among all runs. Called on a thread of its own before the job begins; the
     * scheduler sees to the jobs of one run by itself.
     *
     * @param waiting told once, before a wait
     * @return gives it back when closed
     * @throws java.io.IOException when the machine cannot do it; the job fails
     * @throws InterruptedException when the job has ended while it waits
     */
    default AutoCloseable take(String resource, Runnable waiting) throws java.io.IOException, InterruptedException {
        return () -> {};
    }
}
