package dev.runner.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hears of every change of an owner that filtered processes ask for, and answers that it was done, though it was not:
 * how a user who owns all files lets a program believe in others. Ends by itself when the last such process has ended.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html">seccomp_unotify(2)</a>
 */
public final class OwnerChanges {
    private static final long RECEIVE = 0xC0502100L;
    private static final long SEND = 0xC0182101L;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int STATX_ALL = 0xFFF;
    private static final short POLLIN = 1;

    private final int descriptor;
    private final Path root;
    private final Listener listener;

    private OwnerChanges(int descriptor, Path root, Listener listener) {
        this.descriptor = descriptor;
        this.root = root;
        this.listener = listener;
    }

    /** Takes changes; ids of -1 stay as they are. */
    @FunctionalInterface
    public interface Listener {
        void changed(long device, long inode, long born, long uid, long gid);
    }

    /**
     * Filters this thread and what it starts, see {@link SyscallFilter}.
     *
     * @param root what the processes take for {@code /}: their paths are found in there, whether what makes them believe
     *     it has translated a path already or not
     * @param listener null to leave owners alone
     */
    public static void confine(Path root, @Nullable Listener listener) throws IOException {
        if (listener == null) {
            SyscallFilter.install(false);
            return;
        }
        CompletableFuture<Integer> descriptor = new CompletableFuture<>();
        // Started before this thread is filtered, or it would be, too, and never hear that nobody is left.
        Thread.ofPlatform().daemon().name("owner changes").start(() -> {
            int installed = descriptor.join();
            if (installed >= 0) {
                new OwnerChanges(installed, root, listener).listen();
            }
        });
        try {
            descriptor.complete(SyscallFilter.install(true));
        } finally {
            descriptor.complete(-1);
        }
    }

    private void listen() {
        try (Arena arena = Arena.ofConfined();
                Scratch scratch = Scratch.own()) {
            MemorySegment poll = arena.allocate(8, 8);
            MemorySegment request = arena.allocate(80, 8);
            MemorySegment answer = arena.allocate(24, 8);
            while (true) {
                poll.set(JAVA_INT, 0, descriptor);
                poll.set(JAVA_SHORT, 4, POLLIN);
                poll.set(JAVA_SHORT, 6, (short) 0);
                int ready = Descriptors.poll(scratch, poll, 1, -1);
                if (ready < 0 && Libc.errno(scratch) == Errno.EINTR) {
                    continue;
                }
                if ((poll.get(JAVA_SHORT, 6) & POLLIN) == 0) {
                    return;
                }
                request.fill((byte) 0);
                if (Descriptors.ioctl(scratch, descriptor, RECEIVE, request) >= 0) {
                    hear(scratch, request);
                    answer.fill((byte) 0);
                    answer.set(JAVA_LONG, 0, request.get(JAVA_LONG, 0));
                    // Whoever asked may have been killed meanwhile: then there is nobody to tell.
                    int sent = Descriptors.ioctl(scratch, descriptor, SEND, answer);
                    assert sent <= 0;
                }
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        } finally {
            try (Scratch scratch = Scratch.borrow()) {
                Descriptors.close(scratch, descriptor);
            }
        }
    }

    /** {@code struct seccomp_notif}: id, pid, flags, then number, architecture, instruction pointer and six arguments. */
    private void hear(Scratch scratch, MemorySegment request) {
        try {
            int pid = request.get(JAVA_INT, 8);
            int call = SyscallFilter.ownerCall(request.get(JAVA_INT, 16));
            long[] arguments = new long[6];
            for (int i = 0; i < 6; i++) {
                arguments[i] = request.get(JAVA_LONG, 32 + 8L * i);
            }
            int ids = call == 3 ? 2 : 1;
            long uid = unsigned((int) arguments[ids]);
            long gid = unsigned((int) arguments[ids + 1]);
            if (call == 1) {
                tell(scratch, "/proc/" + pid + "/fd/" + (int) arguments[0], uid, gid);
                return;
            }
            String path = text(pid, call == 3 ? arguments[1] : arguments[0]);
            int folder = call == 3 ? (int) arguments[0] : AT_FDCWD;
            boolean follow = call == 3 ? (arguments[4] & AT_SYMLINK_NOFOLLOW) == 0 : call == 0;
            String base = "/proc/" + pid + (folder == AT_FDCWD ? "/cwd" : "/fd/" + folder);
            if (path.isEmpty()) {
                tell(scratch, base, uid, gid);
                return;
            }
            try (OpenedPath opened = OpenedPath.inRoot(root, inside(path, base), follow)) {
                tell(scratch, opened.path().toString(), uid, gid);
            }
        } catch (IOException e) {
            // It ended, or named nothing: no owner has changed.
        }
    }

    /** A process's path as one of the root's. */
    private String inside(String path, String base) throws IOException {
        String whole = path.startsWith("/") ? path : PosixFiles.readlink(Path.of(base)) + "/" + path;
        String top = root.toString();
        return whole.equals(top) || whole.startsWith(top + "/") ? whole.substring(top.length()) : whole;
    }

    private void tell(Scratch scratch, String file, long uid, long gid) throws IOException {
        MemorySegment status = scratch.buffer();
        int result = Libc.statx(scratch, AT_FDCWD, scratch.text("statx", file), 0, STATX_ALL, status);
        scratch.check(result, "statx", file);
        long device = (long) status.get(JAVA_INT, 136) << 32 | status.get(JAVA_INT, 140) & 0xFFFFFFFFL;
        long born = status.get(JAVA_LONG, 80) * 1_000_000_000L + status.get(JAVA_INT, 88);
        listener.changed(device, status.get(JAVA_LONG, 32), born, uid, gid);
    }

    private static long unsigned(int id) {
        return id == -1 ? -1 : Integer.toUnsignedLong(id);
    }

    private static String text(int pid, long address) throws IOException {
        try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
            memory.seek(address);
            byte[] bytes = new byte[4096];
            int length = 0;
            // Byte by byte towards the end of a page that may be the last.
            int chunk = (int) Math.min(bytes.length, 4096 - (address & 4095));
            while (length < bytes.length) {
                int n = memory.read(bytes, length, Math.min(chunk, bytes.length - length));
                for (int i = length; i < length + Math.max(0, n); i++) {
                    if (bytes[i] == 0) {
                        return new String(bytes, 0, i, StandardCharsets.UTF_8);
                    }
                }
                if (n <= 0) {
                    throw new IOException("no end of the path");
                }
                length += n;
                chunk = 4096;
            }
            throw new IOException("the path is too long");
        }
    }
}
