package dev.runner.host.sandbox;

import dev.runner.host.Machine;
import dev.runner.host.emulator.Emulator;
import dev.runner.host.posix.OwnerChanges;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs with no right at all: PRoot traces the process and all that it starts, and changes the paths of their system
 * calls. It also starts every foreign program under an emulator, children's children too, without binfmt_misc. A filter
 * hides system calls that it is too old to know, and hears of changes of owners.
 */
final class ProotSandbox implements Sandbox {
    private final ProcessRunner processes;
    private final Path stateFolder;
    private final Path proot;
    private final boolean givesOwners;

    ProotSandbox(ProcessRunner processes, Path stateFolder, Path proot, Machine machine) {
        this.processes = processes;
        this.stateFolder = stateFolder;
        this.proot = proot;
        this.givesOwners = Kernel.givesOwners(machine);
    }

    @Override
    public String name() {
        return "proot";
    }

    @Override
    public boolean mounts() {
        return false;
    }

    @Override
    public boolean pretends(SandboxProcess.User user) {
        return !givesOwners || user.uid() != 0;
    }

    @Override
    public RunningSandbox start(SandboxSpec spec, OutputSink out, OutputSink err) throws IOException {
        return hold(HeldSpec.of(spec), out, err);
    }

    @Override
    public HeldSandbox hold(HeldSpec held, OutputSink out, OutputSink err) throws IOException {
        SandboxSpec spec = held.sandbox();
        ProgramFile.check(spec, processes);
        Refusals.checkPlain(name(), spec);
        PlainLayout layout = PlainLayout.prepare(spec, stateFolder, true);
        try {
            SandboxRun.Tail tail = new SandboxRun.Tail(err);
            Command command = Command.of(Launcher.onTerminal(spec, argv(spec, layout)))
                    .withEnvironment(spec.process().environment())
                    .in(Path.of("/"));
            if (spec.process().stdin() != null) {
                command = command.reading(spec.process().stdin());
            }
            OwnerChanges.Listener owners = spec.root() instanceof RootFilesystem.Directory directory
                            && pretends(spec.process().user())
                    ? directory.owners()
                    : null;
            RunningProcess process = processes.start(
                    command, out == err ? tail : out, tail, () -> OwnerChanges.confine(layout.root(), owners));
            if (!spec.process().terminal()) {
                // On a terminal it is a grandchild, and whoever sits there sees what still runs.
                Thread.ofVirtual().name("orphans of proot").start(() -> Tracees.endOrphans(process.pid()));
            }
            SandboxRun run = new SandboxRun(
                    process, layout, exitCode -> ExecFailures.diagnose(spec, exitCode, tail.text(), "proot error:"));
            return HeldRun.plain(
                    run, name(), layout, words(spec, layout), List.of(), Rights.limited(spec, layout.limited()));
        } catch (IOException | RuntimeException e) {
            layout.close();
            throw e;
        }
    }

    private List<String> argv(SandboxSpec spec, PlainLayout layout) throws IOException {
        SandboxProcess process = spec.process();
        List<String> argv = new ArrayList<>(Rights.limited(spec, layout.limited()));
        argv.addAll(words(spec, layout));
        argv.addAll(List.of("-w", layout.resolved(process.workingDirectory())));
        SandboxProcess.User user = process.user();
        if (pretends(user)) {
            argv.addAll(
                    List.of("-i", Integer.toUnsignedString(user.uid()) + ":" + Integer.toUnsignedString(user.gid())));
        }
        argv.addAll(process.argv());
        return argv;
    }

    /** PRoot over the root as the layout has it, without a process. */
    private List<String> words(SandboxSpec spec, PlainLayout layout) {
        List<String> argv =
                new ArrayList<>(List.of(proot.toString(), "-r", layout.root().toString()));
        for (PlainLayout.Bound bound : layout.bound()) {
            // Sources and targets are real paths: none holds a colon of its own unless the image does.
            argv.addAll(List.of("-b", bound.source() + ":" + bound.target()));
        }
        Emulator emulator = spec.target().emulator();
        if (emulator != null) {
            argv.addAll(List.of("-q", emulator.interpreter().toString()));
        }
        return argv;
    }
}
