package dev.runner.host.sandbox;

import dev.runner.host.Machine;
import dev.runner.host.emulator.Probe;
import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sandboxes of this machine. Each is tried out by running a tiny program before it is said to work. */
public final class Sandboxes {
    private static final List<String> ORDER = List.of("crun", "runc", "namespaces");

    private final ProcessRunner processes;
    private final Path stateFolder;
    private final Machine machine = Machine.inspect();

    /**
     * @param stateFolder for what runs need while they run; shared by all runs of this user
     */
    public Sandboxes(ProcessRunner processes, Path stateFolder) {
        this.processes = processes;
        this.stateFolder = stateFolder;
    }

    /** Each kind, best first, with yes or the reason for no. */
    public List<SandboxKind> available() {
        List<SandboxKind> kinds = new ArrayList<>();
        for (String kind : ORDER) {
            String name = kind.equals("namespaces") ? kind : "oci";
            try {
                tryOut(kind);
                kinds.add(new SandboxKind(name, true, version(kind.equals("namespaces") ? "unshare" : kind)));
            } catch (IOException e) {
                kinds.add(new SandboxKind(name, false, kind + ": " + e.getMessage()));
            }
        }
        return kinds;
    }

    private String version(String program) throws IOException {
        try {
            return processes
                    .runChecked(Command.of(program, "--version"))
                    .lines()
                    .findFirst()
                    .orElse(program);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return program;
        }
    }

    /**
     * The preferred kind, or the best that works.
     *
     * @param preferred {@code oci}, {@code crun}, {@code runc} or {@code namespaces}; null for the best
     * @throws SandboxException when it, or any, does not work here, with all reasons
     */
    public Sandbox choose(@Nullable String preferred) throws IOException {
        List<String> candidates = switch (preferred == null ? "" : preferred) {
            case "" -> ORDER;
            case "oci" -> List.of("crun", "runc");
            case "crun", "runc", "namespaces" -> List.of(String.valueOf(preferred));
            default ->
                throw new SandboxException(
                        SandboxException.Reason.UNAVAILABLE,
                        "there is no sandbox '" + preferred + "': use oci, crun, runc or namespaces",
                        null);
        };
        List<String> reasons = new ArrayList<>();
        for (String kind : candidates) {
            try {
                return tryOut(kind);
            } catch (IOException e) {
                reasons.add(kind + ": " + e.getMessage());
            }
        }
        throw new SandboxException(
                SandboxException.Reason.UNAVAILABLE,
                "no sandbox works on this machine: " + String.join("; ", reasons),
                null);
    }

    private Sandbox tryOut(String kind) throws IOException {
        if (!machine.rights().root()) {
            throw new SandboxException(SandboxException.Reason.UNAVAILABLE, "needs root", null);
        }
        Sandbox sandbox = sandbox(kind);
        Files.createDirectories(stateFolder);
        Path trial = Files.createTempDirectory(stateFolder, "trial-");
        try {
            Path lower = Files.createDirectory(trial.resolve("lower"));
            Path upper = Files.createDirectory(trial.resolve("upper"));
            Path work = Files.createDirectory(trial.resolve("work"));
            Probe.writeNative(lower.resolve("probe"));
            SandboxSpec spec = SandboxSpec.of(
                    new RootFilesystem.Overlay(List.of(lower), upper, work),
                    SandboxProcess.of(List.of("/probe"), Map.of(), "/"),
                    Platform.host());
            int exitCode = sandbox.start(spec, OutputSink.discard(), OutputSink.discard())
                    .await();
            if (exitCode != Probe.EXIT_CODE) {
                throw new SandboxException(
                        SandboxException.Reason.UNAVAILABLE, "a tiny program exited with " + exitCode, null);
            }
            return sandbox;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while a sandbox was tried");
        } finally {
            dev.runner.host.posix.PosixFiles.deleteTree(trial);
        }
    }

    private Sandbox sandbox(String kind) throws SandboxException {
        if (kind.equals("namespaces")) {
            return new NamespaceSandbox(processes, stateFolder, machine);
        }
        Path runtime = Executables.find(kind);
        if (runtime == null) {
            throw new SandboxException(SandboxException.Reason.UNAVAILABLE, "not installed", null);
        }
        return new OciSandbox(processes, stateFolder, runtime, machine);
    }

    /** Removes what dead runs left in a state folder; the number of runs that were removed. */
    public static int sweep(Path stateFolder) throws IOException {
        return RunFolder.sweep(stateFolder);
    }
}
