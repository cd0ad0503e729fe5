package dev.runner.host.sandbox;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bundle's {@code config.json}.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config.md">runtime-spec, config</a>
 */
final class RuntimeConfig {
    private static final long DEFAULT_SHM = 64L << 20;

    private final SandboxSpec spec;
    private final Layout layout;
    private final List<String> effectiveCapabilities;
    private final Guard guard;
    private final boolean filtered;

    /** What keeps root inside, who may make device files, from opening them. */
    enum Guard {
        /** The control group's own rules; files of devices are made inside. */
        CONTROL_GROUP,
        /** Every mount: none takes device files for more than files. The usual devices are mounted one by one. */
        MOUNTS
    }

    /** @param filtered whether the runtime can filter system calls */
    RuntimeConfig(SandboxSpec spec, Layout layout, List<String> effectiveCapabilities, Guard guard, boolean filtered) {
        this.spec = spec;
        this.layout = layout;
        this.effectiveCapabilities = effectiveCapabilities;
        this.guard = guard;
        this.filtered = filtered;
    }

    String json() throws SandboxException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("ociVersion", "1.0.2");
        config.put("process", process());
        boolean readOnly = spec.root() instanceof RootFilesystem.Directory directory && directory.readOnly();
        boolean byRuntime = readOnly && !guardedByMounts();
        config.put("root", Map.of("path", layout.root().toString(), "readonly", byRuntime));
        config.put("hostname", spec.network().hostname());
        config.put("mounts", mounts());
        config.put("linux", linux());
        config.put("hooks", hooks(readOnly));
        return JsonText.of(config);
    }

    private boolean guardedByMounts() {
        return guard == Guard.MOUNTS && spec.privilege() == Privilege.DEFAULT;
    }

    /** What happens between the runtime's own steps; a hook that fails ends the run. */
    private Map<String, Object> hooks(boolean readOnly) throws SandboxException {
        Map<String, Object> hooks = new LinkedHashMap<>();
        if (!joined().isEmpty()) {
            hooks.put("createRuntime", List.of(shell(joining())));
        }
        if (guardedByMounts()) {
            // crun mounts the root once more, and forgets with what options it was mounted.
            String options = "remount,bind,nodev" + (readOnly ? ",ro" : "");
            // crun fails when its pipe to the hook breaks, so the hook reads to the end. With a source, which means
            // nothing here, mount does not read the options that there are.
            String script = "while read -r line; do :; done; exec "
                    + Shell.line(List.of(Shell.tool("mount"), "-o", options, "none", layout.root()));
            hooks.put("createContainer", List.of(shell(script)));
        }
        return hooks;
    }

    private static Map<String, Object> shell(String script) {
        return Map.of("path", "/bin/sh", "args", List.of("sh", "-c", script));
    }

    private Map<String, Object> process() {
        SandboxProcess process = spec.process();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("terminal", process.terminal());
        SandboxProcess.User user = process.user();
        json.put(
                "user",
                Map.of(
                        "uid", Integer.toUnsignedLong(user.uid()),
                        "gid", Integer.toUnsignedLong(user.gid()),
                        "additionalGids",
                                (Kernel.setsGroups() ? user.groups() : List.<Integer>of())
                                        .stream().map(Integer::toUnsignedLong).toList()));
        json.put("args", process.argv());
        List<String> environment = new ArrayList<>();
        process.environment().forEach((name, value) -> environment.add(name + "=" + value));
        json.put("env", environment);
        json.put("cwd", process.workingDirectory());
        json.put("noNewPrivileges", false);
        List<String> held = spec.privilege() == Privilege.INSECURE
                ? effectiveCapabilities
                : Kernel.CAPABILITIES.stream()
                        .filter(effectiveCapabilities::contains)
                        .toList();
        List<String> names = held.stream().map(name -> "CAP_" + name).toList();
        json.put(
                "capabilities",
                user.uid() == 0
                        ? Map.of("bounding", names, "effective", names, "permitted", names)
                        : Map.of("bounding", names));
        List<Object> rlimits = new ArrayList<>();
        for (Limits.Ulimit limit : spec.limits().ulimits()) {
            String type = "RLIMIT_" + limit.name().toUpperCase(java.util.Locale.ROOT);
            rlimits.add(Map.of("type", type, "soft", unsigned(limit.soft()), "hard", unsigned(limit.hard())));
        }
        json.put("rlimits", rlimits);
        return json;
    }

    /** The format's numbers have no sign: the largest is no limit. */
    private static BigInteger unsigned(long limit) {
        return limit < 0 ? new BigInteger("18446744073709551615") : BigInteger.valueOf(limit);
    }

    private List<Object> mounts() {
        List<Object> mounts = new ArrayList<>();
        mounts.add(mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
        mounts.addAll(devices());
        List<String> terminals = new ArrayList<>(List.of("nosuid", "noexec"));
        terminals.addAll(List.of(Kernel.terminalOptions().split(",")));
        mounts.add(mount("/dev/pts", "devpts", "devpts", terminals.toArray(String[]::new)));
        Long shm = spec.limits().shmBytes();
        mounts.add(mount(
                "/dev/shm",
                "tmpfs",
                "shm",
                "nosuid",
                "noexec",
                "nodev",
                "mode=1777",
                "size=" + (shm == null ? DEFAULT_SHM : shm)));
        mounts.add(mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
        String access = spec.privilege() == Privilege.INSECURE ? "rw" : "ro";
        mounts.add(
                Kernel.inUserNamespace() && spec.network().mode() == NetworkMode.HOST
                        // Only whoever owns the network may mount a sysfs, which shows it.
                        ? mount("/sys", "bind", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro")
                        : mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", access));
        for (Layout.Placed placed : layout.placed()) {
            String rights = placed.readOnly() ? "ro" : "rw";
            String devices = spec.privilege() == Privilege.DEFAULT && !placed.device() ? "nodev" : "dev";
            String source = placed.source().toString();
            mounts.add(mount(placed.target(), "bind", source, "rbind", "rprivate", rights, devices));
        }
        return mounts;
    }

    private List<Object> devices() {
        List<Object> mounts = new ArrayList<>();
        String opening = guardedByMounts() ? "nodev" : "dev";
        mounts.add(mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k", opening));
        if (guardedByMounts()) {
            for (String device : Kernel.DEVICES) {
                mounts.add(mount("/dev/" + device, "bind", "/dev/" + device, "bind", "nosuid", "noexec"));
            }
        }
        return mounts;
    }

    private static Map<String, Object> mount(String destination, String type, String source, String... options) {
        return Map.of("destination", destination, "type", type, "source", source, "options", List.of(options));
    }

    private Map<String, Object> linux() {
        Map<String, Object> linux = new LinkedHashMap<>();
        List<Object> namespaces = new ArrayList<>();
        for (String type : List.of("pid", "ipc", "uts", "mount")) {
            namespaces.add(Map.of("type", type));
        }
        if (spec.network().mode() == NetworkMode.NONE) {
            namespaces.add(Map.of("type", "network"));
        }
        linux.put("namespaces", namespaces);
        if (guard == Guard.CONTROL_GROUP) {
            controlGroup(linux);
        }
        if (spec.privilege() == Privilege.DEFAULT) {
            linux.put("maskedPaths", Kernel.MASKED);
            linux.put("readonlyPaths", Kernel.READ_ONLY);
            Map<String, Object> rules = filtered ? SystemCallRules.json() : null;
            if (rules != null) {
                linux.put("seccomp", rules);
            }
        }
        return linux;
    }

    /** The runtime's own group has the rules for devices. In a user namespace nobody gave us one. */
    private void controlGroup(Map<String, Object> linux) {
        ControlGroup.Folder above = unified();
        if (above == null && Kernel.inUserNamespace()) {
            return;
        }
        linux.put("cgroupsPath", above == null ? "/" + layout.controlGroup() : above.inTree() + "/container");
        boolean insecure = spec.privilege() == Privilege.INSECURE;
        linux.put("resources", Map.of("devices", List.of(Map.of("allow", insecure, "access", "rwm"))));
    }

    /** The group of version 2 that limits us and holds the runtime's own; null for none. */
    private ControlGroup.@Nullable Folder unified() {
        return layout.limited().folders().stream()
                .filter(ControlGroup.Folder::unified)
                .findFirst()
                .orElse(null);
    }

    /** The groups that the runtime does not put the process into by itself. */
    private List<ControlGroup.Folder> joined() {
        return layout.limited().folders().stream()
                .filter(folder -> guard == Guard.MOUNTS || !folder.unified())
                .toList();
    }

    /**
     * A shell that is told of the process, as JSON on its input, before that becomes the command: so nothing of the
     * runtime is counted.
     */
    private String joining() {
        StringBuilder script = new StringBuilder("""
                set -e
                while read -r line || [ -n "$line" ]; do
                  case $line in *'"pid"'*) pid=${line#*'"pid"'}; pid=${pid#*:}; pid=${pid%%[,\\}]*};; esac
                done
                """);
        for (ControlGroup.Folder folder : joined()) {
            script.append("echo $pid >")
                    .append(Shell.quote(layout.reachable(folder).resolve("cgroup.procs")))
                    .append('\n');
        }
        return script.toString();
    }
}
