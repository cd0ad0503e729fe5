package dev.runner.build.embedded.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open folders from a root down to where the last entry went. Archives name what is in one folder one after the other, so
 * that most entries find their folder open; a name then costs no walk and cannot be led astray by one.
 */
final class FolderStack implements AutoCloseable {
    private final Sys sys;
    private final int root;
    private final @Nullable Maker maker;
    private final List<String> names = new ArrayList<>();
    private final List<Integer> fds = new ArrayList<>();

    /** @param maker gives folders that cannot be opened; null if none are to be made */
    FolderStack(Sys sys, int root, @Nullable Maker maker) {
        this.sys = sys;
        this.root = root;
        this.maker = maker;
    }

    /** Decides what happens where a path's part is no folder. */
    interface Maker {
        /** Makes the folder, or finds the one meant; its descriptor. */
        int folder(int parent, List<String> path, int depth, int errno) throws IOException;
    }

    /** The open folder that the first {@code depth} parts name; negative errno if there is none and none is made. */
    int enter(List<String> parts, int depth) throws IOException {
        int common = 0;
        while (common < depth && common < names.size() && names.get(common).equals(parts.get(common))) {
            common++;
        }
        cut(common);
        int parent = common == 0 ? root : fds.get(common - 1);
        for (int i = common; i < depth; i++) {
            String name = parts.get(i);
            int fd = sys.openFolder(parent, name);
            if (fd < 0 && maker != null) {
                fd = maker.folder(parent, parts, i, -fd);
            }
            if (fd < 0) {
                return fd;
            }
            names.add(name);
            fds.add(fd);
            parent = fd;
        }
        return parent;
    }

    /** Forgets folders at and beneath a path, because the name is about to mean something else. */
    void forget(List<String> path) {
        int depth = path.size();
        if (depth > 0 && names.size() >= depth && names.subList(0, depth).equals(path)) {
            cut(depth - 1);
        }
    }

    @Override
    public void close() {
        cut(0);
    }

    private void cut(int size) {
        while (fds.size() > size) {
            sys.close(fds.removeLast());
            names.removeLast();
        }
    }
}
