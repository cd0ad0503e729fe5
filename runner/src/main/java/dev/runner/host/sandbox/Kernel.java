package dev.runner.host.sandbox;

import dev.runner.host.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Docker and the OCI runtimes give a container by default, as data. */
final class Kernel {
    /** Docker's default capabilities (moby, profiles: {@code oci/caps/defaults.go}). */
    static final List<String> CAPABILITIES = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FSETID",
            "FOWNER",
            "MKNOD",
            "NET_RAW",
            "SETGID",
            "SETUID",
            "SETFCAP",
            "SETPCAP",
            "NET_BIND_SERVICE",
            "SYS_CHROOT",
            "KILL",
            "AUDIT_WRITE");

    /** The devices that every container has. */
    static final List<String> DEVICES = List.of("null", "zero", "full", "random", "urandom", "tty");

    /** Kernel files that tell or change the machine's state: covered with nothing. */
    static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");

    static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private Kernel() {}

    /** Whether we are in a user namespace: some of root's rights are then missing, and overlays keep marks as a user's. */
    static boolean inUserNamespace() {
        try {
            List<String> map = Files.readAllLines(Path.of("/proc/self/uid_map"));
            return map.size() != 1 || !map.getFirst().strip().matches("0\\s+0\\s+4294967295");
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether we are user 0, with whatever rights. */
    static boolean isSuperuser() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Whether we may give files to other users: not in a user namespace that has only one. */
    static boolean givesOwners(Machine machine) {
        if (!isSuperuser() || !machine.rights().capabilities().contains("CHOWN")) {
            return false;
        }
        try {
            List<String> map = Files.readAllLines(Path.of("/proc/self/uid_map"));
            return map.size() > 1 || !map.getFirst().strip().endsWith(" 1");
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether there is a user, or a group: a user namespace has only some. */
    static boolean hasUser(int uid) {
        return maps("uid_map", uid);
    }

    static boolean hasGroup(int gid) {
        return maps("gid_map", gid);
    }

    private static boolean maps(String map, int id) {
        long wanted = Integer.toUnsignedLong(id);
        try {
            return Files.readAllLines(Path.of("/proc/self", map)).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .anyMatch(range -> Long.parseLong(range[0]) <= wanted
                            && wanted - Long.parseLong(range[0]) < Long.parseLong(range[2]));
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether supplementary groups may be set: not in a user namespace that a user without subordinate ids made. */
    static boolean setsGroups() {
        try {
            return !Files.readString(Path.of("/proc/self/setgroups")).strip().equals("deny");
        } catch (IOException e) {
            return true;
        }
    }

    /** What terminals inside belong to: group 5 as everywhere, where it exists. */
    static String terminalOptions() {
        return "newinstance,ptmxmode=0666,mode=0620" + (hasGroup(5) ? ",gid=5" : "");
    }

    /** Whether this machine's Linux is of a version or later. */
    static boolean isAtLeast(int major, int minor) {
        String[] parts = System.getProperty("os.version", "0.0").split("[.-]");
        try {
            int ownMajor = Integer.parseInt(parts[0]);
            return ownMajor > major || ownMajor == major && Integer.parseInt(parts[1]) >= minor;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }
}
