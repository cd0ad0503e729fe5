package dev.runner.schedule;

/** Hears what happens in a run. */
@FunctionalInterface
public interface RunListener {
    /** Called for one event after the other, always from the same thread; slow listeners slow the run, they lose nothing. */
    void on(RunEvent event);
}
