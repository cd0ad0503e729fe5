package dev.runner.host.sandbox;

import dev.runner.host.Machine;
import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Runs with util-linux alone: a shell mounts what an OCI runtime would, moves the new root over the old, gives up
 * rights and becomes the process. The programs that do so are the machine's while the environment is already the
 * process's, so variables that direct the dynamic linker are refused.
 */
final class NamespaceSandbox implements Sandbox {
    private final ProcessRunner processes;
    private final Path stateFolder;
    private final Machine machine;
    private final boolean overlays;

    /** @param overlays whether the root can be one */
    NamespaceSandbox(ProcessRunner processes, Path stateFolder, Machine machine, boolean overlays) {
        this.processes = processes;
        this.stateFolder = stateFolder;
        this.machine = machine;
        this.overlays = overlays;
    }

    @Override
    public String name() {
        return "namespaces";
    }

    @Override
    public boolean mounts() {
        return overlays;
    }

    @Override
    public RunningSandbox start(SandboxSpec spec, OutputSink out, OutputSink err) throws IOException {
        Refusals.checkUser(spec);
        ProgramFile.check(spec, processes);
        Refusals.checkVariables(name(), spec);
        Layout layout = Layout.prepare(spec, stateFolder);
        try {
            List<String> more = new ArrayList<>(List.of("--ipc", "--uts"));
            if (spec.network().mode() == NetworkMode.NONE) {
                more.add("--net");
            }
            List<String> argv = Launcher.argv(spec, layout.inMemory(script(spec, layout)), more.toArray(String[]::new));
            Command command = Command.of(argv).withEnvironment(spec.process().environment());
            if (spec.process().stdin() != null) {
                command = command.reading(spec.process().stdin());
            }
            boolean together = out == err;
            SandboxRun.Tail tail = new SandboxRun.Tail(err);
            RunningProcess process = processes.start(command, together ? tail : out, tail);
            return new SandboxRun(
                    process, layout, exitCode -> ExecFailures.diagnose(spec, exitCode, tail.text(), "unshare:"));
        } catch (IOException | RuntimeException e) {
            layout.close();
            throw e;
        }
    }

    @Override
    public HeldSandbox hold(HeldSpec spec, OutputSink out, OutputSink err) throws IOException {
        return new HeldNamespaces(processes, stateFolder, machine).start(spec, out, err);
    }

    private String script(SandboxSpec spec, Layout layout) throws IOException {
        List<String> script = mounted(spec, layout);
        finish(script, spec, layout);
        return String.join("\n", script);
    }

    /** All that is to be seen inside, mounted where the root will be. */
    static List<String> mounted(SandboxSpec spec, Layout layout) throws IOException {
        List<String> script = layout.script();
        String mount = Shell.tool("mount");
        Path root = layout.root();
        boolean insecure = spec.privilege() == Privilege.INSECURE;
        MountTable first = new MountTable(root);
        first.add("proc", "/proc", "proc", "nosuid,noexec,nodev");
        first.add("tmpfs", "/dev", "tmpfs", "nosuid,mode=755,size=64m" + (insecure ? "" : ",nodev"));
        if (Kernel.inUserNamespace() && spec.network().mode() == NetworkMode.HOST) {
            // Only whoever owns the network may mount a sysfs, which shows it.
            first.add("/sys", "/sys", "none", "rbind");
        } else {
            first.add("sysfs", "/sys", "sysfs", "nosuid,noexec,nodev," + (insecure ? "rw" : "ro"));
        }
        script.add("cd " + Shell.quote(root));
        for (String folder : List.of("proc", "dev", "sys")) {
            script.add(stub(folder, true));
        }
        script.add(first.mountAll(mount, layout));
        script.add("cd " + Shell.quote(root));
        String hostname = Shell.quote(spec.network().hostname());
        script.add(
                Kernel.inUserNamespace()
                        ? Shell.tool("hostname") + " " + hostname
                        : "echo " + hostname + " >proc/sys/kernel/hostname");
        MountTable second = new MountTable(root);
        deviceFiles(script, second, spec);
        for (Layout.Placed placed : layout.placed()) {
            script.add(stub(placed.target().substring(1), placed.folder()));
            String access = placed.readOnly() ? ",ro" : "";
            // Root inside may make devices: they open nowhere.
            String devices = insecure || placed.device() ? "" : ",nodev";
            second.add(placed.source().toString(), placed.target(), "none", "rbind" + access + devices);
        }
        if (!insecure) {
            protect(second);
        }
        script.add(second.mountAll(mount, layout));
        return script;
    }

    /** A mount point that the layer of stubs could not give; without symbolic links, or it would be there. */
    private static String stub(String path, boolean folder) throws SandboxException {
        String mkdir = Shell.tool("mkdir") + " -p ";
        String name = Shell.quote(path);
        if (folder) {
            return "[ -d " + name + " ] || " + mkdir + name;
        }
        String parent = Shell.quote(path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : ".");
        return "[ -e " + name + " ] || { [ -d " + parent + " ] || " + mkdir + parent + "; : >" + name + "; }";
    }

    private static void deviceFiles(List<String> script, MountTable table, SandboxSpec spec) throws SandboxException {
        script.add(Shell.tool("mkdir") + " -p dev/pts dev/shm dev/mqueue");
        List<String> devices = new ArrayList<>(Kernel.DEVICES);
        if (spec.privilege() == Privilege.INSECURE) {
            devices.addAll(machinesDevices());
        }
        for (String device : devices) {
            script.add(": >dev/" + device);
            table.add("/dev/" + device, "/dev/" + device, "none", "bind");
        }
        String link = Shell.tool("ln") + " -s ";
        script.add(link + "/proc/self/fd dev/fd; " + link + "/proc/self/fd/0 dev/stdin; " + link
                + "/proc/self/fd/1 dev/stdout; " + link + "/proc/self/fd/2 dev/stderr; " + link + "pts/ptmx dev/ptmx");
        Long shm = spec.limits().shmBytes();
        table.add("devpts", "/dev/pts", "devpts", "nosuid,noexec," + Kernel.terminalOptions());
        table.add("shm", "/dev/shm", "tmpfs", "nosuid,noexec,nodev,mode=1777,size=" + (shm == null ? 64L << 20 : shm));
        table.add("mqueue", "/dev/mqueue", "mqueue", "nosuid,noexec,nodev");
    }

    /** All of the machine's but terminals, for whoever may do everything. */
    private static List<String> machinesDevices() {
        String[] names = Path.of("/dev").toFile().list();
        return Arrays.stream(names == null ? new String[0] : names)
                .filter(name -> !Kernel.DEVICES.contains(name)
                        && !name.matches("(tty|vcs|pty).*|ptmx|console|core|log|initctl")
                        && !Files.isSymbolicLink(Path.of("/dev", name))
                        && !Files.isDirectory(Path.of("/dev", name)))
                .sorted()
                .toList();
    }

    private static void protect(MountTable table) {
        for (String path : Kernel.MASKED) {
            if (Files.isDirectory(Path.of(path))) {
                table.add("tmpfs", path, "tmpfs", "ro,size=0");
            } else if (Files.exists(Path.of(path))) {
                table.add("/dev/null", path, "none", "bind");
            }
        }
        for (String path : Kernel.READ_ONLY) {
            if (Files.exists(Path.of(path))) {
                table.addInside(path, "bind,ro");
            }
        }
    }

    private void finish(List<String> script, SandboxSpec spec, Layout layout) throws IOException {
        if (spec.network().mode() == NetworkMode.NONE) {
            script.add(loopbackUp());
        }
        script.add("cd " + Shell.quote(layout.root()));
        script.add(Shell.tool("mount") + " --no-mtab --move . /");
        // Last, as what made the sandbox is not to be counted. Paths still lead to the old root.
        script.add(layout.limited().joining());
        script.add(": >" + Shell.quote(layout.ready()));
        Map<String, String> environment = spec.process().environment();
        for (String name : List.of("PWD", "OLDPWD")) {
            String value = environment.get(name);
            script.add(value == null ? "unset " + name : "export " + name + "=" + Shell.quote(value));
        }
        script.add("exec " + Shell.line(becoming(spec)) + " 2>&3 3>&-");
    }

    static String loopbackUp() throws SandboxException {
        if (Executables.find("ip") != null) {
            return Shell.tool("ip") + " link set lo up";
        }
        if (Executables.find("ifconfig") != null) {
            return Shell.tool("ifconfig") + " lo up";
        }
        return Shell.tool("busybox") + " ifconfig lo up";
    }

    /**
     * Rights go first, while the machine's programs can still be reached: the working folder is the new root, the
     * root folder the old one. The user comes last, because changing roots needs root's rights.
     */
    private List<String> becoming(SandboxSpec spec) throws SandboxException {
        SandboxProcess process = spec.process();
        List<String> argv = new ArrayList<>(Rights.limited(spec));
        argv.addAll(List.of(Shell.tool("setpriv"), "--inh-caps=-all"));
        argv.addAll(Rights.given(spec, machine));
        argv.addAll(List.of("--", Shell.tool("unshare"), "--root=.", "--wd=" + process.workingDirectory()));
        if (process.user().uid() != 0) {
            argv.add("--setuid=" + Integer.toUnsignedString(process.user().uid()));
        }
        argv.add("--");
        argv.addAll(process.argv());
        return argv;
    }
}
