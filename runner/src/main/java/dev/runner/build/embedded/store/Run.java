package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A living run of the store: its folder under {@code tmp}, the lock that shows it is alive, and its leases. The lock is a
 * {@code flock}, which the kernel gives back however the process ends; Java's own locks belong to the process, so that two
 * stores in one process would share them.
 */
final class Run {
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 5;

    private final Path root;
    private final String id;
    private final int alive;
    private final int gc;
    private final int leases;
    private final Sys sys;
    private final AtomicLong counter = new AtomicLong();
    private final Set<String> leased = new HashSet<>();
    private final AtomicLong grown = new AtomicLong();
    private long leaseBytes;
    private boolean ended;

    private Run(Path root, String id, Sys sys, int[] fds) {
        this.root = root;
        this.id = id;
        this.sys = sys;
        this.gc = fds[0];
        this.alive = fds[1];
        this.leases = fds[2];
    }

    /** Makes the folder and takes its lock, while no sweep can see the one without the other. */
    static Run begin(Path root) throws IOException {
        Sys sys = new Sys();
        int gc = openLock(sys, root.resolve("locks/gc"));
        Sys.check(sys.flock(gc, Sys.LOCK_SH), "flock", "locks/gc");
        try {
            while (true) {
                String id = randomId();
                String folder = root.resolve("tmp").resolve(id).toString();
                int made = sys.mkdir(Sys.CWD, folder, 0700);
                if (made == -Sys.EEXIST) {
                    continue;
                }
                Sys.check(made, "mkdir", folder);
                int alive = openLock(sys, Path.of(folder, "alive"));
                Sys.check(sys.flock(alive, Sys.LOCK_EX), "flock", folder);
                int leases = openLock(sys, Path.of(folder, "leases"));
                return new Run(root, id, sys, new int[] {gc, alive, leases});
            }
        } finally {
            sys.flock(gc, Sys.LOCK_UN);
        }
    }

    static int openLock(Sys sys, Path file) throws IOException {
        return (int) Sys.check(sys.open(Sys.CWD, file.toString(), Sys.O_RDWR | Sys.O_CREAT, 0600), "open", "" + file);
    }

    /** Whether a run of that folder lives. */
    static boolean lives(Sys sys, Path folder) {
        int fd = sys.open(Sys.CWD, folder.resolve("alive").toString(), Sys.O_RDWR, 0);
        if (fd < 0) {
            return false;
        }
        try {
            return sys.flock(fd, Sys.LOCK_EX | Sys.LOCK_NB) < 0;
        } finally {
            sys.close(fd);
        }
    }

    /** The run that a snapshot's name says it began in. */
    static String of(String snapshotName) {
        int dot = snapshotName.indexOf('.');
        return dot < 0 ? snapshotName : snapshotName.substring(0, dot);
    }

    String id() {
        return id;
    }

    Path folder() {
        return root.resolve("tmp").resolve(id);
    }

    /** A name not used before in this run's folder. */
    Path newTemporary(String prefix) {
        return folder().resolve(prefix + counter.incrementAndGet());
    }

    /** A short name for a snapshot, unique among living runs. */
    String newSnapshotName() {
        return id + "." + Long.toString(counter.incrementAndGet(), 36);
    }

    /** Checks that something is there. */
    @FunctionalInterface
    interface Check {
        boolean exists() throws IOException;
    }

    /**
     * Leases a thing if it is there. Prune cannot come between the check and the lease.
     *
     * @param key such as {@code blob sha256:…}; one line
     */
    synchronized boolean lease(String key, Check check) throws IOException {
        if (leased.contains(key)) {
            return check.exists();
        }
        Sys.check(sys.flock(gc, Sys.LOCK_SH), "flock", "locks/gc");
        try {
            if (!check.exists()) {
                return false;
            }
            byte[] line = (key + "\n").getBytes(StandardCharsets.UTF_8);
            Sys.check(sys.write(leases, leaseBytes, line, 0, line.length), "write", "leases");
            leaseBytes += line.length;
            leased.add(key);
            return true;
        } finally {
            sys.flock(gc, Sys.LOCK_UN);
        }
    }

    /** Notes that this run made the store bigger. */
    void grow(long bytes) {
        grown.addAndGet(bytes);
    }

    /** Bytes of the blobs that this run added. */
    long grown() {
        return grown.get();
    }

    /** Forgets a lease in memory, so that the next one looks and is written again. */
    synchronized void forget(String key) {
        leased.remove(key);
    }

    synchronized void end() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        try {
            Uses.keep(sys, root, folder());
            Folders.delete(sys, Sys.CWD, folder().toString());
        } finally {
            sys.close(leases);
            sys.close(alive);
            sys.close(gc);
        }
    }

    private static String randomId() {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ALPHABET.charAt(ThreadLocalRandom.current().nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
