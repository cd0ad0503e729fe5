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

    OciSandbox(ProcessRunner processes, Path stateFolder, Path runtime, Machine machine) {
        this.processes = processes;
        this.stateFolder = stateFolder;
        this.runtime = runtime;
        this.machine = machine;
    }

    @Override
    public String name() {
        return "oci";
    }

    private boolean isCrun() {
        return runtime.getFileName().toString().equals("crun");
    }

    @Override
    public RunningProcess start(SandboxSpec spec, OutputSink out, OutputSink err) throws IOException {
        boolean oldGroups = machine.rights().controlGroups() != Machine.ControlGroups.V2;
        if (isCrun() && oldGroups && spec.limits().needControlGroup()) {
            throw new SandboxException(
                    SandboxException.Reason.UNSUPPORTED,
                    "crun keeps limits of memory, processors and processes only with control groups v2; install runc",
                    null);
        }
        Layout layout = Layout.prepare(spec, stateFolder);
        try {
            Command command = Command.of(Launcher.argv(spec, layout.inMemory(script(spec, layout, oldGroups))));
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

    private String script(SandboxSpec spec, Layout layout, boolean oldGroups) throws IOException {
        RuntimeConfig config =
                new RuntimeConfig(spec, layout, List.copyOf(machine.rights().capabilities()));
        layout.inMemory("config.json", config.json().getBytes(StandardCharsets.UTF_8));
        // Sources of our own: mount passes over what it takes for mounted already.
        layout.first().addOutside("runner", Path.of("/proc"), "proc", "nosuid,nodev,noexec");
        if (oldGroups && !spec.limits().needControlGroup() && !Kernel.inUserNamespace()) {
            // One group in the unified hierarchy instead of ten; and crun knows no other.
            layout.first().addOutside("runner", Path.of("/sys/fs/cgroup"), "cgroup2", "nosuid,nodev,noexec");
        }
        List<String> script = layout.script();
        script.add(": >" + Shell.quote(layout.ready()));
        List<String> run = new ArrayList<>(List.of(runtime.toString()));
        run.add("--log=" + runtimeLog(layout));
        run.add("--log-format=json");
        run.add("--root=" + layout.memory().resolve("state"));
        run.addAll(List.of("run", "--bundle=" + layout.memory(), layout.controlGroup()));
        script.add("exec " + Shell.line(run) + " 2>&3 3>&-");
        return String.join("\n", script);
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
