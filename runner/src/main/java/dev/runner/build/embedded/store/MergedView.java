package dev.runner.build.embedded.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots, one over the other, as one tree. Paths are absolute or relative to the root, with {@code .} and {@code ..}
 * resolved as text; the root is the empty path. A symbolic link's target is resolved as a process inside would see it.
 * Nothing outside the snapshots is ever reached. Safe for many threads.
 */
public final class MergedView {
    /** How many symbolic links one path may go through. */
    public static final int LINK_LIMIT = 255;

    private final SysPool pool = new SysPool();
    private final ViewFolders folders;

    private MergedView(ViewFolders folders) {
        this.folders = folders;
    }

    /** A view of these snapshots, topmost first; none is an empty root. */
    public static MergedView of(List<Snapshot> topFirst) throws IOException {
        List<ViewFolders.Source> sources = new ArrayList<>();
        for (Snapshot snapshot : topFirst) {
            sources.add(new ViewFolders.Source(
                    snapshot.path(), ImplicitFolders.of(snapshot), RecordedAttributes.of(snapshot.path())));
        }
        return new MergedView(new ViewFolders(sources));
    }

    /** What stands at a path, symbolic links in its parents followed inside the root, the last one not; null if nothing. */
    public @Nullable ViewNode lookup(String path) throws IOException {
        return find(path, false).node();
    }

    /**
     * What stands at a path, all symbolic links followed inside the root; null if nothing.
     *
     * @throws LinkLoopException after {@link #LINK_LIMIT} links
     */
    public @Nullable ViewNode resolve(String path) throws IOException {
        return find(path, true).node();
    }

    /**
     * The path with every symbolic link followed, the last one too; parts that do not exist are kept as text. No slash at
     * either end.
     */
    public String realPath(String path) throws IOException {
        return find(path, true).path();
    }

    /** What is in a folder, sorted by name's bytes. */
    public List<ViewNode> list(ViewNode folder) throws IOException {
        Sys sys = pool.take();
        try {
            ViewFolders.Folder found = folders.at(sys, folder.path());
            return found == null ? List.of() : folders.list(sys, found);
        } finally {
            pool.give(sys);
        }
    }

    /** Every node beneath a folder, parents first, sorted; the folder itself is not among them. */
    public void walk(ViewNode folder, Visitor visitor) throws IOException {
        for (ViewNode child : list(folder)) {
            if (visitor.visit(child) && child.isDirectory()) {
                walk(child, visitor);
            }
        }
    }

    /**
     * Nodes whose paths match a pattern of Go's {@code filepath.Match}, sorted; symbolic links in the parts before the last
     * are followed inside the root.
     *
     * @throws java.util.regex.PatternSyntaxException when the pattern is malformed
     */
    public List<ViewNode> glob(String pattern) throws IOException {
        List<String> parts = EntryPath.clamped(pattern);
        parts.forEach(GoMatch::check);
        ViewNode root = resolve("");
        List<ViewNode> found = root == null ? List.of() : List.of(root);
        for (int i = 0; i < parts.size() && !found.isEmpty(); i++) {
            List<ViewNode> next = new ArrayList<>();
            for (ViewNode folder : found) {
                ViewNode real = folder.isSymlink() ? resolve(folder.path()) : folder;
                if (real != null && real.isDirectory()) {
                    match(real, parts.get(i), next);
                }
            }
            found = next;
        }
        return found;
    }

    /** The content of a regular file. */
    public InputStream open(ViewNode file) throws IOException {
        if (!file.isFile()) {
            throw new NoSuchFileException(file.path(), null, "not a regular file");
        }
        return FdInput.open(pool, Sys.CWD, ViewFolders.real(file.layer().root(), file.path()), file.path());
    }

    /** The content of a small file, symbolic links followed; {@link NoSuchFileException} when it is absent. */
    public byte[] read(String path) throws IOException {
        ViewNode node = resolve(path);
        if (node == null) {
            throw new NoSuchFileException(path);
        }
        try (InputStream content = open(node)) {
            return content.readAllBytes();
        }
    }

    /** Extended attributes that a layer may carry: {@code user.*} and {@code security.capability}. */
    public Map<String, byte[]> xattrs(ViewNode node) throws IOException {
        Sys sys = pool.take();
        try {
            String path = ViewFolders.real(node.layer().root(), node.path());
            Map<String, byte[]> result = new TreeMap<>();
            String names = sys.listXattrs(Sys.CWD, path);
            for (String name : names.isEmpty() ? new String[0] : names.split("\0")) {
                byte[] value = LayerXattrs.carried(name) ? sys.getXattr(Sys.CWD, path, name) : null;
                if (value != null) {
                    result.put(name, value);
                }
            }
            return result;
        } finally {
            pool.give(sys);
        }
    }

    /** Takes the nodes of a walk. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes a node; false does not go down into it. */
        boolean visit(ViewNode node) throws IOException;
    }

    private void match(ViewNode folder, String pattern, List<ViewNode> into) throws IOException {
        if (!GoMatch.hasMeta(pattern)) {
            ViewNode child = lookup(folder.path() + "/" + pattern);
            if (child != null) {
                into.add(child);
            }
            return;
        }
        for (ViewNode child : list(folder)) {
            if (GoMatch.matches(pattern, child.name())) {
                into.add(child);
            }
        }
    }

    /** Where a path leads, and what is there. */
    private record Found(String path, @Nullable ViewNode node) {}

    private Found find(String path, boolean followLast) throws IOException {
        Sys sys = pool.take();
        try {
            return find(sys, path, followLast);
        } finally {
            pool.give(sys);
        }
    }

    private Found find(Sys sys, String path, boolean followLast) throws IOException {
        Deque<String> left = new ArrayDeque<>(EntryPath.clamped(path));
        List<String> done = new ArrayList<>();
        ViewFolders.Folder folder = folders.root();
        ViewNode node = folder == null ? null : folder.node();
        int links = 0;
        while (!left.isEmpty()) {
            String part = left.pop();
            if (part.equals("..")) {
                if (!done.isEmpty()) {
                    done.removeLast();
                }
                folder = folders.at(sys, String.join("/", done));
                node = folder == null ? null : folder.node();
                continue;
            }
            node = folder == null ? null : folders.child(sys, folder, part);
            if (node != null && node.isSymlink() && (followLast || !left.isEmpty())) {
                if (++links > LINK_LIMIT) {
                    throw new LinkLoopException(path);
                }
                EntryPath.split(node.linkTarget()).reversed().forEach(left::push);
                if (node.linkTarget().startsWith("/")) {
                    done.clear();
                    folder = folders.root();
                }
                node = folder == null ? null : folder.node();
                continue;
            }
            done.add(part);
            folder = node != null && node.isDirectory() ? folders.at(sys, node.path()) : null;
        }
        return new Found(String.join("/", done), node);
    }
}
