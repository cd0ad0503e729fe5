package dev.runner.host.emulator;

import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessResult;
import dev.runner.host.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The system's package manager, as far as emulators need it. */
final class PackageManager {
    /** @param refresh brings the lists of packages up to date; empty where installing does so itself */
    private record Known(String program, List<String> install, List<String> refresh, List<String> packages) {}

    private static final List<Known> KNOWN = List.of(
            new Known(
                    "apt-get",
                    List.of("apt-get", "install", "-y", "-q", "--no-install-recommends"),
                    List.of("apt-get", "update", "-q"),
                    List.of("qemu-user-static", "qemu-user")),
            new Known("dnf", List.of("dnf", "install", "-y"), List.of(), List.of("qemu-user-static")),
            new Known("yum", List.of("yum", "install", "-y"), List.of(), List.of("qemu-user-static")),
            new Known("zypper", List.of("zypper", "-n", "install"), List.of(), List.of("qemu-linux-user")),
            new Known("apk", List.of("apk", "add"), List.of("apk", "update"), List.of()),
            new Known(
                    "pacman",
                    List.of("pacman", "-S", "--noconfirm", "--needed"),
                    List.of("pacman", "-Sy"),
                    List.of("qemu-user-static")));

    private final ProcessRunner processes;
    private final Known known;

    private PackageManager(ProcessRunner processes, Known known) {
        this.processes = processes;
        this.known = known;
    }

    /** The first that is on this machine; null when none is. */
    static @Nullable PackageManager find(ProcessRunner processes) {
        for (Known known : KNOWN) {
            if (Executables.find(known.program) != null) {
                return new PackageManager(processes, known);
            }
        }
        return null;
    }

    String name() {
        return known.program;
    }

    /** Alpine has a package for each architecture; the others one for all. */
    private List<String> packages(EmulatedArchitecture architecture) {
        return known.packages.isEmpty() ? List.of("qemu-" + architecture.qemuName()) : known.packages;
    }

    /** Installs on the machine; lists are refreshed only when the package is not known. Says why it failed, or null. */
    @Nullable
    String install(EmulatedArchitecture architecture) throws IOException, InterruptedException {
        String reason = tryPackages(known.install, packages(architecture), null);
        if (reason != null && !known.refresh.isEmpty()) {
            // May fail for one source of several: what matters is whether the package is there afterwards.
            run(known.refresh, null);
            reason = tryPackages(known.install, packages(architecture), null);
        }
        return reason;
    }

    /** Whether {@link #download} can work: only apt fetches a package without the right to install it. */
    boolean canDownload() {
        return known.program.equals("apt-get");
    }

    /** Fetches the package's file into a folder, which is all that changes; null when it cannot be had. */
    @Nullable
    Path download(EmulatedArchitecture architecture, Path into) throws IOException, InterruptedException {
        List<String> command = List.of("apt-get", "download", "-q");
        if (tryPackages(command, packages(architecture), into) != null) {
            Files.createDirectories(into.resolve("lists/partial"));
            Files.createDirectories(into.resolve("cache/archives/partial"));
            List<String> own = List.of(
                    "-o",
                    "Dir::State::Lists=" + into.resolve("lists"),
                    "-o",
                    "Dir::Cache=" + into.resolve("cache"),
                    "-o",
                    "APT::Sandbox::User=root");
            run(concat(List.of("apt-get", "update", "-q"), own), into);
            tryPackages(concat(command, own), packages(architecture), into);
        }
        try (DirectoryStream<Path> debs = Files.newDirectoryStream(into, "*.deb")) {
            for (Path deb : debs) {
                return deb;
            }
        }
        return null;
    }

    private @Nullable String tryPackages(List<String> command, List<String> packages, @Nullable Path folder)
            throws IOException, InterruptedException {
        String reason = "no package";
        for (String name : packages) {
            ProcessResult result = run(concat(command, List.of(name)), folder);
            if (result.succeeded()) {
                return null;
            }
            reason = result.stderrText().strip();
        }
        return known.program + ": " + reason;
    }

    private ProcessResult run(List<String> argv, @Nullable Path folder) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("DEBIAN_FRONTEND", "noninteractive");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("PATH", Executables.systemPath());
        Command command = Command.of(argv).withEnvironment(environment);
        return processes.run(folder == null ? command : command.in(folder));
    }

    private static List<String> concat(List<String> one, List<String> other) {
        List<String> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }
}
