package dev.runner.cli;

import dev.runner.frontend.github.Concurrency;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The place of a run in its concurrency group, among all runs of this user on this machine: one runs and one waits; a
 * newer one takes the place of the one that waits, and of the one that runs if the workflow says so. Locks on files say
 * who lives, so that a killed run blocks nobody.
 */
final class ConcurrencyGroup implements AutoCloseable {
    private final FileChannel running;

    private ConcurrencyGroup(FileChannel running) {
        this.running = running;
    }

    /**
     * Enters the group; waits until it may.
     *
     * @throws InterruptedException when this run is cancelled while it waits
     */
    static ConcurrencyGroup enter(Concurrency wish, Path state, PrintWriter err)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(state.resolve("concurrency").resolve(name(wish.group())));
        FileChannel running = open(folder.resolve("running"));
        boolean entered = false;
        try {
            FileLock lock = running.tryLock();
            if (lock == null) {
                err.println("waiting for another run in the concurrency group '" + wish.group() + "'");
                err.flush();
                wait(wish, folder, running);
            }
            sign(running);
            entered = true;
            return new ConcurrencyGroup(running);
        } catch (java.nio.channels.ClosedByInterruptException | java.nio.channels.FileLockInterruptionException e) {
            throw (InterruptedException) new InterruptedException("another run has taken its place").initCause(e);
        } finally {
            if (!entered) {
                running.close();
            }
        }
    }

    private static void wait(Concurrency wish, Path folder, FileChannel running) throws IOException {
        // The lock on the place of the one that waits ends with the channel.
        try (FileChannel pending = open(folder.resolve("pending"))) {
            if (!wish.queues()) {
                if (pending.tryLock() == null) {
                    cancel(folder.resolve("pending"));
                    pending.lock();
                }
                sign(pending);
            }
            if (wish.cancelInProgress()) {
                cancel(folder.resolve("running"));
            }
            running.lock();
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void sign(FileChannel channel) throws IOException {
        channel.truncate(0);
        byte[] text = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
        channel.write(ByteBuffer.wrap(text), 0);
    }

    /** Asks the run that has signed a file to end, as Ctrl-C would; only one of this program's. */
    private static void cancel(Path file) throws IOException {
        String text = Files.readString(file).strip();
        if (text.matches("\\d{1,9}")) {
            ProcessHandle.of(Long.parseLong(text))
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> process.info()
                            .command()
                            .equals(ProcessHandle.current().info().command()))
                    .ifPresent(ProcessHandle::destroy);
        }
    }

    private static String name(String group) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(group.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        running.close();
    }
}
