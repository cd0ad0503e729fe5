package dev.runner.build.embedded.store;

import dev.runner.oci.MalformedContentException;
import dev.runner.oci.layer.EntryNames;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Unpacks one layer into an empty folder in overlayfs form.
 *
 * <p>Nothing outside can be reached: every name is made relative to a folder that was opened part by part without following
 * a link ({@link FolderStack}); only where the layer itself put a symbolic link into the way of a later entry does the kernel
 * resolve that path, as if the target were {@code /} ({@code openat2} with {@code RESOLVE_IN_ROOT}).
 *
 * <p>Whiteouts act on lower layers only, wherever they stand in the archive. So a whiteout of a name that this layer has as a
 * file is nothing; of one that it has as a folder, it makes the folder opaque; and a folder that takes a whiteout's place is
 * opaque.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md#representing-changes">image-spec,
 *     Representing Changes</a>
 */
final class LayerUnpacker implements AutoCloseable, FolderStack.Maker {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String OTHER_MARK = ".wh..wh.";

    private final Sys sys;
    private final int root;
    private final Privileges privileges;
    private final FolderStack folders;
    private final FolderStack targets;
    private final Set<String> implicit = new TreeSet<>();
    private final Map<List<String>, TarEntry.Attributes> unfinished = new LinkedHashMap<>();
    private final Map<String, RecordedAttributes.Entry> recorded = new TreeMap<>();

    LayerUnpacker(Sys sys, int root, Privileges privileges) {
        this.sys = sys;
        this.root = root;
        this.privileges = privileges;
        this.folders = new FolderStack(sys, root, this);
        this.targets = new FolderStack(sys, root, null);
    }

    /** Gives a file's content. */
    @FunctionalInterface
    interface Content {
        void extract(TarReader.DataSink sink) throws IOException;
    }

    /** Unpacks all; the archive is then read to the end of its stream. */
    void unpack(TarReader tar) throws IOException {
        Content content = tar::extract;
        TarEntry entry;
        while ((entry = tar.next()) != null) {
            put(entry, content);
        }
        tar.drain();
        finishFolders();
    }

    /** Unpacks one entry; {@link #finishFolders} ends the layer. */
    void put(TarEntry entry, Content content) throws IOException {
        List<String> path = EntryPath.inside(entry.path());
        if (path.isEmpty()) {
            root(entry);
        } else if (isMark(path.getLast())) {
            mark(path, path.getLast());
        } else {
            put(entry, path, content);
        }
    }

    /** Whether a name stands for something that is not there, instead of for a file. */
    static boolean isMark(String name) {
        return name.startsWith(WHITEOUT);
    }

    /** Writes beside the files what the disk does not hold of them, and which folders the layer has no entry for. */
    void describe(Path files) throws IOException {
        if (!privileges.root()) {
            RecordedAttributes.write(files, recorded);
        }
        if (!implicit.isEmpty()) {
            Path list = files.resolveSibling(ImplicitFolders.FILE);
            Files.write(list, EntryNames.encode(String.join("\0", implicit)));
        }
    }

    @Override
    public void close() {
        folders.close();
        targets.close();
    }

    @Override
    public int folder(int parent, List<String> path, int depth, int errno) throws IOException {
        String name = path.get(depth);
        String whole = String.join("/", path.subList(0, depth + 1));
        FileStat stat = errno == Sys.ENOENT ? null : sys.stat(parent, name);
        if (stat != null && stat.isSymlink()) {
            int found = sys.openFolderInRoot(root, whole);
            if (found >= 0) {
                return found;
            }
        }
        boolean opaque = stat != null && stat.isWhiteout();
        if (stat != null && !opaque) {
            throw new UnsafeEntryException(String.join("/", path), "has a parent that is no folder: '" + whole + "'");
        }
        if (opaque) {
            Sys.check(sys.unlink(parent, name, 0), "unlink", whole);
        }
        makeFolder(parent, name, whole, opaque);
        implicit.add(whole);
        Sys.check(sys.chmod(parent, name, 0755), "chmod", whole);
        return (int) Sys.check(sys.openFolder(parent, name), "open", whole);
    }

    private void root(TarEntry entry) throws IOException {
        if (!(entry instanceof TarEntry.Directory)) {
            throw new UnsafeEntryException(entry.path(), "would take the root's place");
        }
        folderAttributes(root, ".", entry.attributes());
        unfinished.put(List.of(), entry.attributes());
    }

    private void mark(List<String> path, String name) throws IOException {
        int parent = folders.enter(path, path.size() - 1);
        if (name.equals(OPAQUE)) {
            setOpaque(parent, ".", String.join("/", path));
            return;
        }
        if (name.startsWith(OTHER_MARK)) {
            // What aufs kept for itself; nobody else knows it, and every reader passes over it.
            return;
        }
        String hidden = name.substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw new UnsafeEntryException(String.join("/", path), "deletes no file of its folder");
        }
        FileStat there = sys.stat(parent, hidden);
        if (there == null) {
            int made = sys.whiteout(parent, hidden);
            Sys.check(made, "mknod", String.join("/", path));
        } else if (there.isFolder()) {
            setOpaque(parent, hidden, String.join("/", path));
        }
    }

    private void put(TarEntry entry, List<String> path, Content content) throws IOException {
        int parent = folders.enter(path, path.size() - 1);
        String name = path.getLast();
        switch (entry) {
            case TarEntry.Directory directory -> folder(parent, path, directory);
            case TarEntry.File file -> file(parent, path, file, content);
            case TarEntry.HardLink link -> hardLink(parent, path, link);
            case TarEntry.Symlink link -> {
                make(path, parent, "symlink", () -> sys.symlink(link.target(), parent, name));
                finish(parent, path, link);
            }
            case TarEntry.Device device -> {
                int kind = device.block() ? FileStat.BLOCK : FileStat.CHARACTER;
                if (!privileges.root()) {
                    placeholder(parent, path, kind, device);
                    return;
                }
                make(path, parent, "mknod", () -> sys.mknod(parent, name, kind | 0600, device.major(), device.minor()));
                finish(parent, path, device);
            }
            case TarEntry.Fifo fifo -> {
                make(path, parent, "mknod", () -> sys.mknod(parent, name, FileStat.FIFO | 0600, 0, 0));
                finish(parent, path, fifo);
            }
        }
    }

    /** Only root makes devices: an empty file stands for one, and the list beside tells what it is. */
    private void placeholder(int parent, List<String> path, int kind, TarEntry.Device device) throws IOException {
        int flags = Sys.O_WRONLY | Sys.O_CREAT | Sys.O_EXCL | Sys.O_NOFOLLOW;
        sys.close(make(path, parent, "open", () -> sys.open(parent, path.getLast(), flags, 0600)));
        TarEntry.Attributes attributes = device.attributes();
        recorded.put(
                String.join("/", path),
                new RecordedAttributes.Entry(
                        kind | attributes.mode(), attributes.uid(), attributes.gid(), device.major(), device.minor()));
    }

    /** Notes what the disk will not hold, and gives the mode that it gets: the user must be able to read all. */
    private int readable(String path, int kind, TarEntry.Attributes attributes) {
        int needed = kind == FileStat.FOLDER ? 0700 : kind == FileStat.FILE ? 0400 : 0;
        int mode = attributes.mode() | needed;
        if (privileges.root()) {
            return attributes.mode();
        }
        if (attributes.uid() != 0 || attributes.gid() != 0 || mode != attributes.mode()) {
            int all = kind | (kind == FileStat.SYMLINK ? 0777 : attributes.mode());
            recorded.put(path, new RecordedAttributes.Entry(all, attributes.uid(), attributes.gid(), 0, 0));
        } else {
            recorded.remove(path);
        }
        return mode;
    }

    /** A call that makes the name and fails if there is one. */
    private interface Making {
        int run() throws IOException;
    }

    private int make(List<String> path, int parent, String call, Making making) throws IOException {
        int result = making.run();
        if (result == -Sys.EEXIST) {
            remove(parent, path);
            result = making.run();
        }
        return (int) Sys.check(result, call, String.join("/", path));
    }

    private void remove(int parent, List<String> path) throws IOException {
        folders.forget(path);
        targets.forget(path);
        Folders.delete(sys, parent, path.getLast());
        String whole = String.join("/", path);
        implicit.removeIf(folder -> folder.equals(whole) || folder.startsWith(whole + "/"));
        recorded.keySet().removeIf(known -> known.equals(whole) || known.startsWith(whole + "/"));
    }

    private void file(int parent, List<String> path, TarEntry.File file, Content source) throws IOException {
        int flags = Sys.O_WRONLY | Sys.O_CREAT | Sys.O_EXCL | Sys.O_NOFOLLOW;
        int fd = make(path, parent, "open", () -> sys.open(parent, path.getLast(), flags, 0600));
        try {
            SparseFile target = new SparseFile(sys, fd, file.path());
            source.extract(target::write);
            if (file.extents() == null) {
                target.end(file.size());
            } else {
                Sys.check(sys.truncate(fd, file.size()), "ftruncate", file.path());
            }
            TarEntry.Attributes attributes = file.attributes();
            privileges.checkOwner(sys.chown(fd, attributes.uid(), attributes.gid()), file.path());
            int mode = readable(String.join("/", path), FileStat.FILE, attributes);
            Sys.check(sys.chmod(fd, mode), "chmod", file.path());
            for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
                if (LayerXattrs.carried(xattr.getKey())) {
                    privileges.checkXattr(sys.setXattr(fd, xattr.getKey(), xattr.getValue()), file.path());
                }
            }
            Sys.check(sys.setTimes(fd, attributes.mtime()), "futimens", file.path());
        } finally {
            sys.close(fd);
        }
    }

    private void folder(int parent, List<String> path, TarEntry.Directory directory) throws IOException {
        String name = path.getLast();
        int made = sys.mkdir(parent, name, 0700);
        if (made == -Sys.EEXIST) {
            FileStat there = sys.stat(parent, name);
            if (there == null || !there.isFolder()) {
                boolean opaque = there != null && there.isWhiteout();
                remove(parent, path);
                makeFolder(parent, name, directory.path(), opaque);
            }
        } else {
            Sys.check(made, "mkdir", directory.path());
        }
        if (!implicit.isEmpty()) {
            implicit.remove(String.join("/", path));
        }
        folderAttributes(parent, name, directory.attributes());
        readable(String.join("/", path), FileStat.FOLDER, directory.attributes());
        unfinished.remove(path);
        unfinished.put(List.copyOf(path), directory.attributes());
    }

    private void makeFolder(int parent, String name, String whole, boolean opaque) throws IOException {
        Sys.check(sys.mkdir(parent, name, 0700), "mkdir", whole);
        if (opaque) {
            setOpaque(parent, name, whole);
        }
    }

    private void setOpaque(int parent, String name, String whole) throws IOException {
        Sys.check(sys.setXattr(parent, name, privileges.opaqueAttribute(), LayerXattrs.yes()), "setxattr", whole);
    }

    /** All but the times, which writing into the folder would change, and a mode that would keep us out. */
    private void folderAttributes(int parent, String name, TarEntry.Attributes attributes) throws IOException {
        privileges.checkOwner(sys.chown(parent, name, attributes.uid(), attributes.gid()), name);
        int mode = privileges.root() ? attributes.mode() : attributes.mode() | 0700;
        Sys.check(sys.chmod(parent, name, mode), "chmod", name);
        xattrs(parent, name, attributes);
    }

    private void hardLink(int parent, List<String> path, TarEntry.HardLink link) throws IOException {
        List<String> target = EntryPath.inside(link.target());
        if (target.isEmpty() || target.equals(path)) {
            throw new UnsafeEntryException(link.path(), "is a hard link to '" + link.target() + "'");
        }
        int from = targets.enter(target, target.size() - 1);
        boolean opened = false;
        if (from < 0) {
            from = sys.openFolderInRoot(root, String.join("/", target.subList(0, target.size() - 1)));
            opened = from >= 0;
        }
        try {
            FileStat stat = from < 0 ? null : sys.stat(from, target.getLast());
            if (stat == null) {
                throw new MalformedContentException(
                        "layer entry '" + link.path() + "' is a hard link to '" + link.target()
                                + "', which the layer does not have",
                        null);
            }
            if (stat.isFolder()) {
                throw new UnsafeEntryException(link.path(), "is a hard link to a folder");
            }
            int source = from;
            make(path, parent, "link", () -> sys.link(source, target.getLast(), parent, path.getLast()));
            RecordedAttributes.Entry same = recorded.get(String.join("/", target));
            if (same != null) {
                recorded.put(String.join("/", path), same);
            }
        } finally {
            if (opened) {
                sys.close(from);
            }
        }
    }

    private void finish(int parent, List<String> path, TarEntry entry) throws IOException {
        TarEntry.Attributes attributes = entry.attributes();
        String name = path.getLast();
        int kind = entry instanceof TarEntry.Symlink ? FileStat.SYMLINK : FileStat.FIFO;
        if (!privileges.root()) {
            readable(String.join("/", path), kind, attributes);
        }
        privileges.checkOwner(sys.chown(parent, name, attributes.uid(), attributes.gid()), entry.path());
        if (!(entry instanceof TarEntry.Symlink)) {
            Sys.check(sys.chmod(parent, name, attributes.mode()), "chmod", entry.path());
        }
        xattrs(parent, name, attributes);
        Sys.check(sys.setTimes(parent, name, attributes.mtime()), "utimensat", entry.path());
    }

    private void xattrs(int parent, String name, TarEntry.Attributes attributes) throws IOException {
        for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
            if (LayerXattrs.carried(xattr.getKey())) {
                privileges.checkXattr(sys.setXattr(parent, name, xattr.getKey(), xattr.getValue()), name);
            }
        }
    }

    /** Gives folders their times, when nothing more comes into them. */
    void finishFolders() throws IOException {
        List<Map.Entry<List<String>, TarEntry.Attributes>> last = new ArrayList<>(unfinished.entrySet());
        for (Map.Entry<List<String>, TarEntry.Attributes> each : last.reversed()) {
            List<String> path = each.getKey();
            String name = path.isEmpty() ? "." : path.getLast();
            int parent = path.isEmpty() ? root : targets.enter(path, path.size() - 1);
            FileStat stat = parent < 0 ? null : sys.stat(parent, name);
            if (stat == null || !stat.isFolder()) {
                // A later entry took its place.
                continue;
            }
            if (!privileges.root()) {
                int mode = each.getValue().mode() | 0700;
                Sys.check(sys.chmod(parent, name, mode), "chmod", String.join("/", path));
            }
            Sys.check(sys.setTimes(parent, name, each.getValue().mtime()), "utimensat", String.join("/", path));
        }
    }
}
