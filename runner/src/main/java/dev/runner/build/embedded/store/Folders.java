package dev.runner.build.embedded.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads and deletes folders through descriptors. */
final class Folders {
    /** How many folders are held open one within the other; deeper ones are first moved up. */
    private static final int DEPTH = 100;

    private static final int RECORD_NAME = 19;

    private Folders() {}

    /** Names in an open folder (not one opened with {@code O_PATH}), as the kernel orders them. */
    static List<String> names(Sys sys, int fd, String path) throws IOException {
        List<String> names = new ArrayList<>();
        while (true) {
            int end = (int) Sys.check(sys.getdents(fd), "getdents64", path);
            if (end == 0) {
                return names;
            }
            MemorySegment records = sys.io();
            int at = 0;
            while (at < end) {
                int length = records.get(ValueLayout.JAVA_SHORT, at + 16) & 0xFFFF;
                int name = 0;
                while (records.get(ValueLayout.JAVA_BYTE, at + RECORD_NAME + (long) name) != 0) {
                    name++;
                }
                String text = Sys.decode(records, at + RECORD_NAME, name);
                if (!text.equals(".") && !text.equals("..")) {
                    names.add(text);
                }
                at += length;
            }
        }
    }

    /** Names in a folder; none if it is absent. */
    static List<String> names(Sys sys, int parent, String name, String path) throws IOException {
        int fd = sys.open(parent, name, Sys.O_RDONLY | Sys.O_DIRECTORY | Sys.O_NOFOLLOW, 0);
        if (fd == -Sys.ENOENT) {
            return List.of();
        }
        Sys.check(fd, "open", path);
        try {
            return names(sys, fd, path);
        } finally {
            sys.close(fd);
        }
    }

    /**
     * Deletes a file or a tree, folders without permissions included. Follows no symbolic link and goes into nothing that
     * is mounted; a tree with a mount in it is left there with an error. Of any depth.
     */
    static void delete(Sys sys, int parent, String name) throws IOException {
        new Deletion(sys, parent).delete(name);
    }

    private static final class Deletion {
        private final Sys sys;
        private final int base;
        private final Deque<String> deep = new ArrayDeque<>();
        private int moved;

        Deletion(Sys sys, int base) {
            this.sys = sys;
            this.base = base;
        }

        void delete(String name) throws IOException {
            remove(base, name, 0);
            while (!deep.isEmpty()) {
                remove(base, deep.pop(), 0);
            }
        }

        private void remove(int parent, String name, int depth) throws IOException {
            int result = sys.unlink(parent, name, 0);
            if (result >= 0 || result == -Sys.ENOENT) {
                return;
            }
            FileStat stat = sys.stat(parent, name);
            if (stat == null) {
                return;
            }
            if (!stat.isFolder()) {
                Sys.check(result, "unlink", name);
                return;
            }
            if (stat.mountRoot()) {
                throw new SystemCallException("delete a folder that is mounted on,", name, 16);
            }
            if (depth == DEPTH) {
                String up = name.hashCode() + "-" + Thread.currentThread().threadId() + "-" + moved++ + ".deep";
                Sys.check(sys.rename(parent, name, base, up), "rename", name);
                deep.push(up);
                return;
            }
            if (sys.unlink(parent, name, Sys.AT_REMOVEDIR) < 0) {
                empty(parent, name, depth);
                Sys.check(sys.unlink(parent, name, Sys.AT_REMOVEDIR), "rmdir", name);
            }
        }

        private void empty(int parent, String name, int depth) throws IOException {
            int flags = Sys.O_RDONLY | Sys.O_DIRECTORY | Sys.O_NOFOLLOW;
            int fd = sys.open(parent, name, flags, 0);
            FileStat stat = fd < 0 ? sys.stat(parent, name) : sys.stat(fd, "");
            boolean locked = stat != null && (stat.mode() & 0700) != 0700;
            if (locked) {
                // Only the owner or root comes here, so this works where it is needed.
                sys.chmod(parent, name, 0700);
            }
            if (fd < 0) {
                fd = (int) Sys.check(sys.open(parent, name, flags, 0), "open", name);
            }
            try {
                for (String child : names(sys, fd, name)) {
                    remove(fd, child, depth + 1);
                }
            } finally {
                sys.close(fd);
            }
        }
    }
}
