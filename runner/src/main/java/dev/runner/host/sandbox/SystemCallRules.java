package dev.runner.host.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which system calls a sandboxed process may not make: those that containerd's default filter refuses to a process with
 * Docker's default capabilities, measured call by call in a RUN step of a Docker Engine. Unlike that filter, this one
 * names what it refuses, so that calls newer than it are left to the kernel.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp">runtime-spec, seccomp</a>
 */
final class SystemCallRules {
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;

    private static final List<String> REFUSED = List.of(
            // The machine's clock, power, modules, swap, accounting and counters.
            "acct",
            "bpf",
            "clock_settime",
            "clock_settime64",
            "delete_module",
            "finit_module",
            "init_module",
            "ioperm",
            "iopl",
            "kexec_file_load",
            "kexec_load",
            "lookup_dcookie",
            "perf_event_open",
            "quotactl",
            "quotactl_fd",
            "reboot",
            "settimeofday",
            "stime",
            "swapoff",
            "swapon",
            // Mounts and namespaces.
            "fsconfig",
            "fsmount",
            "fsopen",
            "fspick",
            "mount",
            "mount_setattr",
            "move_mount",
            "open_by_handle_at",
            "open_tree",
            "pivot_root",
            "setns",
            "umount",
            "umount2",
            "unshare",
            // Keys, which no namespace keeps apart; other processes' memory and files; the kernel's newest doors.
            "add_key",
            "get_mempolicy",
            "io_uring_enter",
            "io_uring_register",
            "io_uring_setup",
            "kcmp",
            "keyctl",
            "mbind",
            "migrate_pages",
            "move_pages",
            "pidfd_getfd",
            "process_madvise",
            "request_key",
            "set_mempolicy",
            "set_mempolicy_home_node",
            "userfaultfd",
            // What only old programs know.
            "_sysctl",
            "sysfs",
            "uselib",
            "ustat",
            "vm86",
            "vm86old");

    /** {@code CLONE_NEW*}: mount, cgroup, uts, ipc, user, pid, net. */
    private static final List<Long> NAMESPACES =
            List.of(0x20000L, 0x2000000L, 0x4000000L, 0x8000000L, 0x10000000L, 0x20000000L, 0x40000000L);

    /** {@code AF_VSOCK}: the way to the host of a virtual machine. */
    private static final long TO_THE_HOST = 40;

    private SystemCallRules() {}

    /** For a runtime's configuration; null on a processor whose names for itself are not known here. */
    static @Nullable Map<String, Object> json() {
        List<String> architectures = architectures(System.getProperty("os.arch", ""));
        if (architectures.isEmpty()) {
            return null;
        }
        List<Object> rules = new ArrayList<>();
        rules.add(rule(REFUSED, EPERM, List.of()));
        int flags = architectures.contains("SCMP_ARCH_S390X") ? 1 : 0;
        for (long namespace : NAMESPACES) {
            rules.add(rule(List.of("clone"), EPERM, List.of(bits(flags, namespace, namespace))));
        }
        // It hides its flags behind a pointer; C libraries take clone where there is no clone3.
        rules.add(rule(List.of("clone3"), ENOSYS, List.of()));
        rules.add(
                rule(List.of("socket"), EPERM, List.of(Map.of("index", 0, "value", TO_THE_HOST, "op", "SCMP_CMP_EQ"))));
        rules.addAll(personalities());
        Map<String, Object> filter = new LinkedHashMap<>();
        filter.put("defaultAction", "SCMP_ACT_ALLOW");
        filter.put("architectures", architectures);
        filter.put("syscalls", rules);
        return filter;
    }

    /**
     * Allowed are 32 bits (8), an old version's name (0x20000), and to ask, which is done with all bits set. So each other
     * bit is refused where the highest is not.
     */
    private static List<Object> personalities() {
        List<Object> rules = new ArrayList<>();
        long highest = 1L << 31;
        for (int bit = 0; bit < 31; bit++) {
            if (bit != 3 && bit != 17) {
                rules.add(rule(List.of("personality"), EPERM, List.of(bits(0, highest | 1L << bit, 1L << bit))));
            }
        }
        return rules;
    }

    private static Map<String, Object> rule(List<String> names, int errno, List<Object> arguments) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("names", names);
        rule.put("action", "SCMP_ACT_ERRNO");
        rule.put("errnoRet", errno);
        if (!arguments.isEmpty()) {
            rule.put("args", arguments);
        }
        return rule;
    }

    /** An argument of which, under a mask, is left what is said. */
    private static Object bits(int index, long mask, long left) {
        return Map.of("index", index, "value", mask, "valueTwo", left, "op", "SCMP_CMP_MASKED_EQ");
    }

    /** With those whose programs the processor runs too: a call by another table is refused whole. */
    private static List<String> architectures(String processor) {
        return switch (processor) {
            case "amd64", "x86_64" -> List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
            case "aarch64" -> List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
            case "ppc64le" -> List.of("SCMP_ARCH_PPC64LE");
            case "s390x" -> List.of("SCMP_ARCH_S390X", "SCMP_ARCH_S390");
            case "riscv64" -> List.of("SCMP_ARCH_RISCV64");
            default -> List.of();
        };
    }
}
