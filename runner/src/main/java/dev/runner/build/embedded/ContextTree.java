package dev.runner.build.embedded;

import dev.runner.build.embedded.buildkit.HashedFiles;
import dev.runner.build.embedded.git.WorkingTree;
import dev.runner.build.embedded.recall.FolderListing;
import dev.runner.build.embedded.store.FileDigests;
import dev.runner.build.embedded.store.UntrustedFolder;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.dockerfile.IgnorePatterns;
import dev.runner.host.posix.Posix;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder of this machine as a build sees it: without what is ignored, everything owned by root as when it is sent to a
 * builder, symbolic links followed inside the folder only. Folders are read when they are asked for, and once.
 */
final class ContextTree implements FileTree {
    private static final int LINK_LIMIT = 255;

    private static final Path NOWHERE = Path.of("/nonexistent");

    private final @Nullable UntrustedFolder root;
    private final IgnorePatterns ignored;
    private final FileDigests digests;
    private final long uid = Posix.available() ? Integer.toUnsignedLong(Posix.effectiveUid()) : 0;
    private final long gid = Posix.available() ? Integer.toUnsignedLong(Posix.effectiveGid()) : 0;
    private final Map<String, List<Entry>> folders = new ConcurrentHashMap<>();
    private final Map<String, FileDigests.Stamp> stamps = new ConcurrentHashMap<>();
    private final Map<String, FolderListing> listings = new ConcurrentHashMap<>();
    private volatile boolean settled = true;
    private @Nullable ObjectIds ids;
    private boolean looked;

    /** @param own whether it belongs to who runs this build, and so to root in its steps */
    private record Entry(ViewNode node, IgnorePatterns.Walk walk, boolean own) {}

    /** @param root null for a context without files */
    ContextTree(@Nullable Path root, IgnorePatterns ignored, FileDigests digests) {
        this.root = root == null ? null : UntrustedFolder.at(root);
        this.ignored = ignored;
        this.digests = digests;
    }

    /** Where it is; null for a context without files. */
    @Nullable
    Path root() {
        return root == null ? null : root.root();
    }

    boolean ignoresNothing() {
        return ignored.isEmpty();
    }

    /** Whether all from a node on belongs to this process's user and group, as everything here seems to. */
    boolean isOwn(ViewNode node) throws IOException {
        if (!node.isDirectory()) {
            int slash = node.path().lastIndexOf('/');
            Entry entry = child(find(slash < 0 ? "" : node.path().substring(0, slash)), node.name());
            return entry != null && entry.own;
        }
        Entry folder = find(node.path());
        if (!folder.own || node.path().isEmpty() && root != null && !isOwn(root.self())) {
            return false;
        }
        for (Entry entry : entries(folder)) {
            if (!entry.own || entry.node.isDirectory() && !isOwn(entry.node)) {
                return false;
            }
        }
        return true;
    }

    private boolean isOwn(ViewNode.Status status) {
        return status.uid() == uid && status.gid() == gid;
    }

    @Override
    public @Nullable ViewNode resolve(String path) throws IOException {
        Deque<String> todo = new ArrayDeque<>(parts(path));
        Entry at = rootEntry();
        Deque<Entry> above = new ArrayDeque<>();
        int links = 0;
        while (!todo.isEmpty()) {
            String name = todo.removeFirst();
            if (name.equals("..")) {
                at = above.isEmpty() ? rootEntry() : above.removeLast();
                continue;
            }
            Entry child = at.node.isDirectory() ? child(at, name) : null;
            if (child == null) {
                return null;
            }
            if (!child.node.isSymlink()) {
                above.addLast(at);
                at = child;
                continue;
            }
            if (++links > LINK_LIMIT) {
                throw new IOException("'" + path + "' leads through too many symbolic links");
            }
            String target = child.node.linkTarget();
            if (target.startsWith("/")) {
                above.clear();
                at = rootEntry();
            }
            parts(target).reversed().forEach(todo::addFirst);
        }
        return at.node;
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    private Entry rootEntry() {
        ViewNode.Status status =
                new ViewNode.Status(ViewNode.Kind.DIRECTORY, 0755, 0, 0, 0, 0, new ViewNode.Inode(0, 0, 1, 0, 0));
        Path place = root == null ? NOWHERE : root.root();
        return new Entry(new ViewNode("", status, "", new ViewNode.Layer(place, 0)), ignored.walk(), true);
    }

    private @Nullable Entry child(Entry folder, String name) throws IOException {
        // Folders are found by their names once for each folder beneath: in a wide tree a search from the start would
        // be felt.
        List<Entry> all = entries(folder);
        int low = 0;
        int high = all.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = all.get(middle).node.name().compareTo(name);
            if (order == 0) {
                return all.get(middle);
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return null;
    }

    @Override
    public List<ViewNode> list(ViewNode folder) throws IOException {
        List<Entry> entries = entries(find(folder.path()));
        List<ViewNode> nodes = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            nodes.add(entry.node);
        }
        return nodes;
    }

    /** A folder by its real path; its parents have been listed, as nobody else makes nodes. */
    private Entry find(String path) throws IOException {
        Entry at = rootEntry();
        for (String name : parts(path)) {
            Entry child = child(at, name);
            if (child == null || !child.node.isDirectory()) {
                throw new NotDirectoryException(path);
            }
            at = child;
        }
        return at;
    }

    private List<Entry> entries(Entry folder) throws IOException {
        List<Entry> known = folders.get(folder.node.path());
        if (known != null) {
            return known;
        }
        List<Entry> read = read(folder);
        folders.put(folder.node.path(), read);
        return read;
    }

    private List<Entry> read(Entry folder) throws IOException {
        if (root == null) {
            return List.of();
        }
        Instant before = Instant.now();
        Map<String, IgnorePatterns.Walk> walks = new HashMap<>();
        List<UntrustedFolder.Child> children = root.list(folder.node.path(), name -> {
            IgnorePatterns.Walk walk = folder.walk.child(name);
            walks.put(name, walk);
            return !walk.ignored() || walk.mayReinclude();
        });
        List<Entry> entries = new ArrayList<>();
        FolderListing listing = new FolderListing();
        for (UntrustedFolder.Child child : children) {
            ViewNode node = asSent(child.node());
            IgnorePatterns.Walk walk = walks.getOrDefault(node.name(), folder.walk);
            Entry entry = new Entry(node, walk, isOwn(child.node().status()));
            listing.add(listed(node, child, before));
            if (!walk.ignored() || node.isDirectory() && !entries(entry).isEmpty()) {
                entries.add(entry);
                if (node.isFile()) {
                    stamps.put(node.path(), child.stamp());
                }
            }
        }
        // Not by Comparator.comparing, whose lambdas no cache of the JVM holds: they are made at run time.
        entries.sort((one, other) -> one.node.name().compareTo(other.node.name()));
        listings.put(folder.node.path(), listing);
        return List.copyOf(entries);
    }

    /**
     * The folders that were read so far, by their paths; null when one of their files was changed so late that another
     * change might not be seen.
     */
    @Nullable
    Map<String, FolderListing> listings() {
        return settled ? new TreeMap<>(listings) : null;
    }

    private FolderListing.Entry listed(ViewNode node, UntrustedFolder.Child child, Instant before) {
        FileDigests.Stamp stamp = child.stamp();
        if (!node.isDirectory() && !stamp.settled(before)) {
            settled = false;
        }
        return new FolderListing.Entry(
                node.name(), child.mode(), stamp.inode(), stamp.size(), stamp.mtime(), stamp.ctime());
    }

    private static ViewNode asSent(ViewNode node) {
        ViewNode.Status status = node.status();
        ViewNode.Status sent =
                new ViewNode.Status(status.kind(), status.mode(), 0, 0, status.size(), status.mtime(), status.inode());
        return new ViewNode(node.path(), sent, node.linkTarget(), node.layer());
    }

    @Override
    public InputStream open(ViewNode file) throws IOException {
        return needed().open(file.path());
    }

    @Override
    public Digest digest(ViewNode file) throws IOException {
        // The stamp of the listing spares a second look at each file when nothing has changed.
        FileDigests.Stamp stamp = stamps.get(file.path());
        Digest known = stamp == null ? null : digests.find(stamp);
        return known != null ? known : needed().digest(file.path(), digests);
    }

    /** The ids of its files in git; null when it lies in no working tree. */
    private synchronized @Nullable ObjectIds ids() {
        if (!looked) {
            looked = true;
            WorkingTree git = root == null ? null : WorkingTree.around(root.root(), System.getenv());
            ids = git == null ? null : new ObjectIds(this, git);
        }
        return ids;
    }

    boolean isInGit() {
        return ids() != null;
    }

    /** What stands for a file's content without a look at it; null where it is remembered anyway, or has to be read. */
    @Nullable
    Digest vouched(ViewNode file) throws IOException {
        FileDigests.Stamp stamp = stamps.get(file.path());
        ObjectIds git = ids();
        return git == null || stamp == null || digests.find(stamp) != null ? null : git.vouched(file, stamp);
    }

    /** The same from the content itself; null outside of working trees. */
    @Nullable
    Digest object(ViewNode file) throws IOException {
        ObjectIds git = ids();
        return git == null ? null : git.of(file);
    }

    /** Its files for another digest: in a working tree, what git calls those that are read is noted on the way. */
    HashedFiles hashed() {
        ObjectIds git = ids();
        return git == null ? this : git.noting();
    }

    private UntrustedFolder needed() {
        if (root == null) {
            throw new IllegalStateException("a context without files has none to read");
        }
        return root;
    }

    @Override
    public Map<String, byte[]> xattrs(ViewNode node) throws IOException {
        // As when it is sent to BuildKit: a context has none.
        return Map.of();
    }
}
