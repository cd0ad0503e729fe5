package dev.runner.cli;

import dev.runner.frontend.gitlab.AutoCancel;
import dev.runner.schedule.Run;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a run of a pipeline and newer runs for the same branch or tag of the same project are to each other, among all runs
 * of this user on this machine. Each run has a file with its commit; a run for another commit puts a mark beside the files
 * of those that it finds, and they end as their own pipelines say.
 */
final class NewerRuns implements RunListener, AutoCloseable {
    private static final String RUN = ".run";
    private static final String MARK = ".redundant";

    private final Path file;
    private final Path mark;
    private final AutoCancel rule;
    private final WatchService watch;
    private volatile boolean bound;

    private NewerRuns(Path file, Path mark, AutoCancel rule, WatchService watch) {
        this.file = file;
        this.mark = mark;
        this.rule = rule;
        this.watch = watch;
    }

    /**
     * Tells older runs that this one begins.
     *
     * @param folder of the runs for one branch or tag of one project
     */
    static NewerRuns enter(Path folder, String commit, AutoCancel rule) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path other :
                    entries.filter(path -> path.toString().endsWith(RUN)).toList()) {
                tell(other, commit);
            }
        }
        WatchService watch = folder.getFileSystem().newWatchService();
        boolean complete = false;
        try {
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            String name = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
            Path file = Files.writeString(folder.resolve(name + RUN), commit, StandardCharsets.UTF_8);
            complete = true;
            return new NewerRuns(file, folder.resolve(name + MARK), rule, watch);
        } finally {
            if (!complete) {
                watch.close();
            }
        }
    }

    /** The file of a run that was killed is removed. */
    private static void tell(Path other, String commit) throws IOException {
        String name = other.getFileName().toString();
        Path mark = other.resolveSibling(name.substring(0, name.length() - RUN.length()) + MARK);
        try {
            boolean lives = ProcessHandle.of(Long.parseLong(name.substring(0, name.indexOf('-'))))
                    .isPresent();
            if (!lives) {
                Files.deleteIfExists(mark);
                Files.deleteIfExists(other);
            } else if (!Files.readString(other).equals(commit)) {
                Files.writeString(mark, commit);
            }
        } catch (NoSuchFileException e) {
            // It has just ended.
        }
    }

    /** From now on the run is cancelled when a newer one says so. */
    void guard(Run run) {
        Thread.ofVirtual().name("newer runs").start(() -> {
            try {
                while (!Files.exists(mark)) {
                    watch.take().reset();
                }
                end(run);
            } catch (ClosedWatchServiceException | InterruptedException e) {
                // The run has ended.
            }
        });
    }

    private void end(Run run) {
        switch (rule.onNewCommit()) {
            case CONSERVATIVE -> {
                if (!bound) {
                    run.cancel();
                }
            }
            case INTERRUPTIBLE -> run.cancelJobs(rule.interruptible());
            case NONE -> {}
        }
    }

    @Override
    public void on(RunEvent event) {
        if (event instanceof RunEvent.JobStarted job
                && !rule.interruptible().contains(job.job().id())) {
            bound = true;
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
        Files.deleteIfExists(mark);
        Files.deleteIfExists(file);
    }
}
