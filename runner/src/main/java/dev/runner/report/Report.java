package dev.runner.report;

import dev.runner.schedule.RunListener;

/** Shows a run while it goes on. Closing it leaves the console as it was, also in the middle of a run. */
public interface Report extends RunListener, AutoCloseable {
    @Override
    void close();
}
