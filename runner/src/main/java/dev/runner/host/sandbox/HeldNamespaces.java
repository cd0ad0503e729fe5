package dev.runner.host.sandbox;

import dev.runner.host.Machine;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Starts held sandboxes in namespaces. The program {@code unshare}, which makes them, waits outside of the new process
 * numbers for the first process, with the machine's root in the new mounts: whatever joins goes in beside it, gives up
 * rights by the machine's programs, and only then changes to the root inside. When unshare dies, with us at the latest,
 * the kernel ends the first process and with it all others.
 */
final class HeldNamespaces {
    /** Where unshare's own words go. */
    private static final String SAID = "unshare.log";

    private final ProcessRunner processes;
    private final Path stateFolder;
    private final Machine machine;

    HeldNamespaces(ProcessRunner processes, Path stateFolder, Machine machine) {
        this.processes = processes;
        this.stateFolder = stateFolder;
        this.machine = machine;
    }

    HeldSandbox start(HeldSpec held, OutputSink out, OutputSink err) throws IOException {
        SandboxSpec spec = held.sandbox();
        Refusals.checkUser(spec);
        ProgramFile.check(spec, processes);
        byte[] starter = Starter.program();
        if (starter == null) {
            throw Refusals.of("namespaces", "a container that others join, on " + System.getProperty("os.arch"));
        }
        Layout layout = Layout.prepare(spec, stateFolder);
        RunningProcess process = null;
        try {
            List<String> capabilities = held.capabilities(machine.rights().capabilities());
            Path script = layout.inMemory(script(held, layout, starter, capabilities));
            Command command = Command.of(argv(held, layout, script))
                    .withEnvironment(Starter.disguised(spec.process().environment()));
            if (spec.process().stdin() != null) {
                command = command.reading(spec.process().stdin());
            }
            SandboxRun.Tail tail = new SandboxRun.Tail(err);
            process = processes.start(command, out == err ? tail : out, tail);
            AtomicBoolean killed = new AtomicBoolean();
            SandboxRun run = new SandboxRun(process, layout, exitCode -> {
                killed.set(exitCode == 1 && said(layout).contains("sigprocmask"));
                return ExecFailures.diagnose(spec, exitCode, tail.text(), "unshare:");
            });
            long[] pids = ready(run, process, layout);
            return new HeldRun(
                    run,
                    killed,
                    new Inside(
                            Inside.NAMESPACES,
                            pids[1],
                            pids[0],
                            Inside.startOf(pids[0]),
                            Path.of("/proc", Long.toString(pids[0]), "root"),
                            List.of(),
                            capabilities,
                            Rights.limited(spec, layout.limited())));
        } catch (IOException | RuntimeException e) {
            if (process != null) {
                process.terminate(Duration.ZERO);
            }
            layout.close();
            throw e;
        }
    }

    private static List<String> argv(HeldSpec held, Layout layout, Path script) throws IOException {
        List<String> more = new ArrayList<>(List.of("--ipc", "--uts"));
        List<String> argv = new ArrayList<>();
        Path joined = held.network().joined();
        if (joined != null && !Inside.isOurs(joined)) {
            argv.addAll(List.of(Shell.tool("nsenter"), "--net=" + joined, "--"));
        } else if (held.sandbox().network().mode() == NetworkMode.NONE) {
            more.add("--net");
        }
        // When the first process was killed unshare would be too, fails to, and complains: that is not the process's.
        argv.addAll(List.of(Shell.tool("sh"), "-c", "exec \"$@\" 3>&2 2>\"$0\"", layout.folder() + "/" + SAID));
        argv.addAll(Launcher.words(script, more.toArray(String[]::new)));
        return Launcher.onTerminal(held.sandbox(), argv);
    }

    private static String script(HeldSpec held, Layout layout, byte[] starter, List<String> capabilities)
            throws IOException {
        SandboxSpec spec = held.sandbox();
        List<String> script = NamespaceSandbox.mounted(spec, layout);
        script.set(1, "exec 2>" + Shell.quote(layout.log()));
        script.add("cd " + Shell.quote(layout.root()));
        script.add(placed(starter, Starter.PLACE));
        if (held.reaper()) {
            script.add(placed(Reaper.program(), Reaper.PLACE));
        }
        if (spec.network().mode() == NetworkMode.NONE && held.network().joined() == null) {
            script.add(NamespaceSandbox.loopbackUp());
        }
        for (List<String> command : held.network().commands()) {
            script.add(Shell.line(command));
        }
        if (held.readOnlyRoot()) {
            script.add(Shell.line(List.of(Shell.tool("mount"), "-o", "remount,bind,nodev,ro", "none", layout.root())));
        }
        script.add(Shell.tool("mount") + " --no-mtab --move . /");
        // Last, as what made the sandbox is not to be counted. Paths still lead to the old root.
        script.add(layout.limited().joining());
        // By the machine's own /proc, so that the numbers are the machine's.
        script.add("read -r init name state launcher rest </proc/self/stat");
        script.add("echo $init $launcher >" + Shell.quote(layout.ready()));
        List<String> argv = new ArrayList<>(Rights.limited(spec));
        argv.addAll(List.of(Shell.tool("setpriv"), "--inh-caps=-all"));
        argv.addAll(Rights.given(spec.process().user(), spec.privilege() == Privilege.INSECURE ? null : capabilities));
        if (held.noNewPrivileges()) {
            argv.add("--no-new-privs");
        }
        argv.add("--");
        argv.addAll(Inside.leaving(spec.process(), "."));
        List<String> words = Starter.argv(spec.process());
        argv.addAll(held.reaper() ? Reaper.argv(words) : words);
        script.add("exec " + Shell.line(argv) + " 2>&3 3>&-");
        return String.join("\n", script);
    }

    private static String placed(byte[] program, String place) throws SandboxException {
        String file = Shell.quote(place.substring(1));
        return "printf " + Shell.printed(program) + " >" + file + "; " + Shell.tool("chmod") + " 755 " + file;
    }

    /** The numbers of the first process and of unshare, once the set-up is done. */
    private static long[] ready(SandboxRun run, RunningProcess process, Layout layout) throws IOException {
        try {
            while (true) {
                boolean ended = process.await(Duration.ofMillis(1));
                String text = Files.exists(layout.ready()) ? Files.readString(layout.ready()) : "";
                if (text.endsWith("\n")) {
                    String[] pids = text.strip().split(" ");
                    if (ended || !sameRoot(pids[0], pids[1])) {
                        return new long[] {Long.parseLong(pids[0]), Long.parseLong(pids[1])};
                    }
                    continue;
                }
                if (ended) {
                    int exitCode = run.await();
                    throw new SandboxException(
                            SandboxException.Reason.SETUP,
                            "the sandbox ended with " + exitCode + " before it was set up",
                            null);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while a sandbox was set up");
        }
    }

    /** Until the first process has changed its root, whoever joins it there would be in the machine's own. */
    private static boolean sameRoot(String init, String launcher) {
        try {
            return Objects.equals(
                    Files.readAttributes(Path.of("/proc", init, "root"), BasicFileAttributes.class)
                            .fileKey(),
                    Files.readAttributes(Path.of("/proc", launcher, "root"), BasicFileAttributes.class)
                            .fileKey());
        } catch (IOException e) {
            // One of them is ending, which is seen at the next look.
            return true;
        }
    }

    private static String said(Layout layout) {
        try {
            return Files.readString(layout.folder().resolve(SAID));
        } catch (IOException e) {
            return "";
        }
    }
}
