package dev.runner.host.sandbox;

import dev.runner.host.process.RunningProcess;
import org.jspecify.annotations.Nullable;

/** A process in a sandbox. */
public interface RunningSandbox extends RunningProcess {
    /**
     * Which limit the process, or one that it started, ran into, with what may help: a reason for its exit code that the
     * code itself does not tell. Null for none, and before it has ended.
     */
    @Nullable
    String limitReached();
}
