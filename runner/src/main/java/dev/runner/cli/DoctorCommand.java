package dev.runner.cli;

import dev.runner.host.Machine;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.BinfmtStatus;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.host.emulator.Emulators;
import dev.runner.host.process.Executables;
import dev.runner.host.sandbox.FuseOverlay;
import dev.runner.host.sandbox.LimitSupport;
import dev.runner.host.sandbox.SandboxKind;
import dev.runner.host.sandbox.Sandboxes;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code runner doctor}: what of this machine works, what does not, and what mends it. */
final class DoctorCommand implements Flags.Declaring, Callable<Integer> {
    private static final List<EmulatedArchitecture> COMMON = List.of(
            EmulatedArchitecture.AMD64,
            EmulatedArchitecture.ARM64,
            EmulatedArchitecture.ARM,
            EmulatedArchitecture.I386,
            EmulatedArchitecture.RISCV64,
            EmulatedArchitecture.PPC64LE,
            EmulatedArchitecture.S390X);

    private final RunnerCommand parent;

    RegistryOptions registry = new RegistryOptions();

    @Override
    public void declare(Flags flags) {
        flags.command("doctor", "Check this machine: sandboxes, emulation, file systems, limits, registries, Java.");
        registry.declare(flags);
    }

    DoctorCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Machine machine = Machine.inspect();
        try (Toolbox toolbox = parent.toolbox(registry)) {
            machine(machine);
            boolean runs = sandboxes(toolbox, machine);
            emulation(toolbox);
            fileSystems(toolbox, machine);
            limits(toolbox, machine);
            registries(toolbox);
            parent.out().println();
            parent.out()
                    .println(
                            runs
                                    ? "The first of these is used, or the one that RUNNER_SANDBOX names. RUN steps work here."
                                    : "RUN steps do not work here; builds without RUN do.");
            parent.out().flush();
            return runs ? ExitCode.PASSED : ExitCode.MACHINE_LACKS;
        }
    }

    private void title(String text) {
        parent.out().println();
        parent.out().println(text);
    }

    private void say(boolean works, String what, String detail, String mend) {
        parent.out().printf("  %-4s %-12s %s%n", works ? "ok" : "no", what, detail);
        if (!works && !mend.isEmpty()) {
            parent.out().printf("       %-12s mend: %s%n", "", mend);
        }
    }

    private void machine(Machine machine) throws IOException {
        parent.out().println("machine");
        say(
                true,
                "system",
                machine.system().distribution() + ", Linux " + machine.system().kernel() + ", "
                        + machine.system().architecture() + ", " + machine.cores() + " cores, "
                        + (machine.memoryBytes() >> 20) + " MiB",
                "");
        int feature = Runtime.version().feature();
        say(feature >= 25, "java", Runtime.version().toString(), "install JDK 25 or later");
        Machine.Rights rights = machine.rights();
        say(
                true,
                "rights",
                (rights.root() ? root() : "user " + System.getProperty("user.name", "?")) + ", "
                        + rights.capabilities().size() + " capabilities, user namespaces "
                        + (rights.userNamespaces() ? "allowed" : "refused"),
                "");
    }

    private static String root() throws IOException {
        long ids = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
            ids += Long.parseLong(line.strip().split("\\s+")[2]);
        }
        return ids > Integer.MAX_VALUE
                ? "root that may mount"
                : "root of a user namespace with " + (ids == 1 ? "one user" : ids + " users");
    }

    private boolean sandboxes(Toolbox toolbox, Machine machine) {
        title("sandboxes, best first");
        boolean any = false;
        for (SandboxKind kind :
                new Sandboxes(toolbox.processes(), toolbox.locations().cache().resolve("sandboxes")).available()) {
            any |= kind.available();
            say(kind.available(), kind.name(), kind.detail(), mend(kind, machine));
        }
        return any;
    }

    private static String mend(SandboxKind kind, Machine machine) {
        boolean absent = kind.detail().contains("not installed");
        String mount = machine.rights().userNamespaces()
                ? "apt-get install uidmap, and usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER"
                : "run as root with CAP_SYS_ADMIN, or allow user namespaces: sysctl -w user.max_user_namespaces=65536";
        return switch (kind.name()) {
            case "oci" ->
                absent ? "apt-get install crun (or runc)" : machine.rights().root() ? "" : mount;
            case "namespaces" -> machine.rights().root() ? "" : mount;
            case "chroot" -> "run as user 0 with CAP_SYS_CHROOT, as in a container by default";
            default -> absent ? "apt-get install proot" : "allow ptrace: sysctl -w kernel.yama.ptrace_scope=1";
        };
    }

    private void emulation(Toolbox toolbox) throws IOException, InterruptedException {
        title("other architectures");
        Binfmt binfmt = toolbox.binfmt();
        BinfmtStatus status = binfmt.status();
        say(
                status.mounted() && status.enabled(),
                "binfmt_misc",
                status.mounted() ? status.enabled() ? "mounted" : "switched off" : "not mounted",
                "runner binfmt, as root; without it PRoot hands emulators over");
        EmulatorFinder finder = new EmulatorFinder(
                binfmt, toolbox.processes(), toolbox.locations().emulators(), EmulatorFinder.Policy.OFFLINE);
        boolean proot = Executables.find("proot") != null;
        for (EmulatedArchitecture architecture : COMMON) {
            String name = "linux/" + architecture.platformName();
            if (Emulators.runsNatively(Platform.linux(architecture.platformName(), ""))) {
                say(true, name, "runs here by itself", "");
            } else if (binfmt.verify(architecture)) {
                say(true, name, "registered with the kernel", "");
            } else {
                String found = found(finder, architecture);
                say(
                        found != null && proot,
                        name,
                        found == null
                                ? "no emulator"
                                : found + (proot ? ", handed over by PRoot" : ", not registered, and no PRoot"),
                        "runner binfmt " + architecture.platformName()
                                + " as root, or apt-get install qemu-user-static proot");
            }
        }
    }

    private static @org.jspecify.annotations.Nullable String found(
            EmulatorFinder finder, EmulatedArchitecture architecture) throws IOException, InterruptedException {
        try {
            return finder.find(architecture).emulator().interpreter().toString();
        } catch (EmulatorMissingException e) {
            return null;
        }
    }

    private void fileSystems(Toolbox toolbox, Machine machine) throws IOException {
        title("file systems");
        Path cache = Files.createDirectories(toolbox.locations().cache());
        String type = Files.getFileStore(cache).type();
        say(
                true,
                "store",
                cache + " on " + type + ", " + (Files.getFileStore(cache).getUsableSpace() >> 30) + " GiB free",
                "");
        boolean known = Files.readString(Path.of("/proc/filesystems")).contains("overlay");
        boolean onOverlay = type.equals("overlay") || type.equals("overlayfs");
        boolean overlay = known && machine.rights().root() && !onOverlay;
        say(
                overlay,
                "overlay",
                overlay
                        ? "mounted for RUN steps"
                        : !known
                                ? "the kernel has no overlayfs"
                                : onOverlay ? "the store itself is on an overlay" : "may not be mounted",
                onOverlay
                        ? "put the store on a volume: XDG_CACHE_HOME=/path"
                        : "not needed: steps run in plain copies, which are slower the first time");
        String fuse = FuseOverlay.refusal(toolbox.processes());
        if (fuse != null && !overlay) {
            say(false, "fuse", fuse, "");
        }
        boolean shares = type.equals("btrfs") || type.equals("xfs") || type.equals("bcachefs") || type.equals("zfs");
        say(
                shares,
                "reflinks",
                shares ? type + " can share content of copies" : type + " copies content",
                "a store on btrfs or xfs makes plain copies cheap");
    }

    private void limits(Toolbox toolbox, Machine machine) throws IOException {
        title("limits of RUN steps, by control groups " + machine.rights().controlGroups());
        Path state = toolbox.locations().cache().resolve("sandboxes");
        for (LimitSupport limit : new Sandboxes(toolbox.processes(), state).limits()) {
            say(
                    limit.kept(),
                    limit.name(),
                    limit.detail(),
                    "run as root with a writable /sys/fs/cgroup, or as a user whom systemd lets have groups;"
                            + " --ulimit works anyway");
        }
    }

    private void registries(Toolbox toolbox) {
        title("registries");
        Path config = toolbox.locations().configFile();
        say(true, "config", Files.exists(config) ? config.toString() : config + " is absent: defaults", "");
        try {
            toolbox.registryConfiguration();
            String docker = parent.environment()
                    .getOrDefault("DOCKER_CONFIG", parent.environment().getOrDefault("HOME", "") + "/.docker");
            Path file = Path.of(docker, "config.json");
            say(true, "logins", Files.exists(file) ? file.toString() : "none: anonymous", "");
        } catch (RuntimeException e) {
            say(false, "config", String.valueOf(e.getMessage()), "edit " + config);
        }
    }
}
