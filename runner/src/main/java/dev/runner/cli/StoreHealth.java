package dev.runner.cli;

import dev.runner.host.Machine;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.FuseOverlay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The disk that the store is on, by trying what builds do there. */
final class StoreHealth {
    private static final long LITTLE = 5L << 30;

    private final HealthReport report;
    private final Machine machine;
    private final ProcessRunner processes;

    StoreHealth(HealthReport report, Machine machine, ProcessRunner processes) {
        this.report = report;
        this.machine = machine;
        this.processes = processes;
    }

    /** @return whether the store's folder can be written */
    boolean check(Locations locations) throws IOException, InterruptedException {
        report.part("file systems");
        Path trial;
        try {
            Files.createDirectories(locations.cache());
            trial = Files.createTempDirectory(locations.cache(), "doctor-");
        } catch (IOException e) {
            report.broken(
                    "store",
                    locations.cache() + " cannot be written: " + e.getMessage(),
                    "XDG_CACHE_HOME=/a/writable/folder");
            return false;
        }
        try {
            String type = type(trial);
            space(locations.cache(), type);
            programs(trial);
            overlay(trial, type);
            reflinks(trial, type);
        } finally {
            PosixFiles.deleteTree(trial);
        }
        for (Path folder : List.of(locations.data(), locations.state())) {
            writable(folder);
        }
        return true;
    }

    /** In a changed root the mount of a folder may not be listed. */
    private static String type(Path folder) {
        try {
            return Files.getFileStore(folder).type();
        } catch (IOException e) {
            return "an unlisted mount";
        }
    }

    private void space(Path cache, String type) {
        long free = cache.toFile().getUsableSpace();
        report.say(
                free > LITTLE,
                "store",
                cache + " on " + type + ", " + (free >> 30) + " GiB free",
                "runner cache prune, or XDG_CACHE_HOME=/path on a larger disk");
    }

    private void writable(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "doctor-", ""));
        } catch (IOException e) {
            String variable = folder.toString().contains("state") ? "XDG_STATE_HOME" : "XDG_DATA_HOME";
            report.broken(variable, folder + " cannot be written: " + e.getMessage(), variable + "=/a/writable/folder");
        }
    }

    /** A disk may be mounted so that nothing on it runs. */
    private void programs(Path trial) throws IOException, InterruptedException {
        Path script = Files.writeString(trial.resolve("program"), "#!/bin/sh\n");
        boolean executable = script.toFile().setExecutable(true);
        boolean runs = executable && succeeds(script.toString());
        if (!runs) {
            report.broken(
                    "programs",
                    "nothing may be started from there (noexec)",
                    "mount it with exec, or XDG_CACHE_HOME=/another/path");
        }
    }

    private void overlay(Path trial, String type) throws IOException, InterruptedException {
        Path unshare = Executables.find("unshare");
        if (unshare == null) {
            report.say(false, "overlay", "unshare is not installed", "apt-get install util-linux");
            return;
        }
        for (String folder : List.of("lower", "upper", "work", "merged")) {
            Files.createDirectory(trial.resolve(folder));
        }
        List<String> words = new ArrayList<>(List.of(unshare.toString(), "--mount"));
        if (!machine.rights().root()) {
            words.addAll(List.of("--user", "--map-root-user"));
        }
        words.addAll(List.of(
                "sh",
                "-c",
                "cd \"$0\" && mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged"));
        words.add(trial.toString());
        boolean mounts = succeeds(words.toArray(String[]::new));
        boolean onOverlay = type.startsWith("overlay");
        boolean known = Files.readString(Path.of("/proc/filesystems")).contains("overlay");
        report.say(
                mounts,
                "overlay",
                mounts
                        ? "mounted for RUN steps"
                        : !known
                                ? "the kernel has no overlayfs"
                                : onOverlay ? "the store itself is on an overlay" : "may not be mounted",
                !known && machine.rights().root()
                        ? "modprobe overlay"
                        : onOverlay
                                ? "put the store on a volume: XDG_CACHE_HOME=/path"
                                : "not needed: steps run in plain copies, which are slower the first time");
        String fuse = FuseOverlay.refusal(processes);
        if (fuse != null && !mounts) {
            report.say(false, "fuse", fuse, "");
        }
    }

    private void reflinks(Path trial, String type) throws IOException, InterruptedException {
        Files.write(trial.resolve("from"), new byte[1 << 16]);
        boolean shares = Executables.find("cp") != null
                && succeeds(
                        "cp",
                        "--reflink=always",
                        trial.resolve("from").toString(),
                        trial.resolve("to").toString());
        report.say(
                shares,
                "reflinks",
                shares ? type + " shares the content of copies" : type + " copies content",
                "a store on btrfs or xfs makes plain copies cheap");
    }

    private boolean succeeds(String... words) throws IOException, InterruptedException {
        try {
            return processes.run(Command.of(words)).succeeded();
        } catch (IOException e) {
            return false;
        }
    }
}
