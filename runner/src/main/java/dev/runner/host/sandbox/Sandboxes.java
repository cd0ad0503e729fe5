package dev.runner.host.sandbox;

import dev.runner.host.Machine;
import dev.runner.host.emulator.Emulator;
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
    /** Behind the name of a kind that mounts, but no overlays: its roots are plain copies. */
    private static final String COPIES = "+copies";

    /** Behind the name of a runtime that was built without the means to filter system calls. */
    private static final String UNFILTERED = "+unfiltered";

    private static final List<String> ORDER = List.of("crun", "runc", "namespaces", "chroot", "proot");

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
            String name = kind.equals("crun") || kind.equals("runc") ? "oci" : kind;
            try {
                String works = tryOut(kind, null);
                String program = switch (kind) {
                    case "namespaces" -> "unshare";
                    case "chroot" -> "nsenter";
                    default -> kind;
                };
                String copies = works.contains(COPIES) ? ", in plain copies, as overlays are refused here" : "";
                String filter = works.contains(UNFILTERED) ? ", which cannot filter system calls" : "";
                String without = kind.equals("chroot")
                        ? "; no /proc inside, and secrets are on the disk while a step runs, overwritten after it"
                        : "";
                kinds.add(new SandboxKind(name, true, version(program) + filter + copies + without));
            } catch (IOException e) {
                kinds.add(new SandboxKind(name, false, kind + ": " + e.getMessage()));
            }
        }
        return kinds;
    }

    /** Each limit that needs a control group, tried out by making one. */
    public List<LimitSupport> limits() throws IOException {
        List<LimitSupport> all = new ArrayList<>();
        Limits some = new Limits(64L << 20, 1.0, 64, null, List.of());
        for (ControlSetting setting : ControlSetting.of(some)) {
            Limits one = switch (setting.controller()) {
                case "memory" -> new Limits(some.memoryBytes(), null, null, null, List.of());
                case "cpu" -> new Limits(null, some.cpus(), null, null, List.of());
                default -> new Limits(null, null, some.pids(), null, List.of());
            };
            String name = setting.flag().substring(2);
            try (RunFolder run = RunFolder.create(stateFolder)) {
                run.limit(one);
                Path made = run.limited().folders().getFirst().path();
                all.add(new LimitSupport(name, true, "in " + made.getParent()));
            } catch (SandboxException e) {
                all.add(new LimitSupport(name, false, String.valueOf(e.getMessage())));
            }
        }
        return all;
    }

    private String version(String program) throws IOException {
        try {
            return processes
                    .runChecked(Command.of(program, "--version"))
                    .lines()
                    .filter(line -> line.matches(".*[0-9]\\.[0-9].*"))
                    .findFirst()
                    .map(line -> line.replaceFirst("^[^A-Za-z0-9]+", ""))
                    .map(line ->
                            line.startsWith(program) ? line : program + " " + line.replaceFirst(".*?([0-9.]+)$", "$1"))
                    .orElse(program);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return program;
        }
    }

    /**
     * The preferred kind, or the best that works.
     *
     * @param preferred {@code oci}, {@code crun}, {@code runc}, {@code namespaces}, {@code chroot} or {@code proot}; null
     *     for the best
     * @throws SandboxException when it, or any, does not work here, with all reasons
     */
    public Sandbox choose(@Nullable String preferred) throws IOException {
        return choose(preferred, null);
    }

    /**
     * As {@link #choose(String)}, for programs that the kernel does not run by itself: only a sandbox that starts the
     * emulator for each of them will do.
     *
     * @param emulator null when the kernel runs the programs
     */
    public Sandbox choose(@Nullable String preferred, @Nullable Emulator emulator) throws IOException {
        List<String> candidates = candidates(preferred);
        RememberedChoice choice = RememberedChoice.of(
                stateFolder,
                (preferred == null ? "best" : preferred)
                        + (emulator == null ? "" : "-" + emulator.architecture().platformName()));
        String known = choice.kind();
        if (known != null && candidates.contains(plain(known))) {
            return sandbox(known, emulator);
        }
        List<String> reasons = new ArrayList<>();
        for (String kind : candidates) {
            try {
                String works = tryOut(kind, emulator);
                choice.remember(works);
                return sandbox(works, emulator);
            } catch (IOException e) {
                reasons.add(kind + ": " + e.getMessage());
            }
        }
        throw new SandboxException(
                SandboxException.Reason.UNAVAILABLE,
                "no sandbox works on this machine: " + String.join("; ", reasons) + "; `runner doctor` says more",
                null);
    }

    private static List<String> candidates(@Nullable String preferred) throws SandboxException {
        return switch (preferred == null ? "" : preferred) {
            case "" -> ORDER;
            case "oci" -> List.of("crun", "runc");
            case "crun", "runc", "namespaces", "chroot", "proot" -> List.of(String.valueOf(preferred));
            default ->
                throw new SandboxException(
                        SandboxException.Reason.UNAVAILABLE,
                        "there is no sandbox '" + preferred + "': use oci, crun, runc, namespaces, chroot or proot",
                        null);
        };
    }

    /** A kind without what stands behind its name. */
    private static String plain(String kind) {
        int plus = kind.indexOf('+');
        return plus < 0 ? kind : kind.substring(0, plus);
    }

    /**
     * With an overlay as root, or where those are refused (on another overlay, by an old kernel) a plain folder; with a
     * filter of system calls, or where the runtime has none without.
     *
     * @return the kind, and behind its name what is missing
     */
    private String tryOut(String kind, @Nullable Emulator emulator) throws IOException {
        List<String> variants = switch (kind) {
            case "crun", "runc" -> List.of("", UNFILTERED, COPIES, COPIES + UNFILTERED);
            case "namespaces" -> List.of("", COPIES);
            default -> List.of("");
        };
        SandboxException first = null;
        for (String variant : variants) {
            try {
                tryOut(sandbox(kind + variant, emulator), emulator);
                return kind + variant;
            } catch (SandboxException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
                if (e.reason() == SandboxException.Reason.UNAVAILABLE) {
                    throw first;
                }
            }
        }
        throw java.util.Objects.requireNonNull(first);
    }

    private void tryOut(Sandbox sandbox, @Nullable Emulator emulator) throws IOException {
        Files.createDirectories(stateFolder);
        Path trial = Files.createTempDirectory(stateFolder, "trial-");
        try {
            Path lower = Files.createDirectory(trial.resolve("lower"));
            Path upper = Files.createDirectory(trial.resolve("upper"));
            Path work = Files.createDirectory(trial.resolve("work"));
            if (emulator == null) {
                Probe.writeNative(lower.resolve("probe"));
            } else {
                Probe.write(emulator.architecture(), lower.resolve("probe"));
            }
            RootFilesystem root = sandbox.mounts()
                    ? new RootFilesystem.Overlay(List.of(lower), upper, work)
                    : new RootFilesystem.Directory(lower, false);
            SandboxSpec spec = SandboxSpec.of(
                            root, SandboxProcess.of(List.of("/probe"), Map.of(), "/"), Platform.host())
                    .withEmulator(emulator);
            int exitCode = sandbox.start(spec, OutputSink.discard(), OutputSink.discard())
                    .await();
            if (exitCode != Probe.EXIT_CODE) {
                throw new SandboxException(
                        SandboxException.Reason.UNAVAILABLE, "a tiny program exited with " + exitCode, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while a sandbox was tried");
        } finally {
            dev.runner.host.posix.PosixFiles.deleteTree(trial);
        }
    }

    private Sandbox sandbox(String kind, @Nullable Emulator emulator) throws SandboxException {
        if (emulator != null && !kind.equals("proot")) {
            throw unavailable("cannot run " + emulator.architecture().platformName()
                    + " programs that the kernel does not; `runner binfmt` registers them, as root");
        }
        return switch (kind) {
            case "proot" -> new ProotSandbox(processes, stateFolder, program(kind), machine);
            case "chroot" -> {
                if (!Kernel.isSuperuser() || !machine.rights().capabilities().contains("SYS_CHROOT")) {
                    throw unavailable("needs user 0 with CAP_SYS_CHROOT");
                }
                yield new ChrootSandbox(processes, stateFolder, machine);
            }
            default -> {
                if (!machine.rights().root()) {
                    throw unavailable(withoutRights());
                }
                boolean overlays = !kind.contains(COPIES);
                boolean filters = !kind.contains(UNFILTERED);
                String runner = plain(kind);
                yield runner.equals("namespaces")
                        ? new NamespaceSandbox(processes, stateFolder, machine, overlays)
                        : new OciSandbox(processes, stateFolder, program(runner), machine, overlays, filters);
            }
        };
    }

    private String withoutRights() {
        if (Kernel.isSuperuser()) {
            return "needs the right to mount (CAP_SYS_ADMIN)";
        }
        return machine.rights().userNamespaces()
                ? "needs root, or a user namespace with subordinate ids: lines for this user in /etc/subuid and"
                        + " /etc/subgid, and newuidmap"
                : "needs root, or user namespaces, which are refused to this user";
    }

    private static SandboxException unavailable(String reason) {
        return new SandboxException(SandboxException.Reason.UNAVAILABLE, reason, null);
    }

    private static Path program(String name) throws SandboxException {
        Path program = Executables.find(name);
        if (program == null) {
            throw unavailable("not installed");
        }
        return program;
    }

    /** Removes what dead runs left in a state folder; the number of runs that were removed. */
    public static int sweep(Path stateFolder) throws IOException {
        return RunFolder.sweep(stateFolder);
    }
}
