package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a merged tree and which snapshots contribute to each. A folder's snapshot contributes only if every part of
 * the path is a real folder in it, so that no path put together here leads through a symbolic link.
 */
final class ViewFolders {
    private final List<Source> sources;
    private final Map<String, Folder> known = new ConcurrentHashMap<>();
    private final @Nullable Folder root;

    ViewFolders(List<Source> topFirst) throws IOException {
        this.sources = List.copyOf(topFirst);
        this.root = makeRoot();
    }

    /** A snapshot's files, which of its folders it says nothing of, and what the disk does not hold of them. */
    record Source(Path path, Set<String> implicit, @Nullable Map<String, RecordedAttributes.Entry> recorded) {}

    /** @param layers the snapshots that have this folder, topmost first */
    record Folder(ViewNode node, List<Integer> layers) {
        String child(String name) {
            return node.path().isEmpty() ? name : node.path() + "/" + name;
        }
    }

    /** The root; null if there is no snapshot. */
    @Nullable
    Folder root() {
        return root;
    }

    /** The folder at a path without symbolic links; null if there is none. */
    @Nullable
    Folder at(Sys sys, String path) throws IOException {
        if (path.isEmpty()) {
            return root;
        }
        Folder folder = known.get(path);
        if (folder != null) {
            return folder;
        }
        int slash = path.lastIndexOf('/');
        Folder parent = at(sys, slash < 0 ? "" : path.substring(0, slash));
        ViewNode node = parent == null ? null : child(sys, parent, path.substring(slash + 1));
        return node == null ? null : known.get(path);
    }

    /** What a folder holds under a name; null if nothing. */
    @Nullable
    ViewNode child(Sys sys, Folder folder, String name) throws IOException {
        String path = folder.child(name);
        Folder cached = known.get(path);
        if (cached != null) {
            return cached.node();
        }
        List<Integer> layers = new ArrayList<>();
        ViewNode dressed = null;
        ViewNode first = null;
        for (int layer : folder.layers()) {
            Source source = sources.get(layer);
            FileStat stat = sys.stat(Sys.CWD, real(source.path(), path));
            if (stat == null) {
                continue;
            }
            if (stat.isWhiteout() || !stat.isFolder()) {
                if (!layers.isEmpty() || stat.isWhiteout()) {
                    break;
                }
                return node(sys, layer, path, stat);
            }
            layers.add(layer);
            ViewNode node = node(sys, layer, path, stat);
            first = first == null ? node : first;
            dressed = dressed == null && !source.implicit().contains(path) ? node : dressed;
            if (isOpaque(sys, source, path)) {
                break;
            }
        }
        if (first == null) {
            return null;
        }
        Folder found = new Folder(dressed == null ? first : dressed, List.copyOf(layers));
        known.put(path, found);
        return found.node();
    }

    List<ViewNode> list(Sys sys, Folder folder) throws IOException {
        Set<String> seen = new HashSet<>();
        List<ViewNode> result = new ArrayList<>();
        for (int layer : folder.layers()) {
            String real = real(sources.get(layer).path(), folder.node().path());
            for (String name : Folders.names(sys, Sys.CWD, real, folder.node().path())) {
                if (seen.add(name)) {
                    ViewNode child = child(sys, folder, name);
                    if (child != null) {
                        result.add(child);
                    }
                }
            }
        }
        result.sort((a, b) -> NameOrder.BYTES.compare(a.name(), b.name()));
        return result;
    }

    static String real(Path root, String path) {
        return path.isEmpty() ? root.toString() : root + "/" + path;
    }

    private @Nullable Folder makeRoot() throws IOException {
        if (sources.isEmpty()) {
            return null;
        }
        Sys sys = new Sys();
        List<Integer> layers = new ArrayList<>();
        FileStat top = null;
        for (int i = 0; i < sources.size(); i++) {
            String path = sources.get(i).path().toString();
            FileStat stat = sys.stat(Sys.CWD, path);
            if (stat == null) {
                throw new NoSuchFileException(path);
            }
            top = top == null ? stat : top;
            layers.add(i);
            if (isOpaque(sys, sources.get(i), "")) {
                break;
            }
        }
        return top == null ? null : new Folder(node(sys, 0, "", top), layers);
    }

    private boolean isOpaque(Sys sys, Source source, String path) throws IOException {
        String real = real(source.path(), path);
        byte[] trusted = sys.getXattr(Sys.CWD, real, LayerXattrs.TRUSTED_OPAQUE);
        if (trusted != null) {
            return LayerXattrs.isYes(trusted);
        }
        byte[] user = sys.getXattr(Sys.CWD, real, LayerXattrs.USER_OPAQUE);
        return user != null && LayerXattrs.isYes(user);
    }

    private ViewNode node(Sys sys, int layer, String path, FileStat disk) throws IOException {
        Path files = sources.get(layer).path();
        FileStat stat = RecordedAttributes.truth(sources.get(layer).recorded(), path, disk);
        String target = stat.isSymlink() ? sys.readlink(Sys.CWD, real(files, path)) : null;
        return new ViewNode(path, status(stat), target == null ? "" : target, new ViewNode.Layer(files, layer));
    }

    static ViewNode.Status status(FileStat stat) {
        FileStat.Inode inode = stat.inode();
        return new ViewNode.Status(
                kind(stat),
                stat.permissions(),
                stat.owner().uid(),
                stat.owner().gid(),
                stat.size(),
                stat.times().modified(),
                new ViewNode.Inode(inode.device(), inode.number(), inode.links(), inode.major(), inode.minor()));
    }

    private static ViewNode.Kind kind(FileStat stat) {
        return switch (stat.kind()) {
            case FileStat.FILE -> ViewNode.Kind.FILE;
            case FileStat.FOLDER -> ViewNode.Kind.DIRECTORY;
            case FileStat.SYMLINK -> ViewNode.Kind.SYMLINK;
            case FileStat.CHARACTER -> ViewNode.Kind.CHARACTER_DEVICE;
            case FileStat.BLOCK -> ViewNode.Kind.BLOCK_DEVICE;
            case FileStat.FIFO -> ViewNode.Kind.FIFO;
            default -> ViewNode.Kind.SOCKET;
        };
    }
}
