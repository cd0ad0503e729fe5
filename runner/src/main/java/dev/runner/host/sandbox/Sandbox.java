package dev.runner.host.sandbox;

import dev.runner.host.process.OutputSink;
import java.io.IOException;

/** One way to run a process in a root filesystem of its own. */
public interface Sandbox {
    /** {@code oci}, {@code namespaces}, {@code chroot} or {@code proot}. */
    String name();

    /** Whether the root may be an overlay. Otherwise it must be a folder that may be written. */
    default boolean mounts() {
        return true;
    }

    /**
     * Whether a process of this user only believes in its identity: all it makes is then this program's user's on the
     * disk, and changes of owners are told to {@link RootFilesystem.Directory#owners}.
     */
    default boolean pretends(SandboxProcess.User user) {
        return false;
    }

    /**
     * Mounts and starts. The exit code of what is returned is the process's own. When its {@code await} returns, the
     * process has ended, its output was delivered, and its mounts, stubs and folders are gone; its {@code await} throws
     * {@link SandboxException} when the set-up failed, so that the command never ran.
     *
     * @throws SandboxException when that is clear at once
     */
    RunningSandbox start(SandboxSpec spec, OutputSink out, OutputSink err) throws IOException;

    /**
     * Starts a process and, unlike {@link #start}, lets more of them join it later; all end with the first. Returns when
     * the first is about to begin.
     *
     * @throws SandboxException when it cannot be set up
     */
    HeldSandbox hold(HeldSpec spec, OutputSink out, OutputSink err) throws IOException;
}
