package dev.runner.build.embedded;

import dev.runner.build.embedded.LowerTree.Found;
import dev.runner.build.embedded.store.TreeDigest;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A layer before it is written: what goes where, over what lies below. In the end it is what BuildKit finds when it
 * compares an overlay's upper folder with the layers below: what is there below just so is not in it, and the folders
 * above each entry are.
 */
final class LayerPlan {
    private static final int LINK_LIMIT = 255;

    private final LowerTree lower;
    private final TreeMap<String, Item> items = new TreeMap<>();

    LayerPlan(LowerTree lower) {
        this.lower = lower;
    }

    /** Where a file's bytes come from. */
    interface Content {
        InputStream open() throws IOException;

        Digest digest() throws IOException;
    }

    /**
     * One entry.
     *
     * @param content null but for files
     * @param inode equal for names of one file; null where it has one name
     */
    record Item(
            TarEntry entry,
            @Nullable Content content,
            @Nullable Object inode) {}

    /** What a new folder gets. */
    record NewFolder(long uid, long gid, int mode, long mtime) {}

    /** The path with every symbolic link followed inside the root, also the last; what does not exist is kept. */
    String realPath(String path) throws IOException {
        Deque<String> todo = new ArrayDeque<>(Arrays.asList(path.split("/")));
        String at = "";
        int links = 0;
        while (!todo.isEmpty()) {
            String part = todo.removeFirst();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                at = at.contains("/") ? at.substring(0, at.lastIndexOf('/')) : "";
                continue;
            }
            String next = CopySources.join(at, part);
            Found found = find(next);
            if (found == null || found.linkTarget() == null) {
                at = next;
                continue;
            }
            if (++links > LINK_LIMIT) {
                throw new IOException("'/" + path + "' leads through too many symbolic links");
            }
            at = found.linkTarget().startsWith("/") ? "" : at;
            Arrays.asList(found.linkTarget().split("/")).reversed().forEach(todo::addFirst);
        }
        return at;
    }

    /** What stands at a path whose parents are real, by this plan or below; null if nothing. */
    @Nullable
    Found find(String path) throws IOException {
        if (path.isEmpty()) {
            return new Found(true, null);
        }
        Item item = items.get(path);
        return item != null ? LowerTree.found(item.entry()) : lower.find(path);
    }

    /** Makes a folder and those above it, where they are missing. */
    void makeFolders(String path, NewFolder attributes) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            makeFolder(path.substring(0, slash), attributes);
        }
        if (!path.isEmpty()) {
            makeFolder(path, attributes);
        }
    }

    private void makeFolder(String path, NewFolder attributes) throws IOException {
        Found found = find(path);
        if (found == null) {
            TarEntry.Attributes plain =
                    TarEntry.Attributes.of(attributes.mode(), attributes.uid(), attributes.gid(), attributes.mtime());
            items.put(path, new Item(new TarEntry.Directory(path, plain), null, null));
        } else if (!found.directory()) {
            throw new NotDirectoryException("/" + path);
        }
    }

    /** Gives a folder that is there, in the plan or below, a time. */
    void setTime(String path, long mtime) throws IOException {
        Item item = items.get(path);
        TarEntry entry = item != null ? item.entry() : lower.entry(path);
        if (entry != null) {
            items.put(path, new Item(entry.withAttributes(entry.attributes().withMtime(mtime)), null, null));
        }
    }

    /** Something new came into a folder of the plan. */
    void touchParent(String path, long now) throws IOException {
        String parent = parent(path);
        if (items.containsKey(parent) && lower.find(path) == null) {
            setTime(parent, now);
        }
    }

    /** Puts an entry in, over what is there; folders and other files do not replace each other. */
    void put(Item item) throws IOException {
        String path = item.entry().path();
        Found found = find(path);
        boolean folder = item.entry() instanceof TarEntry.Directory;
        if (found != null && found.directory() && !folder) {
            throw new FileAlreadyExistsException("/" + path, null, "cannot replace this folder with a file");
        }
        if (found != null && !found.directory() && folder) {
            throw new NotDirectoryException("/" + path);
        }
        items.put(path, item);
    }

    /** Removes what an archive replaces, with all beneath that the same archive brought. */
    void replace(Item item) {
        String path = item.entry().path();
        if (!(item.entry() instanceof TarEntry.Directory)) {
            items.subMap(path + "/", path + "0").clear();
        }
        items.put(path, item);
    }

    @Nullable
    Item get(String path) {
        return items.get(path);
    }

    /**
     * The entries in the order they are written: sorted, the first name of a file before its hard links.
     *
     * @param now the time of folders that got something new, in nanoseconds since 1970
     */
    Map<String, Item> finish(long now) throws IOException {
        addParents(dropUnchanged(), now);
        Map<Object, TarEntry> first = new HashMap<>();
        items.replaceAll((path, item) -> {
            if (item.inode() == null || !(item.entry() instanceof TarEntry.File)) {
                return item;
            }
            TarEntry original = first.putIfAbsent(item.inode(), item.entry());
            return original == null
                    ? item
                    : new Item(new TarEntry.HardLink(path, original.attributes(), original.path()), null, null);
        });
        return items;
    }

    /** Drops what is below just so; gives the folders among them, which may yet be needed above others. */
    private Map<String, Item> dropUnchanged() throws IOException {
        Map<String, Item> folders = new HashMap<>();
        for (Item item : List.copyOf(items.values())) {
            String path = item.entry().path();
            TarEntry below = lower.entry(path);
            if (below != null && Sameness.same(item, below, () -> lower.content(path))) {
                items.remove(path);
                if (item.entry() instanceof TarEntry.Directory) {
                    folders.put(path, item);
                }
            }
        }
        return folders;
    }

    private void addParents(Map<String, Item> unchanged, long now) throws IOException {
        for (String path : List.copyOf(items.keySet())) {
            boolean touched = lower.find(path) == null;
            String parent = parent(path);
            while (!parent.isEmpty()) {
                Item known = items.get(parent);
                Item dropped = unchanged.get(parent);
                TarEntry below = known != null || dropped != null ? null : lower.entry(parent);
                if (dropped != null && known == null) {
                    items.put(parent, dropped);
                } else if (below != null) {
                    long time = touched ? now : below.attributes().mtime();
                    items.put(
                            parent,
                            new Item(below.withAttributes(below.attributes().withMtime(time)), null, null));
                }
                touched = false;
                parent = parent(parent);
            }
        }
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /**
     * What the finished plan is, times aside: equal plans make layers that can stand for each other.
     *
     * @param rows takes every entry
     */
    static Digest digest(Map<String, Item> finished, LayerRows rows) throws IOException {
        TreeDigest digest = new TreeDigest();
        for (Item item : finished.values()) {
            digest.add(
                    item.entry(), item.content() == null ? null : item.content().digest());
            rows.add(item.entry(), digest.last());
        }
        return digest.finish();
    }
}
