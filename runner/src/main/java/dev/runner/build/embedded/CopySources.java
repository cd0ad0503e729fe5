package dev.runner.build.embedded;

import dev.runner.build.embedded.store.TreeDigest;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.dockerfile.GoMatch;
import dev.runner.dockerfile.IgnorePatterns;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
     * @param name what it is called at the destination when that is a folder
     * @param above with {@code --parents}: the folders to make first, outermost first; else null
     * @param walk where what is below it is excluded from
     */
    record Match(ViewNode node, String name, @Nullable List<ViewNode> above, IgnorePatterns.Walk walk) {}

    /**
     * What a source names: itself, or what its wildcards match, which may be nothing. {@code --exclude} is about what is
     * below a source: with BuildKit a file that is named, or matched by a wildcard, is copied whatever it says
     * (<a href="https://github.com/moby/buildkit/issues/5489">moby/buildkit#5489</a>).
     *
     * @throws NoSuchFileException when what stands before the first wildcard is not there
     */
    List<Match> find(String source) throws IOException {
        String base = "";
        String pattern = clean(source);
        if (parents) {
            int pivot = source.indexOf("/./");
            base = pivot < 0 ? "" : clean(source.substring(0, pivot));
            pattern = clean(pivot < 0 ? source : source.substring(pivot + 3));
        }
        List<Match> found = new ArrayList<>();
        for (String path : GoMatch.hasWildcard(pattern) ? expand(base, pattern) : List.of(join(base, pattern))) {
            ViewNode node = tree.resolve(path);
            if (node == null) {
                throw new NoSuchFileException("/" + path);
            }
            IgnorePatterns.Walk walk = parents ? walk(base, path) : excludes.walk();
            if (!walk.ignored() || node.isDirectory() && walk.mayReinclude()) {
                String name = path.substring(path.lastIndexOf('/') + 1);
                found.add(new Match(node, name, parents ? above(base, path) : null, walk));
            }
        }
        return found;
    }

    /** With {@code --parents} everything is below the folder that the source's pivot names. */
    private IgnorePatterns.Walk walk(String base, String path) {
        IgnorePatterns.Walk walk = excludes.walk();
        for (String part : path.substring(base.length()).split("/")) {
            walk = part.isEmpty() ? walk : walk.child(part);
        }
        return walk;
    }

    private List<ViewNode> above(String base, String path) throws IOException {
        List<ViewNode> folders = new ArrayList<>();
        int from = base.isEmpty() ? 0 : base.length() + 1;
        for (int slash = path.indexOf('/', from); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            ViewNode folder = tree.resolve(path.substring(0, slash));
            if (folder != null) {
                folders.add(folder);
            }
        }
        return folders;
    }

    /** Paths that match, sorted; folders on the way are not left through symbolic links. */
    private List<String> expand(String base, String pattern) throws IOException {
        String[] parts = pattern.split("/");
        int plain = 0;
        StringBuilder fixed = new StringBuilder(base);
        while (plain < parts.length && !GoMatch.hasWildcard(parts[plain])) {
            fixed.append(fixed.isEmpty() ? "" : "/").append(parts[plain++]);
        }
        ViewNode start = tree.resolve(fixed.toString());
        if (start == null) {
            throw new NoSuchFileException("/" + fixed);
        }
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
        Found found = new Found(new TreeDigest(), leaves);
        for (int i = 0; i < sources.size(); i++) {
            List<Match> matches = find(sources.get(i));
            for (int j = 0; j < matches.size(); j++) {
                add(found, i + "." + j, matches.get(j));
            }
        }
        return found.digest.finish();
    }

    /** Takes the files that are found. */
    private record Found(TreeDigest digest, @Nullable Leaves leaves) {
        void add(ViewNode node, TarEntry entry, @Nullable Digest content) {
            digest.add(entry, content);
            if (leaves != null) {
                leaves.add(node.path(), entry, content);
            }
        }
    }

    private void add(Found found, String prefix, Match match) throws IOException {
        ViewNode node = match.node();
        if (match.above() != null) {
            for (ViewNode folder : match.above()) {
                found.add(folder, TreeEntries.entry(tree, folder, prefix + "/above/" + folder.path()), null);
            }
        }
        String root = prefix + "/" + (node.isDirectory() && match.above() == null ? "" : match.name());
        addTree(found, node, root.endsWith("/") ? root + "." : root, match.walk());
    }

    private void addTree(Found found, ViewNode node, String name, IgnorePatterns.Walk walk) throws IOException {
        Digest content = node.isFile() ? tree.digest(node) : null;
        found.add(node, TreeEntries.entry(tree, node, name), content);
        if (node.isDirectory()) {
            for (ViewNode child : tree.list(node)) {
                IgnorePatterns.Walk below = walk.child(child.name());
                if (!below.ignored() || child.isDirectory() && below.mayReinclude()) {
                    addTree(found, child, name + "/" + child.name(), below);
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
