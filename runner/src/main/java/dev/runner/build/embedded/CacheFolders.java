package dev.runner.build.embedded;

import dev.runner.build.embedded.store.MountFolders;
import dev.runner.dockerfile.Mount;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The folders of {@code RUN --mount=type=cache}, which outlive builds. A lock file beside a folder keeps other processes
 * out of a locked or private one; a killed process holds no lock.
 */
final class CacheFolders {
    private static final int MOST_PRIVATE = 1000;

    private final MountFolders folders;
    private final Map<String, Semaphore> inUse = new ConcurrentHashMap<>();

    CacheFolders(MountFolders folders) {
        this.folders = folders;
    }

    /** A folder in use; closing it lets the next one in. */
    record Lease(String name, Path folder, Closing closing) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            closing.close();
        }
    }

    /** What ends a lease. */
    @FunctionalInterface
    interface Closing {
        void close() throws IOException;
    }

    /**
     * Fills a new folder from elsewhere before anybody sees it: a step that shares it could put a symbolic link into the way
     * of who fills it.
     */
    @FunctionalInterface
    interface Filler {
        void fill(String name, Path folder) throws Exception;
    }

    /** Takes the folder of a mount; waits for a locked one. */
    Lease take(Mount.Cache mount, Filler filler) throws Exception {
        String name = KeyHash.of("mount/1").add(mount.id()).finish().hex();
        return switch (mount.sharing()) {
            case SHARED -> open(name, mount, filler, () -> {});
            case LOCKED -> locked(name, mount, filler);
            case PRIVATE -> free(name, mount, filler);
        };
    }

    private Lease open(String name, Mount.Cache mount, Filler filler, Closing closing) throws Exception {
        folders.use(name, mount.id().equals(mount.target()) ? mount.id() : mount.id() + " at " + mount.target());
        Path folder = folders.path(name);
        if (!Files.isDirectory(folder)) {
            Mount.Owner owner = mount.owner();
            Path fresh = folders.newFolder();
            try {
                PosixFiles.tryLchown(fresh, owner.uid(), owner.gid());
                PosixFiles.chmod(fresh, owner.mode());
                filler.fill(name, fresh);
                PosixFiles.renameNoReplace(fresh, folder);
            } finally {
                PosixFiles.deleteTree(fresh);
            }
        }
        return new Lease(name, folder, closing);
    }

    private Lease locked(String name, Mount.Cache mount, Filler filler) throws Exception {
        Semaphore here = inUse.computeIfAbsent(name, key -> new Semaphore(1));
        here.acquire();
        Closing closing = here::release;
        try {
            FileChannel channel = channel(name);
            closing = release(here, channel);
            channel.lock();
            return open(name, mount, filler, closing);
        } catch (Exception e) {
            closing.close();
            throw e;
        }
    }

    private Lease free(String name, Mount.Cache mount, Filler filler) throws Exception {
        for (int i = 0; i < MOST_PRIVATE; i++) {
            String candidate = i == 0 ? name : name + "." + i;
            Semaphore here = inUse.computeIfAbsent(candidate, key -> new Semaphore(1));
            if (!here.tryAcquire()) {
                continue;
            }
            Closing closing = here::release;
            try {
                FileChannel channel = channel(candidate);
                closing = release(here, channel);
                if (tryLock(channel) != null) {
                    return open(candidate, mount, filler, closing);
                }
            } catch (Exception e) {
                closing.close();
                throw e;
            }
            closing.close();
        }
        throw new IOException("more than " + MOST_PRIVATE + " steps use one private cache mount");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private FileChannel channel(String name) throws IOException {
        return FileChannel.open(folders.lock(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Closing the channel gives its lock up: first, for this process may not ask for a lock that it still holds. */
    private static Closing release(Semaphore here, FileChannel channel) {
        return () -> {
            try {
                channel.close();
            } finally {
                here.release();
            }
        };
    }
}
