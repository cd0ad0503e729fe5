package dev.runner.cli;

import dev.runner.host.posix.ProcessImage;
import dev.runner.host.process.Executables;
import dev.runner.host.sandbox.Inside;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Goes on as root of a user namespace where that gives an ordinary user what root has: with subordinate ids owners are
 * real and overlays can be mounted. Without them only one user would exist inside; then PRoot, which pretends all of them
 * and records owners, serves better, and the namespace of one is for machines without PRoot.
 */
final class UserNamespace {
    private static final String INSIDE = "RUNNER_USER_NAMESPACE";
    private static final Set<String> COMMANDS = Set.of("build", "run", "exec", "cache", "docker", "doctor");
    /** Of Docker's commands those that never touch an image. */
    private static final Set<String> PLAIN =
            Set.of("login", "logout", "version", "--version", "-v", "--help", "help", "install");

    private UserNamespace() {}

    /** Does not return when the program goes on in a namespace; returns where it stays as it is. */
    static void enter(List<String> arguments, Map<String, String> environment) {
        if (arguments.isEmpty() || !COMMANDS.contains(arguments.getFirst()) || environment.containsKey(INSIDE)) {
            return;
        }
        if (arguments.getFirst().equals("docker") && (arguments.size() == 1 || PLAIN.contains(arguments.get(1)))) {
            return;
        }
        try {
            if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                return;
            }
            List<String> prefix = prefix(environment);
            if (!prefix.isEmpty() && works(prefix)) {
                List<String> argv = new ArrayList<>(prefix);
                argv.addAll(List.of("env", INSIDE + "=1"));
                argv.addAll(ownCommand());
                ProcessImage.replace(argv);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Not Linux, or not possible: it goes on as it is, and says so when a step needs more.
        }
    }

    /** The words that make the namespace; empty for none. */
    static List<String> prefix(Map<String, String> environment) throws IOException {
        Path unshare = Executables.find("unshare");
        if (unshare == null) {
            return List.of();
        }
        Path nsenter = Executables.find("nsenter");
        long there = nsenter == null ? 0 : supervisor(environment);
        if (there > 0) {
            return List.of(
                    String.valueOf(nsenter),
                    "--target=" + there,
                    "--user",
                    "--preserve-credentials",
                    "--",
                    unshare.toString(),
                    "--mount",
                    "--");
        }
        boolean ranges = Executables.find("newuidmap") != null
                && Executables.find("newgidmap") != null
                && hasRange("/etc/subuid", environment)
                && hasRange("/etc/subgid", environment);
        if (!ranges && Executables.find("proot") != null) {
            return List.of();
        }
        List<String> words = new ArrayList<>(List.of(unshare.toString(), "--user", "--map-root-user"));
        if (ranges) {
            words.add("--map-auto");
        }
        words.addAll(List.of("--mount", "--"));
        return words;
    }

    /** A process that looks after a detached container: where it is the containers are. Zero for none. */
    private static long supervisor(Map<String, String> environment) throws IOException {
        Path folder = Locations.of(environment).state().resolve("containers/supervisors");
        String[] names = folder.toFile().list();
        for (String name : names == null ? new String[0] : names) {
            long pid = Long.parseLong(name);
            if (Files.readString(folder.resolve(name)).equals(Long.toString(Inside.startOf(pid)))) {
                return pid;
            }
        }
        return 0;
    }

    static boolean hasRange(String file, Map<String, String> environment) throws IOException {
        Path path = Path.of(file);
        String user = environment.getOrDefault("USER", System.getProperty("user.name", ""));
        String number = String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        return Files.isReadable(path)
                && Files.readAllLines(path).stream()
                        .anyMatch(line -> line.startsWith(user + ":") || line.startsWith(number + ":"));
    }

    private static boolean works(List<String> prefix) throws IOException {
        List<String> trial = new ArrayList<>(prefix);
        trial.add("true");
        try {
            return new ProcessBuilder(trial)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static List<String> ownCommand() throws IOException {
        String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(Arrays.asList(line.split("\0", -1)));
        words.removeLast();
        words.set(0, Files.readSymbolicLink(Path.of("/proc/self/exe")).toString());
        return words;
    }
}
