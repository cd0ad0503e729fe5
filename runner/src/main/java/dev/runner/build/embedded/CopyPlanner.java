package dev.runner.build.embedded;

import dev.runner.build.embedded.CopySources.Match;
import dev.runner.build.embedded.LayerPlan.Content;
import dev.runner.build.embedded.LayerPlan.Item;
import dev.runner.build.embedded.LayerPlan.NewFolder;
import dev.runner.build.embedded.LowerTree.Found;
import dev.runner.build.embedded.Ownership.Owner;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lays out what COPY and ADD put where.
 *
 * <p>The rules, as BuildKit has them: the folder that the destination names is made, with those above it. A folder's
 * content goes into the destination, which takes the folder's time but neither mode nor owner; a file goes into it under its own name if the destination is a
 * folder or ends with a slash, else it becomes the destination. Symbolic links on the way are followed inside the root; a
 * file replaces what is not a folder; a folder over a folder replaces its attributes.
 */
final class CopyPlanner {
    private static final String CAPABILITY = "security.capability";
    private static final int UMASK = 022;

    private final LayerPlan plan;
    private final Attributes attributes;
    private int copies;

    CopyPlanner(LayerPlan plan, Attributes attributes) {
        this.plan = plan;
        this.attributes = attributes;
    }

    /**
     * What copied files get.
     *
     * @param owner null keeps the source's
     * @param mode null keeps the source's
     * @param time the latest that anything may have, in nanoseconds since 1970; null for none
     * @param now of folders that are made, in nanoseconds since 1970
     */
    record Attributes(
            @Nullable Owner owner,
            @Nullable ModeChange mode,
            @Nullable Long time,
            long now) {
        /**
         * New folders get owner and mode as what is copied into them does, but a Docker Engine makes them under its umask
         * and without special bits; a symbolic mode has nothing to change.
         */
        NewFolder newFolder() {
            return newFolder(mode == null || !mode.isOctal() ? 0755 : mode.apply(0755, true) & 0777 & ~UMASK);
        }

        /** Of an archive's folders, whose modes the archive says. */
        NewFolder archiveFolder() {
            return newFolder(0755);
        }

        private NewFolder newFolder(int bits) {
            Owner to = owner == null ? Owner.ROOT : owner;
            return new NewFolder(to.uid(), to.gid(), bits, now);
        }

        /** What an archive's entry gets: its mode stays. */
        TarEntry.Attributes ofArchive(TarEntry.Attributes source) {
            TarEntry.Attributes plain = withCapability(source.withOwner(source.uid(), source.gid()));
            return clamped(owner == null ? plain : plain.withOwner(owner.uid(), owner.gid()));
        }

        /** Of extended attributes only capabilities go into a layer, as with BuildKit. */
        private static TarEntry.Attributes withCapability(TarEntry.Attributes source) {
            byte[] capability = source.xattrs().get(CAPABILITY);
            return source.withXattrs(capability == null ? Map.of() : Map.of(CAPABILITY, capability));
        }

        long clamped(long mtime) {
            return time == null ? mtime : Math.min(mtime, time);
        }

        private TarEntry.Attributes clamped(TarEntry.Attributes source) {
            return source.withMtime(clamped(source.mtime()));
        }

        TarEntry.Attributes of(TarEntry.Attributes source, boolean directory, boolean symlink) {
            TarEntry.Attributes result = withCapability(source);
            if (owner != null) {
                result = result.withOwner(owner.uid(), owner.gid());
            }
            if (mode != null && !symlink) {
                result = result.withMode(mode.apply(source.mode(), directory));
            }
            return clamped(result);
        }
    }

    LayerPlan plan() {
        return plan;
    }

    Attributes attributes() {
        return attributes;
    }

    /** Copies one source. */
    void copy(FileTree tree, Match match, String destination) throws IOException {
        copies++;
        String target = prepare(destination);
        Found there = plan.find(target);
        ViewNode node = match.node();
        if (node.isDirectory()) {
            if (there != null && !there.directory()) {
                throw new NotDirectoryException("/" + target);
            }
            plan.makeFolders(target, attributes.newFolder());
            copyChildren(tree, node, target, match.selection(), new ArrayDeque<>());
            if (!node.path().isEmpty() && !target.isEmpty()) {
                plan.setTime(target, attributes.clamped(node.status().mtime()));
            }
            return;
        }
        boolean into = there != null && there.directory();
        String path = into ? CopySources.join(target, match.name()) : target;
        putNode(tree, node, path);
        plan.touchParent(path, attributes.now());
    }

    /** Makes the folder that a destination names or lies in, and gives the real path of the destination. */
    String prepare(String destination) throws IOException {
        int slash = destination.lastIndexOf('/');
        String folder = plan.realPath(destination.substring(0, slash + 1));
        plan.makeFolders(folder, attributes.newFolder());
        return plan.realPath(destination);
    }

    /** A folder that is made when something in it is copied. */
    private record Awaited(ViewNode folder, String target) {}

    private void copyChildren(FileTree tree, ViewNode folder, String target, Selection selection, Deque<Awaited> above)
            throws IOException {
        for (ViewNode child : tree.list(folder)) {
            copyNode(tree, child, CopySources.join(target, child.name()), selection.child(child.name()), above);
        }
    }

    private void copyNode(FileTree tree, ViewNode node, String target, Selection selection, Deque<Awaited> above)
            throws IOException {
        boolean taken = selection.takes();
        if (taken) {
            while (!above.isEmpty()) {
                Awaited folder = above.removeFirst();
                putNode(tree, folder.folder(), folder.target());
            }
            putNode(tree, node, target);
        }
        if (node.isDirectory() && selection.mayTakeBelow()) {
            Awaited self = new Awaited(node, target);
            if (!taken) {
                above.addLast(self);
            }
            copyChildren(tree, node, target, selection, above);
            above.remove(self);
        }
    }

    private void putNode(FileTree tree, ViewNode node, String target) throws IOException {
        TarEntry entry = TreeEntries.entry(tree, node, target);
        TarEntry changed =
                entry.withAttributes(attributes.of(entry.attributes(), node.isDirectory(), node.isSymlink()));
        Content content = node.isFile() ? new NodeContent(tree, node) : null;
        ViewNode.Inode inode = node.status().inode();
        Object identity =
                node.isFile() && inode.links() > 1 ? new FileIdentity(copies, inode.device(), inode.number()) : null;
        plan.put(new Item(changed, content, identity));
    }

    /** Names of one file stay so within one source, not across several. */
    private record FileIdentity(int copy, long device, long inode) {}

    private record NodeContent(FileTree tree, ViewNode node) implements Content {
        @Override
        public InputStream open() throws IOException {
            return tree.open(node);
        }

        @Override
        public Digest digest() throws IOException {
            return tree.digest(node);
        }
    }

    /** Puts a file that is no file of a tree: a here-document or a download. */
    void copyFile(String name, int mode, long mtime, long size, Content content, String destination)
            throws IOException {
        String target = prepare(destination);
        Found there = plan.find(target);
        String path = there != null && there.directory() ? CopySources.join(target, name) : target;
        TarEntry.Attributes plain = attributes.of(TarEntry.Attributes.of(mode, 0, 0, mtime), false, false);
        plan.put(new Item(TarEntry.File.of(path, plain, size), content, null));
    }

    /** Content in memory. */
    static Content bytes(byte[] bytes) {
        return new Content() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }

            @Override
            public Digest digest() {
                return Digest.of(bytes);
            }
        };
    }
}
