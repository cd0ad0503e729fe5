package dev.runner.cli;

import dev.runner.frontend.github.Concurrency;
import dev.runner.schedule.StepExecutor;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The place of a run, or of a job, in its concurrency group, among all runs of one repository of this user on this machine:
 * one runs and one waits; a newer one takes the place of the one that waits, and of the one that runs if it says so. Locks
 * on files say who lives, so that a killed run blocks nobody. A run is asked to end by a signal; a job by a mark beside the
 * files, for which its run watches.
 */
final class ConcurrencyGroup implements AutoCloseable {
    private static final String MARK = "replaced-";

    /** Groups that this program's runs are in as a whole: a job of theirs would wait for itself. */
    private static final Set<Path> OF_RUNS = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel running;
    private final @Nullable Guard guard;

    private ConcurrencyGroup(Path folder, FileChannel running, @Nullable Guard guard) {
        this.folder = folder;
        this.running = running;
        this.guard = guard;
    }

    /**
     * The groups of a repository.
     *
     * @param state the program's folder
     * @param repository what names it
     */
    record Place(Path state, String repository) {
        private Path folder(String group) throws IOException {
            String name = repository + "\n" + group.toLowerCase(Locale.ROOT);
            UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
            return Files.createDirectories(state.resolve("concurrency").resolve(id.toString()));
        }
    }

    /**
     * Enters the group as a run; waits until it may.
     *
     * @throws InterruptedException when this run is cancelled while it waits
     */
    static ConcurrencyGroup enter(Concurrency wish, Place place, PrintWriter err)
            throws IOException, InterruptedException {
        Path folder = place.folder(wish.group());
        StepExecutor.Turn turn = new StepExecutor.Turn(wish.group(), wish.cancelInProgress(), wish.queues());
        ConcurrencyGroup entered = new Entrance(folder, turn, signature(null), () -> {
                    err.println("waiting for another run in the concurrency group '" + wish.group() + "'");
                    err.flush();
                })
                .enter(null);
        OF_RUNS.add(folder);
        return entered;
    }

    /**
     * Takes the turn of a job of a run; waits until it may.
     *
     * @throws InterruptedException when the job is cancelled while it waits
     */
    static ConcurrencyGroup take(StepExecutor.Turn turn, Place place, StepExecutor.Waits waits)
            throws IOException, InterruptedException {
        Path folder = place.folder(turn.group());
        if (OF_RUNS.contains(folder)) {
            Diagnostics deadlock = new Diagnostics();
            deadlock.error(
                    Source.of("concurrency", turn.group()).all(),
                    "the job would wait for ever: its workflow as a whole is in its concurrency group '" + turn.group()
                            + "'",
                    "name another group for the job or for the workflow");
            deadlock.throwIfErrors();
        }
        String token = UUID.randomUUID().toString();
        Guard guard = Guard.of(folder, folder.resolve(MARK + token), waits);
        boolean entered = false;
        try {
            ConcurrencyGroup group = new Entrance(folder, turn, signature(token), waits::begin).enter(guard);
            entered = true;
            return group;
        } finally {
            if (!entered) {
                guard.close();
            }
        }
    }

    /** Who has signed a file: a process, and for a job what its run watches for. */
    private static String signature(@Nullable String token) {
        return ProcessHandle.current().pid() + (token == null ? "" : " " + token);
    }

    /** The way in. */
    private record Entrance(Path folder, StepExecutor.Turn turn, String signature, Runnable waiting) {
        ConcurrencyGroup enter(@Nullable Guard guard) throws IOException, InterruptedException {
            FileChannel running = open(folder.resolve("running"));
            boolean entered = false;
            try {
                if (!tries(running)) {
                    waiting.run();
                    await(running);
                }
                sign(running);
                entered = true;
                return new ConcurrencyGroup(folder, running, guard);
            } catch (java.nio.channels.ClosedByInterruptException | java.nio.channels.FileLockInterruptionException e) {
                throw (InterruptedException) new InterruptedException("another run has taken its place").initCause(e);
            } finally {
                if (!entered) {
                    running.close();
                }
            }
        }

        private void await(FileChannel running) throws IOException, InterruptedException {
            // The lock on the place of the one that waits ends with the channel.
            try (FileChannel pending = open(folder.resolve("pending"))) {
                if (!turn.queues()) {
                    if (!tries(pending)) {
                        cancel(folder.resolve("pending"));
                        lock(pending);
                    }
                    sign(pending);
                }
                if (turn.cancelRunning()) {
                    cancel(folder.resolve("running"));
                }
                lock(running);
            }
        }

        private void sign(FileChannel channel) throws IOException {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((signature + "\n").getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static boolean tries(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // Another run of this program has it.
        }
    }

    /** The system knows processes only: of two runs in one, the second looks again now and then. */
    private static void lock(FileChannel channel) throws IOException, InterruptedException {
        while (true) {
            try {
                channel.lock();
                return;
            } catch (OverlappingFileLockException e) {
                Thread.sleep(50);
            }
        }
    }

    /** Asks the one that has signed a file to end: a run as Ctrl-C would, if it is one of this program's. */
    private static void cancel(Path file) throws IOException {
        String[] words = Files.readString(file).strip().split(" ");
        if (words.length == 2) {
            Files.writeString(file.resolveSibling(MARK + words[1]), "");
        } else if (words[0].matches("\\d{1,9}")) {
            ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> process.info()
                            .command()
                            .equals(ProcessHandle.current().info().command()))
                    .ifPresent(ProcessHandle::destroy);
        }
    }

    /** Watches for a mark. */
    private record Guard(Path mark, WatchService watch) implements AutoCloseable {
        static Guard of(Path folder, Path mark, StepExecutor.Waits waits) throws IOException {
            WatchService watch = folder.getFileSystem().newWatchService();
            boolean complete = false;
            try {
                folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
                complete = true;
            } finally {
                if (!complete) {
                    watch.close();
                }
            }
            Thread.ofVirtual().name("concurrency group").start(() -> {
                try {
                    while (!Files.exists(mark)) {
                        watch.take().reset();
                    }
                    waits.replaced();
                } catch (ClosedWatchServiceException | InterruptedException e) {
                    // The job has ended.
                }
            });
            return new Guard(mark, watch);
        }

        @Override
        public void close() throws IOException {
            watch.close();
            Files.deleteIfExists(mark);
        }
    }

    @Override
    public void close() throws IOException {
        if (guard != null) {
            guard.close();
        } else {
            OF_RUNS.remove(folder);
        }
        running.close();
    }
}
