package dev.runner.build.embedded.store;

import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the upper folder of an overlay as an OCI layer: the folder's content with overlayfs' marks turned into the layer's,
 * {@code .wh.NAME} for a deleted file and {@code .wh..wh..opq} in an opaque folder. Equal folders give equal layers: entries
 * are sorted by the bytes of their paths, a folder before what it holds. Folders that overlayfs copied up because something
 * beneath them changed are entries too, as with BuildKit; the root is not. Sockets are left out, as they cannot be packed.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">overlayfs, whiteouts and opaque directories</a>
 */
public final class LayerDiff {
    private static final int PATH_LIMIT = 4096;
    private static final long NANOS = 1_000_000_000L;

    private final Sys sys = new Sys();
    private final SysPool pool = new SysPool();
    private final TarWriter tar;
    private final Options options;
    private final Map<FileStat.Inode, String> linked = new HashMap<>();
    private final Deque<TarEntry> pending = new ArrayDeque<>();
    private long entries;

    private LayerDiff(TarWriter tar, Options options) {
        this.tar = tar;
        this.options = options;
    }

    /**
     * How a layer is written.
     *
     * @param epochSeconds {@code SOURCE_DATE_EPOCH}: later times become this one; null leaves them
     * @param owners from the disk's owner to the layer's
     * @param without paths that are left out with all beneath, such as {@code etc/resolv.conf} that the sandbox mounted
     *     on; a folder of which nothing else changed goes with them
     */
    public record Options(@Nullable Long epochSeconds, Owners owners, Set<String> without) {
        /** As it is on the disk. */
        public static final Options PLAIN = new Options(null, Owners.SAME, Set.of());

        public Options {
            without = Set.copyOf(without);
        }
    }

    /** Maps an owner on the disk to the layer's. */
    public interface Owners {
        Owners SAME = new Owners() {
            @Override
            public long user(long uid) {
                return uid;
            }

            @Override
            public long group(long gid) {
                return gid;
            }
        };

        long user(long uid);

        long group(long gid);
    }

    /**
     * Writes the layer's entries in the order of their paths; the caller finishes the writer.
     *
     * @return how many entries were written; zero means that nothing changed
     */
    public static long write(Path upper, LayerWriter layer, Options options) throws IOException {
        LayerDiff diff = new LayerDiff(layer.tar(), options);
        int flags = Sys.O_RDONLY | Sys.O_DIRECTORY | Sys.O_NOFOLLOW;
        int root = (int) Sys.check(diff.sys.open(Sys.CWD, upper.toString(), flags, 0), "open", upper.toString());
        try {
            diff.folder(root, "");
        } finally {
            diff.sys.close(root);
        }
        return diff.entries;
    }

    /** Writes what is in a folder; true if something in it was left out. */
    private boolean folder(int fd, String path) throws IOException {
        List<String> names = Folders.names(sys, fd, path);
        names.sort(NameOrder.BYTES);
        boolean leftOut = false;
        for (String name : names) {
            String child = path.isEmpty() ? name : path + "/" + name;
            if (child.length() > PATH_LIMIT) {
                throw new UnsafeEntryException(child.substring(0, 80) + "…", "has a path longer than " + PATH_LIMIT);
            }
            if (options.without.contains(child)) {
                leftOut = true;
            } else {
                leftOut |= entry(fd, name, path, child);
            }
        }
        return leftOut;
    }

    private boolean entry(int parent, String name, String folder, String path) throws IOException {
        FileStat stat = sys.stat(parent, name);
        if (stat == null || stat.kind() == FileStat.SOCKET) {
            return false;
        }
        if (stat.isWhiteout()) {
            String mark = folder.isEmpty() ? ".wh." + name : folder + "/.wh." + name;
            emit(mark(mark, stat));
            return false;
        }
        Map<String, byte[]> xattrs = xattrs(parent, name, path);
        boolean opaque = xattrs.remove(LayerXattrs.TRUSTED_OPAQUE) != null;
        TarEntry.Attributes attributes = attributes(stat, xattrs);
        if (stat.isFolder()) {
            return subfolder(parent, name, new TarEntry.Directory(path, attributes), opaque ? stat : null);
        }
        if (stat.inode().links() > 1) {
            String first = linked.putIfAbsent(stat.inode(), path);
            if (first != null) {
                emit(new TarEntry.HardLink(path, attributes, first));
                return false;
            }
        }
        leaf(parent, name, path, stat, attributes);
        return false;
    }

    private void leaf(int parent, String name, String path, FileStat stat, TarEntry.Attributes attributes)
            throws IOException {
        switch (stat.kind()) {
            case FileStat.FILE -> {
                release();
                entries++;
                try (InputStream content = FdInput.open(pool, parent, name, path)) {
                    tar.put(TarEntry.File.of(path, attributes, stat.size()), content);
                }
            }
            case FileStat.SYMLINK -> {
                String target = sys.readlink(parent, name);
                emit(new TarEntry.Symlink(path, attributes, target == null ? "" : target));
            }
            case FileStat.FIFO -> emit(new TarEntry.Fifo(path, attributes));
            default -> {
                boolean block = stat.kind() == FileStat.BLOCK;
                emit(new TarEntry.Device(
                        path,
                        attributes,
                        block,
                        stat.inode().major(),
                        stat.inode().minor()));
            }
        }
    }

    /** A folder's entry waits until it is clear that it is wanted. */
    private boolean subfolder(int parent, String name, TarEntry.Directory entry, @Nullable FileStat opaque)
            throws IOException {
        pending.addLast(entry);
        int depth = pending.size();
        if (opaque != null) {
            emit(mark(entry.path() + "/.wh..wh..opq", opaque));
        }
        int flags = Sys.O_RDONLY | Sys.O_DIRECTORY | Sys.O_NOFOLLOW;
        int fd = (int) Sys.check(sys.open(parent, name, flags, 0), "open", entry.path());
        boolean leftOut;
        try {
            leftOut = folder(fd, entry.path());
        } finally {
            sys.close(fd);
        }
        if (pending.size() < depth) {
            return false;
        }
        if (!leftOut) {
            release();
            return false;
        }
        pending.removeLast();
        return true;
    }

    private void emit(TarEntry entry) throws IOException {
        release();
        entries++;
        tar.put(entry);
    }

    private void release() throws IOException {
        while (!pending.isEmpty()) {
            entries++;
            tar.put(pending.removeFirst());
        }
    }

    private TarEntry.File mark(String path, FileStat stat) {
        return TarEntry.File.of(path, TarEntry.Attributes.of(0, 0, 0, time(stat)), 0);
    }

    private TarEntry.Attributes attributes(FileStat stat, Map<String, byte[]> xattrs) {
        long uid = options.owners.user(stat.owner().uid());
        long gid = options.owners.group(stat.owner().gid());
        return new TarEntry.Attributes(stat.permissions(), uid, gid, "", "", time(stat), xattrs);
    }

    private long time(FileStat stat) {
        Long epoch = options.epochSeconds;
        long mtime = stat.times().modified();
        return epoch == null ? mtime : Math.min(mtime, Math.multiplyExact(epoch, NANOS));
    }

    /** What the layer carries, and {@code trusted.overlay.opaque} if the folder is opaque in either way to say it. */
    private Map<String, byte[]> xattrs(int parent, String name, String path) throws IOException {
        String list = sys.listXattrs(parent, name);
        Map<String, byte[]> result = new TreeMap<>();
        if (list.isEmpty()) {
            return result;
        }
        for (String xattr : list.split("\0")) {
            boolean opaque = xattr.equals(LayerXattrs.TRUSTED_OPAQUE) || xattr.equals(LayerXattrs.USER_OPAQUE);
            if (xattr.endsWith(".overlay.redirect") || xattr.endsWith(".overlay.metacopy")) {
                throw new UnsafeEntryException(
                        path,
                        "is only a reference to a lower layer ('" + xattr
                                + "'): mount the overlay with redirect_dir=off,metacopy=off");
            }
            if (opaque || LayerXattrs.carried(xattr)) {
                byte[] value = sys.getXattr(parent, name, xattr);
                if (value != null && opaque && LayerXattrs.isYes(value)) {
                    result.put(LayerXattrs.TRUSTED_OPAQUE, value);
                } else if (value != null && !opaque) {
                    result.put(xattr, value);
                }
            }
        }
        return result;
    }
}
