package dev.runner.host.sandbox;

import dev.runner.host.posix.OwnerChanges;
import dev.runner.host.process.Command;
import dev.runner.host.process.ProcessRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one more process joins a {@link HeldSandbox}: plain words and numbers, to be kept in a file for other programs.
 *
 * @param kind {@code namespaces}, {@code chroot} or {@code proot}
 * @param launcher the process that holds the namespaces open with the machine's own root; the first one without them
 * @param init the first process
 * @param started when that began, in the kernel's ticks since boot, which tells it from a later one of its number
 * @param root what {@code /} is inside, as it is seen from outside while the sandbox lives
 * @param words what starts a process in a root without namespaces
 * @param capabilities that root inside has
 * @param prefix of each process: control groups and limits
 */
public record Inside(
        String kind,
        long launcher,
        long init,
        long started,
        Path root,
        List<String> words,
        List<String> capabilities,
        List<String> prefix) {
    static final String NAMESPACES = "namespaces";

    public Inside {
        words = List.copyOf(words);
        capabilities = List.copyOf(capabilities);
        prefix = List.copyOf(prefix);
    }

    /** Whether the first process lives. */
    public boolean alive() {
        return startOf(init) == started;
    }

    /** When a process began, in ticks since boot; -1 when there is none, or it has ended and nobody looked. */
    public static long startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            // The name, in parentheses, may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") || fields[0].equals("X") ? -1 : Long.parseLong(fields[19]);
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    /** The network namespace it is in. */
    public Path network() {
        return Path.of("/proc", Long.toString(init), "ns/net");
    }

    /** Whether processes are only believed to be who they are. */
    public boolean pretends() {
        return kind.equals("proot");
    }

    /**
     * The command that starts a process inside.
     *
     * @param everything whether it may all that this program may
     */
    public Command command(SandboxProcess process, boolean everything) throws IOException {
        List<String> argv = new ArrayList<>(prefix);
        Command command;
        if (kind.equals(NAMESPACES)) {
            argv.addAll(entering());
            argv.addAll(rights(process, everything));
            argv.addAll(leaving(process, "."));
            argv.addAll(Starter.argv(process));
            command = Command.of(terminal(process, argv)).withEnvironment(Starter.disguised(process.environment()));
        } else {
            Refusals.checkVariables(kind, process);
            if (pretends()) {
                argv.addAll(words);
                argv.addAll(List.of("-w", resolved(process.workingDirectory())));
                SandboxProcess.User user = process.user();
                argv.addAll(List.of(
                        "-i", Integer.toUnsignedString(user.uid()) + ":" + Integer.toUnsignedString(user.gid())));
            } else {
                argv.addAll(rights(process, everything));
                argv.addAll(List.of(
                        Shell.tool("nsenter"),
                        "--root=" + root,
                        "--wd=" + root + resolved(process.workingDirectory())));
                addUser(argv, process);
                argv.add("--");
            }
            argv.addAll(process.argv());
            command = Command.of(terminal(process, argv))
                    .withEnvironment(process.environment())
                    .in(Path.of("/"));
        }
        return process.stdin() == null ? command : command.reading(process.stdin());
    }

    /** Into the namespaces, but with the machine's root, so that its programs are still at hand. */
    private List<String> entering() throws SandboxException {
        String holder = "/proc/" + launcher;
        List<String> argv = new ArrayList<>(List.of(
                Shell.tool("nsenter"),
                "--mount=" + holder + "/ns/mnt",
                "--uts=" + holder + "/ns/uts",
                "--ipc=" + holder + "/ns/ipc",
                "--pid=" + holder + "/ns/pid_for_children",
                "--root=" + holder + "/root",
                "--wd=/proc/" + init + "/root"));
        // Into the machine's own, in which we are, a user namespace could not go.
        Path network = Path.of(holder, "ns/net");
        if (!isOurs(network)) {
            argv.add("--net=" + network);
        }
        argv.add("--");
        return argv;
    }

    /** Whether a namespace is the one that this program is in. */
    static boolean isOurs(Path network) {
        try {
            return Files.readSymbolicLink(network).equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> rights(SandboxProcess process, boolean everything) throws SandboxException {
        List<String> argv = new ArrayList<>(List.of(Shell.tool("setpriv"), "--inh-caps=-all"));
        argv.addAll(Rights.given(process.user(), everything ? null : capabilities));
        argv.add("--");
        return argv;
    }

    /** From the machine's root to the one that is the working folder. */
    static List<String> leaving(SandboxProcess process, String root) throws SandboxException {
        List<String> argv =
                new ArrayList<>(List.of(Shell.tool("unshare"), "--root=" + root, "--wd=" + process.workingDirectory()));
        addUser(argv, process);
        argv.add("--");
        return argv;
    }

    private static void addUser(List<String> argv, SandboxProcess process) {
        if (process.user().uid() != 0) {
            argv.add("--setuid=" + Integer.toUnsignedString(process.user().uid()));
        }
    }

    private String resolved(String path) throws IOException {
        return "/"
                + String.join("/", new MergedView(List.of(root)).resolve(path).path());
    }

    private static List<String> terminal(SandboxProcess process, List<String> argv) throws SandboxException {
        return Launcher.onTerminal(process.terminal(), argv);
    }

    /** What keeps proot from system calls that it is too old to know; null for other kinds. */
    public ProcessRunner.@Nullable Confinement confinement() {
        return pretends() ? () -> OwnerChanges.confine(root, null) : null;
    }
}
