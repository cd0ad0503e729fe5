package dev.runner.host.posix;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a command as in an unprivileged container of Docker's: its default capabilities, a filter that refuses namespaces
 * and mounts, {@code /proc/sys} read-only; or as user 1000 with nothing at all. To be started as root of a user namespace
 * with a mount namespace, so that the machine's binfmt_misc entries are out of reach.
 */
public final class Jail {
    private static final int EPERM = 0x00050001;
    private static final int ENOSYS = 0x00050026;
    private static final int ALLOW = 0x7fff0000;
    private static final int NAMESPACES = 0x7E020000;

    /** unshare, setns, mount, umount2, pivot_root, and all of the newer calls that mount; of amd64. */
    private static final List<Integer> REFUSED =
            List.of(272, 308, 165, 166, 155, 428, 429, 430, 431, 432, 433, 442, 321, 298, 425, 426, 427);

    private static final String DOCKERS =
            "+chown,+dac_override,+fsetid,+fowner,+mknod,+net_raw,+setgid,+setuid,+setfcap"
                    + ",+setpcap,+net_bind_service,+sys_chroot,+kill,+audit_write";

    private Jail() {}

    /** @param arguments {@code root} or {@code user}, and the command */
    public static void main(String[] arguments) throws Exception {
        boolean root = arguments[0].equals("root");
        mount("-t", "binfmt_misc", "jail", "/proc/sys/fs/binfmt_misc");
        mount("--rbind", "/proc/sys", "/proc/sys");
        mount("-o", "remount,bind,ro", "/proc/sys");
        mount("--rbind", "/sys", "/sys");
        mount("-o", "remount,bind,ro", "/sys");
        refuseNamespacesAndMounts();
        List<String> command = new ArrayList<>(List.of("setpriv", "--inh-caps=-all"));
        command.addAll(
                root
                        ? List.of("--bounding-set=-all," + DOCKERS)
                        : List.of(
                                "--bounding-set=-all",
                                "--reuid=1000",
                                "--regid=1000",
                                "--clear-groups",
                                "--no-new-privs"));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    private static void mount(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(options));
        int exitCode = new ProcessBuilder(command).inheritIO().start().waitFor();
        System.out.println("jail: " + String.join(" ", command) + ": " + exitCode);
    }

    /** For this thread and what it starts. */
    private static void refuseNamespacesAndMounts() throws IOException {
        List<int[]> program = new ArrayList<>();
        int tests = REFUSED.size();
        program.add(new int[] {0x20, 0, 0, 0});
        for (int i = 0; i < tests; i++) {
            program.add(new int[] {0x15, tests - i + 4, 0, REFUSED.get(i)});
        }
        // clone3 hides its flags from filters; clone shows them.
        program.add(new int[] {0x15, 5, 0, 435});
        program.add(new int[] {0x15, 0, 2, 56});
        program.add(new int[] {0x20, 0, 0, 16});
        program.add(new int[] {0x45, 1, 0, NAMESPACES});
        program.add(new int[] {0x06, 0, 0, ALLOW});
        program.add(new int[] {0x06, 0, 0, EPERM});
        program.add(new int[] {0x06, 0, 0, ENOSYS});
        SyscallFilter.set(program, SyscallFilter.own(), false);
    }
}
