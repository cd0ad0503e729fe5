package dev.runner.build.embedded.store;

import dev.runner.oci.layer.EntryNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Folders that stand in a snapshot only because something beneath them does: the layer says nothing of them. Overlayfs takes
 * a folder's mode and owner from the topmost layer that has it, so such a one would turn a lower layer's {@code /tmp} of mode
 * 1777 into 0755. A further folder on top of all, with nothing but folders as they should be, mends that.
 */
final class ImplicitFolders {
    static final String FILE = "implicit";

    private final List<Snapshot> topFirst;

    ImplicitFolders(List<Snapshot> topFirst) {
        this.topFirst = List.copyOf(topFirst);
    }

    /** The paths of a snapshot; nearly always none. */
    static Set<String> of(Snapshot snapshot) throws IOException {
        try {
            byte[] list = Files.readAllBytes(snapshot.path().resolveSibling(FILE));
            return new HashSet<>(List.of(EntryNames.decode(list).split("\0")));
        } catch (NoSuchFileException e) {
            return Set.of();
        }
    }

    /** Gives a new folder. */
    @FunctionalInterface
    interface Making {
        Workspace make() throws IOException;
    }

    /** Each once: the kernel refuses a folder that is there twice, and of two equal layers the upper says it all. */
    List<Path> lowers(Making making) throws IOException {
        Set<Path> distinct = new LinkedHashSet<>();
        Set<String> mended = new TreeSet<>(NameOrder.BYTES);
        for (int i = 0; i < topFirst.size(); i++) {
            distinct.add(topFirst.get(i).path());
            if (i < topFirst.size() - 1) {
                mended.addAll(of(topFirst.get(i)));
            }
        }
        List<Path> paths = new ArrayList<>(distinct);
        if (!mended.isEmpty()) {
            paths.addFirst(mend(mended, making.make()));
        }
        return paths;
    }

    private Path mend(Set<String> paths, Workspace workspace) throws IOException {
        MergedView view = MergedView.of(topFirst);
        Sys sys = new Sys();
        String root = workspace.upper().toString();
        Set<String> made = new HashSet<>();
        ViewNode top = view.resolve("");
        if (top != null) {
            dress(sys, root, top, Map.of());
        }
        for (String path : paths) {
            List<String> parts = EntryPath.split(path);
            for (int depth = 1; depth <= parts.size(); depth++) {
                String folder = String.join("/", parts.subList(0, depth));
                ViewNode node = view.lookup(folder);
                if (node == null || !node.isDirectory() || !node.path().equals(folder)) {
                    break;
                }
                if (made.add(folder)) {
                    String target = root + "/" + folder;
                    Sys.check(sys.mkdir(Sys.CWD, target, 0700), "mkdir", target);
                    dress(sys, target, node, view.xattrs(node));
                }
            }
        }
        return workspace.upper();
    }

    private static void dress(Sys sys, String target, ViewNode node, Map<String, byte[]> xattrs) throws IOException {
        ViewNode.Status status = node.status();
        int owned = sys.chown(Sys.CWD, target, status.uid(), status.gid());
        if (owned != -Sys.EPERM && owned != -Sys.EINVAL) {
            Sys.check(owned, "chown", target);
        }
        Sys.check(sys.chmod(Sys.CWD, target, status.mode() | (Sys.isRoot() ? 0 : 0700)), "chmod", target);
        for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
            sys.setXattr(Sys.CWD, target, xattr.getKey(), xattr.getValue());
        }
        Sys.check(sys.setTimes(Sys.CWD, target, status.mtime()), "utimensat", target);
    }
}
