package dev.runner.host.sandbox;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    RuntimeConfig(SandboxSpec spec, Layout layout, List<String> effectiveCapabilities) {
        this.spec = spec;
        this.layout = layout;
        this.effectiveCapabilities = effectiveCapabilities;
    }

    String json() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("ociVersion", "1.0.2");
        config.put("process", process());
        boolean readOnly = spec.root() instanceof RootFilesystem.Directory directory && directory.readOnly();
        config.put("root", Map.of("path", layout.root().toString(), "readonly", readOnly));
        config.put("hostname", spec.network().hostname());
        config.put("mounts", mounts());
        config.put("linux", linux());
        return JsonText.of(config);
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
                                user.groups().stream()
                                        .map(Integer::toUnsignedLong)
                                        .toList()));
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
        mounts.add(mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
        mounts.add(mount(
                "/dev/pts",
                "devpts",
                "devpts",
                "nosuid",
                "noexec",
                "newinstance",
                "ptmxmode=0666",
                "mode=0620",
                "gid=5"));
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
            mounts.add(mount(placed.target(), "bind", placed.source().toString(), "rbind", "rprivate", rights));
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
        // In a user namespace nobody gave us a control group, unless a limit needs one: then the runtime says so.
        if (!Kernel.inUserNamespace() || spec.limits().needControlGroup()) {
            String above = spec.limits().parent();
            String group = above == null ? "" : "/" + above.replaceAll("^/+|/+$", "");
            linux.put("cgroupsPath", group + "/" + layout.controlGroup());
            linux.put("resources", resources());
        }
        if (spec.privilege() == Privilege.DEFAULT) {
            linux.put("maskedPaths", Kernel.MASKED);
            linux.put("readonlyPaths", Kernel.READ_ONLY);
        }
        return linux;
    }

    private Map<String, Object> resources() {
        Map<String, Object> resources = new LinkedHashMap<>();
        boolean insecure = spec.privilege() == Privilege.INSECURE;
        resources.put("devices", List.of(Map.of("allow", insecure, "access", "rwm")));
        Limits limits = spec.limits();
        if (limits.memoryBytes() != null) {
            resources.put("memory", Map.of("limit", limits.memoryBytes()));
        }
        if (limits.cpus() != null) {
            resources.put("cpu", Map.of("quota", Math.round(limits.cpus() * 100_000), "period", 100_000));
        }
        if (limits.pids() != null) {
            resources.put("pids", Map.of("limit", limits.pids()));
        }
        return resources;
    }
}
