package dev.runner.host.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The control group that one run is limited by: a folder in each tree that has a controller of its limits. It is ours
 * whatever runs the process, so that what it counted can still be read when the process and its runtime are gone.
 */
final class ControlGroup {
    /** Of a run without limits. */
    static final ControlGroup NONE = new ControlGroup(Limits.NONE, List.of());

    private static final int MOST_ATTEMPTS = 2000;

    private final Limits limits;
    private final List<Folder> folders;

    /**
     * @param inTree its path from the top of its tree
     * @param made what is to be removed, outermost first: the group, and those above it that were not there
     */
    record Folder(Path path, String inTree, boolean unified, List<Path> made) {}

    ControlGroup(Limits limits, List<Folder> folders) {
        this.limits = limits;
        this.folders = List.copyOf(folders);
    }

    /** Where a process is put in: a number written to {@code cgroup.procs} in each of them. */
    List<Folder> folders() {
        return folders;
    }

    /** The shell line by which a shell puts itself in. */
    String joining() {
        StringBuilder line = new StringBuilder(":");
        for (Folder folder : folders) {
            line.append("; echo 0 >").append(Shell.quote(folder.path.resolve("cgroup.procs")));
        }
        return line.toString();
    }

    /** Which limit its processes ran into, as people are told; null for none. */
    @Nullable
    String reached() {
        long killed = Math.max(count("memory.events", "oom_kill"), count("memory.oom_control", "oom_kill"));
        if (killed > 0) {
            return "out of memory: the kernel killed " + (killed == 1 ? "a process" : killed + " processes")
                    + " at the limit of " + Limits.show(limits.memoryBytes()) + "; a larger --memory may help";
        }
        if (count("pids.events", "max") > 0) {
            return "too many processes: the kernel let it start no more than " + limits.pids()
                    + "; a larger --pids-limit may help";
        }
        return null;
    }

    private long count(String file, String name) {
        long most = 0;
        for (Folder folder : folders) {
            List<String> words = Hierarchies.words(folder.path.resolve(file));
            int at = words.indexOf(name);
            most = at < 0 || at + 1 >= words.size() ? most : Math.max(most, Long.parseLong(words.get(at + 1)));
        }
        return most;
    }

    /** Ends what is left in it, and removes it with the groups above it that were made for it and are empty now. */
    void remove() {
        for (Folder folder : folders) {
            for (Path path : folder.made.reversed()) {
                remove(path);
            }
        }
    }

    /** Removes a group and those in it; one that somebody else uses, or that is gone, is passed over. */
    static void remove(Path group) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                try (DirectoryStream<Path> inner = Files.newDirectoryStream(group, Files::isDirectory)) {
                    for (Path child : inner) {
                        if (!isRuns(group)) {
                            return;
                        }
                        remove(child);
                    }
                }
                Files.delete(group);
                return;
            } catch (NoSuchFileException | NotDirectoryException e) {
                return;
            } catch (IOException e) {
                if (!isRuns(group)) {
                    return;
                }
                endAllIn(group);
                // A process is counted until it has ended altogether.
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** Whether a group was made for a run: then nobody else's is in it. */
    private static boolean isRuns(Path group) {
        for (Path part : group) {
            if (part.toString().startsWith(RunFolder.GROUP_PREFIX)) {
                return true;
            }
        }
        return false;
    }

    private static void endAllIn(Path group) {
        for (String pid : Hierarchies.words(group.resolve("cgroup.procs"))) {
            // Zero is somebody whom we cannot see: then the next sweep removes the group.
            if (!pid.equals("0")) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }
}
