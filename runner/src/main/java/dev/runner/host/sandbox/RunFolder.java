package dev.runner.host.sandbox;

import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one run needs on disk while it runs. A lock inside is held by this program, so that the sweep of another knows a
 * dead run. The kernel gives a program's own locks up when it closes any channel of the file, hence names carry a mark
 * of this program, and its sweep leaves those alone.
 */
final class RunFolder implements AutoCloseable {
    /** How the control groups of runs are called. */
    static final String GROUP_PREFIX = "runner-";

    private static final String PREFIX = "run-";
    private static final String GROUPS = "groups";
    private static final String SECRETS = "secrets";
    private static final String SELF =
            UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private static final AtomicLong NEXT = new AtomicLong();

    private final Path path;
    private final FileChannel lock;
    private ControlGroup limited = ControlGroup.NONE;

    private RunFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static RunFolder create(Path stateFolder) throws IOException {
        Files.createDirectories(stateFolder);
        Path path = stateFolder.toRealPath().resolve(PREFIX + SELF + "-" + NEXT.incrementAndGet());
        PosixFiles.mkdir(path, 0711);
        FileChannel lock =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        return new RunFolder(path, lock);
    }

    Path path() {
        return path;
    }

    /** The name of the run's control group, from which the sweep knows it too. */
    String controlGroup() {
        return controlGroup(path);
    }

    private static String controlGroup(Path folder) {
        return GROUP_PREFIX + folder.getFileName().toString().substring(PREFIX.length());
    }

    /** Makes the group that keeps a run's limits, if they need one. It goes with this folder. */
    void limit(Limits limits) throws IOException {
        if (limits.needControlGroup()) {
            limited = ControlGroups.make(Hierarchies.read(), limits, controlGroup(), path.resolve(GROUPS));
        }
    }

    /** To be called before a secret is written to a place that outlives this program: the sweep wipes it then. */
    void rememberSecret(Path place) throws IOException {
        String line = place.toUri() + "\n";
        Files.writeString(
                path.resolve(SECRETS),
                line,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND,
                StandardOpenOption.SYNC);
    }

    /** The group that keeps the run's limits. */
    ControlGroup limited() {
        return limited;
    }

    @Override
    public void close() throws IOException {
        removeControlGroups(controlGroup());
        limited.remove();
        PosixFiles.deleteTree(path);
        lock.close();
    }

    static int sweep(Path stateFolder) throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(stateFolder, PREFIX + "*")) {
            for (Path run : runs) {
                if (!run.getFileName().toString().startsWith(PREFIX + SELF) && isDead(run)) {
                    removeControlGroups(controlGroup(run));
                    removeRecorded(run.resolve(GROUPS));
                    wipeSecrets(run.resolve(SECRETS));
                    PosixFiles.deleteTree(run);
                    removed++;
                }
            }
        } catch (NoSuchFileException e) {
            return 0;
        }
        return removed;
    }

    private static boolean isDead(Path run) throws IOException {
        try (FileChannel channel = FileChannel.open(run.resolve("lock"), StandardOpenOption.WRITE)) {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (NoSuchFileException e) {
            // Killed between making the folder and the lock, or a sweep is at work: an hour tells which.
            java.time.Instant made = PosixFiles.lstat(run).times().changed();
            return made.isBefore(java.time.Instant.now().minusSeconds(3600));
        }
    }

    private static void wipeSecrets(Path record) throws IOException {
        if (Files.exists(record)) {
            for (String line : Files.readAllLines(record)) {
                Path place = Path.of(URI.create(line));
                Path folder = Objects.requireNonNull(place.getParent());
                // The step may have put a link there, to where nothing is ours.
                if (Files.exists(folder) && folder.toRealPath().equals(folder)) {
                    MemoryFolder.wipe(place);
                }
            }
        }
    }

    private static void removeRecorded(Path record) throws IOException {
        if (Files.exists(record)) {
            Files.readAllLines(record).reversed().forEach(group -> ControlGroup.remove(Path.of(group)));
        }
    }

    /** A runtime removes its control group itself, unless it was killed. An empty group is a folder to remove. */
    private static void removeControlGroups(String name) throws IOException {
        Path top = Path.of("/sys/fs/cgroup");
        if (!Files.isDirectory(top)) {
            return;
        }
        try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(top, Files::isDirectory)) {
            for (Path hierarchy : hierarchies) {
                removeControlGroup(hierarchy.resolve(name));
            }
        }
        removeControlGroup(top.resolve(name));
    }

    private static void removeControlGroup(Path group) {
        for (Path path : List.of(group.resolve("container"), group)) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // Its last process is still ending; the next sweep finds it with its run's folder gone only if that
                // folder stays, so this is tried again there.
            }
        }
    }
}
