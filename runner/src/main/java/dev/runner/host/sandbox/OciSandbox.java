package dev.runner.host.sandbox;

import dev.runner.host.Machine;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs by an OCI runtime, inside a mount and process namespace of our own that dies with us. */
final class OciSandbox implements Sandbox {
    private final ProcessRunner processes;
    private final Path stateFolder;
    private final Path runtime;
    private final Machine machine;
    private final boolean overlays;
    private final boolean filters;

    /**
     * @param overlays whether the root can be one
     * @param filters whether the runtime can filter system calls, for which some are not built
     */
    OciSandbox(
            ProcessRunner processes,
            Path stateFolder,
            Path runtime,
            Machine machine,
            boolean overlays,
            boolean filters) {
        this.processes = processes;
        this.stateFolder = stateFolder;
        this.runtime = runtime;
        this.machine = machine;
        this.overlays = overlays;
        this.filters = filters;
    }

    @Override
    public String name() {
        return "oci";
    }

    private boolean isCrun() {
        return runtime.getFileName().toString().equals("crun");
    }

    @Override
    public boolean mounts() {
        return overlays;
    }

    @Override
    public RunningSandbox start(SandboxSpec spec, OutputSink out, OutputSink err) throws IOException {
        Refusals.checkUser(spec);
        ProgramFile.check(spec, processes);
        Layout layout = Layout.prepare(spec, stateFolder);
        try {
            Command command = Command.of(Launcher.argv(spec, layout.inMemory(script(spec, layout))));
            if (spec.process().stdin() != null) {
                command = command.reading(spec.process().stdin());
            }
            RunningProcess process = processes.start(command, out, err);
            return new SandboxRun(process, layout, exitCode -> diagnose(spec, layout));
        } catch (IOException | RuntimeException e) {
            layout.close();
            throw e;
        }
    }

    /** By namespaces of our own: what joins later must not wait for a runtime, which takes longer than most commands. */
    @Override
    public HeldSandbox hold(HeldSpec spec, OutputSink out, OutputSink err) throws IOException {
        return new HeldNamespaces(processes, stateFolder, machine).start(spec, out, err);
    }

    private String script(SandboxSpec spec, Layout layout) throws IOException {
        prepareControlGroups(layout);
        RuntimeConfig config = new RuntimeConfig(
                spec,
                layout,
                List.copyOf(machine.rights().capabilities()),
                isCrun() ? RuntimeConfig.Guard.MOUNTS : RuntimeConfig.Guard.CONTROL_GROUP,
                filters);
        layout.inMemory("config.json", config.json().getBytes(StandardCharsets.UTF_8));
        // Sources of our own: mount passes over what it takes for mounted already.
        layout.first().addOutside("runner", Path.of("/proc"), "proc", "nosuid,nodev,noexec");
        List<String> script = layout.script();
        script.add(": >" + Shell.quote(layout.ready()));
        List<String> run = new ArrayList<>(List.of(runtime.toString()));
        run.add("--log=" + runtimeLog(layout));
        run.add("--log-format=json");
        run.add("--root=" + layout.memory().resolve("state"));
        if (isCrun()) {
            run.add("--cgroup-manager=disabled");
        }
        run.addAll(List.of("run", "--bundle=" + layout.memory(), layout.controlGroup()));
        script.add("exec " + Shell.line(run) + " 2>&3 3>&-");
        return String.join("\n", script);
    }

    /**
     * crun makes no group: to load rules for devices it insists on {@code CAP_SYS_RESOURCE}, and it knows no machine with
     * both versions of control groups, so it sees none. runc makes one of version 2 where it would make ten of version 1.
     */
    private void prepareControlGroups(Layout layout) throws IOException {
        if (isCrun()) {
            layout.hideControlGroups("tmpfs", "ro,size=0");
        } else if (machine.rights().controlGroups() != Machine.ControlGroups.V2 && !Kernel.inUserNamespace()) {
            layout.hideControlGroups("cgroup2", "rw");
        }
    }

    private static Path runtimeLog(Layout layout) {
        return layout.folder().resolve("runtime.log");
    }

    /** A runtime logs errors of its own; a command that merely failed leaves the log without any. */
    private static @Nullable SandboxException diagnose(SandboxSpec spec, Layout layout) {
        try {
            Path log = runtimeLog(layout);
            if (!Files.exists(log)) {
                return null;
            }
            for (String line : Files.readString(log, StandardCharsets.UTF_8).split("\n")) {
                if (line.contains("\"level\":\"error\"") || line.contains("\"level\": \"error\"")) {
                    int start = line.indexOf("\"msg\"");
                    String rest = start < 0 ? line : line.substring(line.indexOf(':', start) + 1);
                    String message = rest.replaceFirst("^\\s*\"", "").replaceFirst("\",\\s*\"(level|time)\".*$", "");
                    return ExecFailures.explain(spec, message.replace("\\\"", "\""));
                }
            }
            return null;
        } catch (IOException e) {
            return new SandboxException(SandboxException.Reason.SETUP, "the runtime's log could not be read", e);
        }
    }
}
