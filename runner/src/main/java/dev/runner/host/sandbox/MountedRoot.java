package dev.runner.host.sandbox;

import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A root file system that is mounted for us to look into, in a mount namespace that a sleeping process holds. */
public final class MountedRoot implements AutoCloseable {
    private final Layout layout;
    private final RunningProcess holder;

    private MountedRoot(Layout layout, RunningProcess holder) {
        this.layout = layout;
        this.holder = holder;
    }

    /** Mounts an overlay. */
    public static MountedRoot of(RootFilesystem.Overlay root, ProcessRunner processes, Path stateFolder)
            throws IOException {
        SandboxProcess nobody = SandboxProcess.of(List.of("/"), Map.of(), "/");
        Layout layout = Layout.prepare(SandboxSpec.of(root, nobody, Platform.host()), stateFolder);
        RunningProcess holder = null;
        try {
            List<String> script = new ArrayList<>(layout.script());
            script.add(": >" + Shell.quote(layout.ready()));
            script.add("exec " + Shell.tool("sleep") + " 2147483647 2>&3 3>&-");
            holder = processes.start(
                    Command.of(
                            Shell.tool("unshare"),
                            "--mount",
                            "--propagation=private",
                            "--",
                            Shell.tool("sh"),
                            layout.inMemory(String.join("\n", script)).toString()),
                    OutputSink.discard(),
                    OutputSink.discard());
            while (!Files.exists(layout.ready())) {
                if (holder.await(Duration.ofMillis(1))) {
                    throw new SandboxException(
                            SandboxException.Reason.SETUP,
                            "the files could not be mounted: "
                                    + layout.setUpLog().strip(),
                            null);
                }
            }
            return new MountedRoot(layout, holder);
        } catch (IOException | RuntimeException e) {
            end(holder, layout);
            throw e;
        } catch (InterruptedException e) {
            end(holder, layout);
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while files were mounted");
        }
    }

    private static void end(@org.jspecify.annotations.Nullable RunningProcess holder, Layout layout)
            throws IOException {
        if (holder != null) {
            holder.terminate(Duration.ZERO);
        }
        layout.close();
    }

    /** Where it is, for this program. */
    public Path path() {
        return Path.of("/proc", Long.toString(holder.pid()), "root" + layout.root());
    }

    @Override
    public void close() throws IOException {
        end(holder, layout);
    }
}
