package dev.runner.host.sandbox;

import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import java.io.IOException;

/** One way to run a process in a root filesystem of its own. */
public interface Sandbox {
    /** {@code oci} or {@code namespaces}. */
    String name();

    /**
     * Mounts and starts. The exit code of what is returned is the process's own. When its {@code await} returns, the
     * process has ended, its output was delivered, and its mounts, stubs and folders are gone; its {@code await} throws
     * {@link SandboxException} when the set-up failed, so that the command never ran.
     *
     * @throws SandboxException when that is clear at once
     */
    RunningProcess start(SandboxSpec spec, OutputSink out, OutputSink err) throws IOException;
}
