package dev.runner.host.sandbox;

import dev.runner.host.Machine;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs with {@code CAP_SYS_CHROOT} alone, which a container's root has by default. Users, owners and modes are real; the
 * files are apart, all else is the machine's, and there is no {@code /proc}, as nothing can be mounted.
 */
final class ChrootSandbox implements Sandbox {
    private final ProcessRunner processes;
    private final Path stateFolder;
    private final Machine machine;

    ChrootSandbox(ProcessRunner processes, Path stateFolder, Machine machine) {
        this.processes = processes;
        this.stateFolder = stateFolder;
        this.machine = machine;
    }

    @Override
    public String name() {
        return "chroot";
    }

    @Override
    public boolean mounts() {
        return false;
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
        PlainLayout layout = PlainLayout.prepare(spec, stateFolder, false);
        try {
            SandboxRun.Tail tail = new SandboxRun.Tail(err);
            Command command = Command.of(Launcher.onTerminal(spec, argv(held, layout)))
                    .withEnvironment(spec.process().environment())
                    .in(Path.of("/"));
            if (spec.process().stdin() != null) {
                command = command.reading(spec.process().stdin());
            }
            RunningProcess process = processes.start(command, out == err ? tail : out, tail);
            SandboxRun run = new SandboxRun(
                    process, layout, exitCode -> ExecFailures.diagnose(spec, exitCode, tail.text(), "nsenter:"));
            List<String> capabilities = held.capabilities(machine.rights().capabilities());
            return HeldRun.plain(run, name(), layout, List.of(), capabilities, Rights.limited(spec, layout.limited()));
        } catch (IOException | RuntimeException e) {
            layout.close();
            throw e;
        }
    }

    private List<String> argv(HeldSpec held, PlainLayout layout) throws IOException {
        SandboxSpec spec = held.sandbox();
        SandboxProcess process = spec.process();
        List<String> argv = new ArrayList<>(Rights.limited(spec, layout.limited()));
        argv.addAll(List.of(Shell.tool("setpriv"), "--inh-caps=-all"));
        argv.addAll(Rights.given(
                process.user(),
                machine.rights().capabilities().contains("SETPCAP")
                        ? held.capabilities(machine.rights().capabilities())
                        : null));
        String directory = layout.resolved(process.workingDirectory());
        // Not unshare, which a container's filter of system calls refuses even where it is to unshare nothing.
        argv.addAll(
                List.of("--", Shell.tool("nsenter"), "--root=" + layout.root(), "--wd=" + layout.root() + directory));
        if (process.user().uid() != 0) {
            argv.add("--setuid=" + Integer.toUnsignedString(process.user().uid()));
        }
        argv.add("--");
        argv.addAll(process.argv());
        return argv;
    }
}
