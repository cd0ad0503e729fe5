package dev.runner.build.embedded;

import dev.runner.build.embedded.store.TreeDigest;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.dockerfile.GoMatch;
import dev.runner.dockerfile.IgnorePatterns;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds what the sources of a COPY mean in a tree of files. */
final class CopySources {
    private final FileTree tree;
    private final boolean parents;
    private final IgnorePatterns excludes;

    CopySources(FileTree tree, boolean parents, List<String> excludes) {
        this.tree = tree;
        this.parents = parents;
        this.excludes = IgnorePatterns.of(excludes);
    }

    /**
     * A file or folder to copy.
     *
     * @param name what it is called at the destination when that is a folder; empty for a folder whose content alone is
     *     copied, below which {@code --parents} selects
     * @param selection what of a folder's content is copied
     */
    record Match(ViewNode node, String name, Selection selection) {}

    /**
     * What a source names: itself, or what its wildcards match, which may be nothing. {@code --exclude} is about what is
     * below a source: with BuildKit a file that is named, or matched by a wildcard, is copied whatever it says
     * (<a href="https://github.com/moby/buildkit/issues/5489">moby/buildkit#5489</a>).
     *
     * @throws NoSuchFileException when what stands before the first wildcard is not there
     */
    List<Match> find(String source) throws IOException {
        if (parents) {
            return findWithParents(source);
        }
        List<Match> found = new ArrayList<>();
        for (String path : paths(clean(source))) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            found.add(new Match(need(path), name, Selection.all(excludes)));
        }
        return found;
    }

    /**
     * What stands before {@code /./} is a folder as in any source; what stands behind is a pattern for what is below it, in
     * which {@code **} is any number of folders and no symbolic link is followed.
     */
    private List<Match> findWithParents(String source) throws IOException {
        int pivot = source.indexOf("/./");
        String pattern = clean(pivot < 0 ? source : source.substring(pivot + 3));
        Selection selection = pattern.isEmpty()
                ? Selection.all(excludes)
                : Selection.of(IgnorePatterns.of(List.of(pattern)), excludes);
        List<Match> found = new ArrayList<>();
        for (String base : paths(pivot < 0 ? "" : clean(source.substring(0, pivot)))) {
            ViewNode folder = need(base);
            if (!folder.isDirectory()) {
                throw new NotDirectoryException("/" + base);
            }
            if (!GoMatch.hasWildcard(source)) {
                need(join(base, pattern));
            }
            found.add(new Match(folder, "", selection));
        }
        return found;
    }

    private List<String> paths(String pattern) throws IOException {
        return GoMatch.hasWildcard(pattern) ? expand(pattern) : List.of(pattern);
    }

    private ViewNode need(String path) throws IOException {
        ViewNode node = tree.resolve(path);
        if (node == null) {
            throw new NoSuchFileException("/" + path);
        }
        return node;
    }

    /** Paths that match, sorted; folders on the way are not left through symbolic links. */
    private List<String> expand(String pattern) throws IOException {
        String[] parts = pattern.split("/");
        int plain = 0;
        StringBuilder fixed = new StringBuilder();
        while (plain < parts.length && !GoMatch.hasWildcard(parts[plain])) {
            fixed.append(fixed.isEmpty() ? "" : "/").append(parts[plain++]);
        }
        ViewNode start = need(fixed.toString());
        List<String> found = new ArrayList<>();
        if (start.isDirectory()) {
            expand(start, fixed.toString(), parts, plain, found);
        }
        return found;
    }

    private void expand(ViewNode folder, String path, String[] parts, int at, List<String> found) throws IOException {
        for (ViewNode child : tree.list(folder)) {
            if (!GoMatch.match(parts[at], child.name())) {
                continue;
            }
            String childPath = join(path, child.name());
            if (at == parts.length - 1) {
                found.add(childPath);
            } else if (child.isDirectory()) {
                expand(child, childPath, parts, at + 1, found);
            }
        }
    }

    /** A digest of all that would be copied: names below each source, kinds, modes, owners, contents. */
    Digest digest(List<String> sources) throws IOException {
        return digest(sources, null);
    }

    /** The same, listing the files as well. */
    Digest digest(List<String> sources, @Nullable Leaves leaves) throws IOException {
        return walk(sources, new Found(new TreeDigest(), leaves, tree::digest)).finish();
    }

    /** Lists the files alone. */
    void list(List<String> sources, Leaves leaves) throws IOException {
        walk(sources, new Found(null, leaves, tree::digest));
    }

    /** Names contents. */
    @FunctionalInterface
    interface Naming {
        /** Null for a file that has no name. */
        @Nullable
        Digest name(ViewNode file) throws IOException;
    }

    /** The same with other names in place of the contents' digests; null when a file has none. */
    @Nullable
    Digest named(List<String> sources, Naming naming) throws IOException {
        try {
            return walk(sources, new Found(new TreeDigest(), null, naming)).finish();
        } catch (NamelessException e) {
            return null;
        }
    }

    /** Ends a walk that has come to a file without a name. */
    private static final class NamelessException extends IOException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private Found walk(List<String> sources, Found found) throws IOException {
        for (int i = 0; i < sources.size(); i++) {
            List<Match> matches = find(sources.get(i));
            for (int j = 0; j < matches.size(); j++) {
                add(found, i + "." + j, matches.get(j));
            }
        }
        return found;
    }

    /**
     * Takes the files that are found.
     *
     * @param digest null where none is wanted
     */
    private record Found(
            @Nullable TreeDigest digest, @Nullable Leaves leaves, Naming naming) {
        void add(ViewNode node, TarEntry entry, @Nullable Digest content) {
            if (digest != null) {
                digest.add(entry, content);
            }
            if (leaves != null) {
                leaves.add(node.path(), entry, content);
            }
        }

        Digest finish() {
            return Objects.requireNonNull(digest).finish();
        }
    }

    private void add(Found found, String prefix, Match match) throws IOException {
        ViewNode node = match.node();
        String name = node.isDirectory() ? "." : match.name();
        addNode(found, node, prefix + "/" + name);
        if (node.isDirectory()) {
            addBelow(found, node, prefix + "/.", match.selection());
        }
    }

    private void addNode(Found found, ViewNode node, String name) throws IOException {
        Digest content = node.isFile() ? found.naming.name(node) : null;
        if (content == null && node.isFile()) {
            throw new NamelessException();
        }
        found.add(node, TreeEntries.entry(tree, node, name), content);
    }

    /** Folders that are only passed through are in it too: they may be made. */
    private void addBelow(Found found, ViewNode folder, String path, Selection selection) throws IOException {
        for (ViewNode child : tree.list(folder)) {
            Selection below = selection.child(child.name());
            boolean passed = child.isDirectory() && below.mayTakeBelow();
            if (below.takes() || passed) {
                String name = path + "/" + child.name();
                addNode(found, child, name);
                if (passed) {
                    addBelow(found, child, name, below);
                }
            }
        }
    }

    /** The path without {@code .}, {@code ..} and superfluous slashes, relative; {@code ..} stops at the root. */
    static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    static String join(String folder, String name) {
        return folder.isEmpty() ? name : name.isEmpty() ? folder : folder + "/" + name;
    }
}
