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

    /**
     * Takes the turn of a job in its group, among all runs; the scheduler sees to the jobs of one run by itself. Called on
     * a thread of its own before the job begins.
     *
     * @param waits told of what happens to it
     * @return gives it back when closed
     * @throws java.io.IOException when the machine cannot do it; the job fails
     * @throws InterruptedException when the job has ended while it waits
     */
    default AutoCloseable takeTurn(Turn turn, Waits waits) throws java.io.IOException, InterruptedException {
        return () -> {};
    }

    /**
     * A job's turn, worked out.
     *
     * @param group never empty
     * @param cancelRunning whether one that runs is cancelled
     * @param queues whether jobs wait one after the other; else a newer one takes the place of the one that waits
     */
    record Turn(String group, boolean cancelRunning, boolean queues) {}

    /** What one that wants a turn is told. */
    interface Waits {
        /** A job or run that is none of this run's has the turn; told once. */
        void begin();

        /** A newer one has taken the place of this one, which waits or runs. */
        void replaced();
    }
}
