package dev.runner.build.embedded.store;

import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
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
 * <p>Where the lower layers are known, the layer is BuildKit's: a file that was copied up and is as it was is left out, and
 * an opaque folder becomes whiteouts of what the lower one had and it has not.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">overlayfs, whiteouts and opaque directories</a>
 */
public final class LayerDiff {
    private static final int PATH_LIMIT = 4096;
    private static final String CAPABILITY = "security.capability";
    private static final long NANOS = 1_000_000_000L;

    private final Sys sys = new Sys();
    private final SysPool pool = new SysPool();
    private final TarWriter tar;
    private final Options options;
    private final @Nullable MergedView lower;
    private final Map<FileStat.Inode, String> linked = new HashMap<>();
    private final Deque<TarEntry> pending = new ArrayDeque<>();
    private final @Nullable Map<String, RecordedAttributes.Entry> recorded;
    private long entries;

    private LayerDiff(TarWriter tar, Options options, @Nullable Map<String, RecordedAttributes.Entry> recorded) {
        this.tar = tar;
        this.options = options;
        this.lower = options.lower;
        this.recorded = recorded;
    }

    /**
     * How a layer is written.
     *
     * @param epochSeconds {@code SOURCE_DATE_EPOCH}: later times become this one; null leaves them
     * @param owners from the disk's owner to the layer's
     * @param without paths that are left out with all beneath, such as {@code etc/resolv.conf} that the sandbox mounted
     *     on; a folder of which nothing else changed goes with them
     * @param lower what lies below; null when it is not known
     */
    public record Options(
            @Nullable Long epochSeconds,
            Owners owners,
            Set<String> without,
            @Nullable MergedView lower) {
        /** As it is on the disk. */
        public static final Options PLAIN = new Options(null, Owners.SAME, Set.of());

        public Options(@Nullable Long epochSeconds, Owners owners, Set<String> without) {
            this(epochSeconds, owners, without, null);
        }

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
        LayerDiff diff = new LayerDiff(layer.tar(), options, RecordedAttributes.of(upper));
        int flags = Sys.O_RDONLY | Sys.O_DIRECTORY | Sys.O_NOFOLLOW;
        int root = (int) Sys.check(diff.sys.open(Sys.CWD, upper.toString(), flags, 0), "open", upper.toString());
        try {
            ViewNode below = options.lower == null ? null : options.lower.resolve("");
            diff.folder(root, "", diff.children(below), false);
        } finally {
            diff.sys.close(root);
        }
        return diff.entries;
    }

    private Map<String, ViewNode> children(@Nullable ViewNode folder) throws IOException {
        Map<String, ViewNode> children = new HashMap<>();
        if (lower != null && folder != null && folder.isDirectory()) {
            lower.list(folder).forEach(child -> children.put(child.name(), child));
        }
        return children;
    }

    /**
     * Writes what is in a folder; true if something in it was left out.
     *
     * @param below what the folder has in the layers below
     * @param replaced whether the folder stands in that one's place, so that what it lacks is gone
     */
    private boolean folder(int fd, String path, Map<String, ViewNode> below, boolean replaced) throws IOException {
        Set<String> all = new LinkedHashSet<>(Folders.names(sys, fd, path));
        if (replaced) {
            all.addAll(below.keySet());
        }
        List<String> names = new ArrayList<>(all);
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
                leftOut |= entry(fd, name, path, below.get(name));
            }
        }
        return leftOut;
    }

    private boolean entry(int parent, String name, String folder, @Nullable ViewNode below) throws IOException {
        String path = folder.isEmpty() ? name : folder + "/" + name;
        FileStat disk = sys.stat(parent, name);
        FileStat stat = disk == null ? null : RecordedAttributes.truth(recorded, path, disk);
        if (stat == null && below == null || stat != null && stat.kind() == FileStat.SOCKET && !stat.isWhiteout()) {
            return false;
        }
        if (stat == null || stat.isWhiteout()) {
            emit(mark(folder.isEmpty() ? ".wh." + name : folder + "/.wh." + name));
            return false;
        }
        Map<String, byte[]> xattrs = xattrs(parent, name, path);
        boolean opaque = xattrs.remove(LayerXattrs.TRUSTED_OPAQUE) != null;
        TarEntry.Attributes attributes = attributes(stat, xattrs);
        if (stat.isFolder()) {
            return subfolder(parent, name, new TarEntry.Directory(path, attributes), opaque, below);
        }
        if (below != null && same(stat, attributes, parent, name, below)) {
            return true;
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
    private boolean subfolder(
            int parent, String name, TarEntry.Directory entry, boolean opaque, @Nullable ViewNode below)
            throws IOException {
        pending.addLast(entry);
        int depth = pending.size();
        if (opaque && lower == null) {
            emit(mark(entry.path() + "/.wh..wh..opq"));
        }
        boolean unchanged = below != null && below.isDirectory() && sameAttributes(entry.attributes(), below);
        int flags = Sys.O_RDONLY | Sys.O_DIRECTORY | Sys.O_NOFOLLOW;
        int fd = (int) Sys.check(sys.open(parent, name, flags, 0), "open", entry.path());
        boolean leftOut;
        try {
            leftOut = folder(fd, entry.path(), children(below), opaque);
        } finally {
            sys.close(fd);
        }
        if (pending.size() < depth) {
            return false;
        }
        boolean wanted = lower == null || below == null ? !leftOut : !unchanged;
        if (wanted) {
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

    private static TarEntry.File mark(String path) {
        return TarEntry.File.of(path, TarEntry.Attributes.of(0, 0, 0, 0), 0);
    }

    private boolean sameAttributes(TarEntry.Attributes above, ViewNode below) throws IOException {
        ViewNode.Status old = below.status();
        return above.mode() == old.mode()
                && above.uid() == options.owners.user(old.uid())
                && above.gid() == options.owners.group(old.gid())
                && lower != null
                && Arrays.equals(
                        above.xattrs().get(CAPABILITY), lower.xattrs(below).get(CAPABILITY));
    }

    /** Whether a file that is no folder is as it was: by containerd's comparison, content only where a time may be cut. */
    private boolean same(FileStat stat, TarEntry.Attributes attributes, int parent, String name, ViewNode below)
            throws IOException {
        ViewNode.Status old = below.status();
        boolean alike = kind(old.kind()) == stat.kind()
                && stat.size() == old.size()
                && stat.times().modified() == old.mtime()
                && stat.inode().major() == old.inode().major()
                && stat.inode().minor() == old.inode().minor()
                && sameAttributes(attributes, below);
        if (!alike || stat.kind() == FileStat.SYMLINK) {
            return alike && below.linkTarget().equals(sys.readlink(parent, name));
        }
        return stat.kind() != FileStat.FILE
                || stat.size() == 0
                || old.mtime() % NANOS != 0
                || sameContent(parent, name, below);
    }

    private boolean sameContent(int parent, String name, ViewNode below) throws IOException {
        try (InputStream one = new BufferedInputStream(FdInput.open(pool, parent, name, below.path()), 1 << 16);
                InputStream other = new BufferedInputStream(lower == null ? one : lower.open(below), 1 << 16)) {
            int read = one.read();
            while (read >= 0 && read == other.read()) {
                read = one.read();
            }
            return read < 0 && other.read() < 0;
        }
    }

    private static int kind(ViewNode.Kind kind) {
        return switch (kind) {
            case FILE -> FileStat.FILE;
            case DIRECTORY -> FileStat.FOLDER;
            case SYMLINK -> FileStat.SYMLINK;
            case CHARACTER_DEVICE -> FileStat.CHARACTER;
            case BLOCK_DEVICE -> FileStat.BLOCK;
            case FIFO -> FileStat.FIFO;
            case SOCKET -> FileStat.SOCKET;
        };
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
            if (opaque || LayerXattrs.isMade(xattr)) {
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
