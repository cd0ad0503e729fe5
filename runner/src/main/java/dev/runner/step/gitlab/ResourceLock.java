package dev.runner.step.gitlab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What only one job at a time may have, among all runs of this user on this machine. A lock on a file says who has it, so
 * that a killed run keeps nothing. Closing gives it back.
 */
final class ResourceLock implements AutoCloseable {
    /** What this program has: closing another channel of such a file would give the lock away. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final @Nullable FileChannel channel;

    private ResourceLock(Path file, @Nullable FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Waits until nobody else has it. Among the jobs of one run the scheduler sees to that already.
     *
     * @param waiting told once, before a wait
     * @throws InterruptedException when the job is cancelled while it waits
     */
    static ResourceLock take(Path folder, String project, String name, Runnable waiting)
            throws IOException, InterruptedException {
        String text = project + "\n" + name;
        Path file = Files.createDirectories(folder)
                .resolve(UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                        .toString());
        if (!HELD.add(file)) {
            return new ResourceLock(file, null); // The job that has begun the pipeline of this one has it.
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                waiting.run();
                channel.lock();
            }
            taken = true;
            return new ResourceLock(file, channel);
        } catch (java.nio.channels.ClosedByInterruptException | java.nio.channels.FileLockInterruptionException e) {
            throw (InterruptedException) new InterruptedException("cancelled").initCause(e);
        } finally {
            if (!taken) {
                HELD.remove(file);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            HELD.remove(file);
            channel.close();
        }
    }
}
