package dev.runner.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this machine is and allows.
 *
 * @param cores that this process may use
 * @param memoryBytes of the machine, or of the control group that holds us when that is less
 */
public record Machine(int cores, long memoryBytes, System system, Rights rights) {
    /** By number, from {@code linux/capability.h}. */
    private static final List<String> CAPABILITIES =
            List.of(("CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE"
                            + " NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE"
                            + " SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE"
                            + " SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE"
                            + " MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE")
                    .split(" "));

    /**
     * @param kernel such as {@code 6.18.44}
     * @param distribution such as {@code Debian GNU/Linux 12 (bookworm)}; empty when unknown
     * @param architecture such as {@code amd64}, as Java names it
     */
    public record System(String kernel, String distribution, String architecture) {}

    /** How control groups are mounted. */
    public enum ControlGroups {
        NONE,
        V1,
        HYBRID,
        V2
    }

    /**
     * @param root whether we are user 0 with the right to mount
     * @param capabilities effective ones, without {@code CAP_}, such as {@code SYS_ADMIN}
     * @param userNamespaces whether the kernel lets ordinary users make them
     */
    public record Rights(boolean root, Set<String> capabilities, boolean userNamespaces, ControlGroups controlGroups) {
        public Rights {
            capabilities = Set.copyOf(capabilities);
        }
    }

    /** Looks at the machine. What cannot be read counts as absent. */
    public static Machine inspect() {
        Set<String> capabilities = capabilities();
        boolean root = "0".equals(statusField("Uid:")) && capabilities.contains("SYS_ADMIN");
        System system = new System(
                java.lang.System.getProperty("os.version", ""),
                distribution(),
                java.lang.System.getProperty("os.arch", ""));
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                memory(),
                system,
                new Rights(root, capabilities, userNamespaces(), controlGroups()));
    }

    private static long memory() {
        if (java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean bean) {
            return bean.getTotalMemorySize();
        }
        return Runtime.getRuntime().maxMemory();
    }

    private static String distribution() {
        for (String line : lines(Path.of("/etc/os-release"))) {
            if (line.startsWith("PRETTY_NAME=")) {
                return line.substring("PRETTY_NAME=".length()).replace("\"", "");
            }
        }
        return "";
    }

    private static Set<String> capabilities() {
        Set<String> names = new HashSet<>();
        String hex = statusField("CapEff:");
        if (hex != null) {
            BigInteger bits = new BigInteger(hex, 16);
            for (int i = 0; i < CAPABILITIES.size(); i++) {
                if (bits.testBit(i)) {
                    names.add(CAPABILITIES.get(i));
                }
            }
        }
        return names;
    }

    /** The second value of {@code Uid:} is the effective user; other fields have one. */
    private static @Nullable String statusField(String name) {
        for (String line : lines(Path.of("/proc/self/status"))) {
            if (line.startsWith(name)) {
                String[] values = line.substring(name.length()).strip().split("\\s+");
                return values[Math.min(1, values.length - 1)];
            }
        }
        return null;
    }

    private static boolean userNamespaces() {
        return number("/proc/sys/user/max_user_namespaces", 0) > 0
                && number("/proc/sys/kernel/unprivileged_userns_clone", 1) > 0
                && number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0) == 0;
    }

    private static long number(String file, long absent) {
        List<String> lines = lines(Path.of(file));
        try {
            return lines.isEmpty() ? absent : Long.parseLong(lines.getFirst().strip());
        } catch (NumberFormatException e) {
            return absent;
        }
    }

    private static ControlGroups controlGroups() {
        boolean unified = false;
        boolean old = false;
        for (String line : lines(Path.of("/proc/self/mounts"))) {
            String[] fields = line.split(" ");
            if (fields.length > 2 && fields[2].equals("cgroup2")) {
                if (fields[1].equals("/sys/fs/cgroup")) {
                    return ControlGroups.V2;
                }
                unified = true;
            }
            old |= fields.length > 2 && fields[2].equals("cgroup");
        }
        if (old) {
            return unified ? ControlGroups.HYBRID : ControlGroups.V1;
        }
        return ControlGroups.NONE;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
