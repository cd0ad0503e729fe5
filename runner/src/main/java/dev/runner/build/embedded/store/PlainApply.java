package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lays a snapshot over a plain folder, as overlayfs would show it: whiteouts delete, opaque folders replace. */
final class PlainApply {
    private final Sys sys;
    private final PlainFiles files;
    private final String root;
    private final Map<String, RecordedAttributes.Entry> recorded;
    private final Map<Long, String> byNumber = new HashMap<>();

    /** @param recorded of the root; brought up to date */
    PlainApply(PlainFiles files, Path root, Map<String, RecordedAttributes.Entry> recorded) {
        this.sys = files.sys();
        this.files = files;
        this.root = root.toString();
        this.recorded = recorded;
    }

    void apply(Snapshot snapshot) throws IOException {
        byNumber.clear();
        @Nullable Map<String, RecordedAttributes.Entry> brought = RecordedAttributes.of(snapshot.path());
        new Layer(snapshot.path().toString(), ImplicitFolders.of(snapshot), brought).folder("");
    }

    private final class Layer {
        private final String from;
        private final Set<String> implicit;
        private final @Nullable Map<String, RecordedAttributes.Entry> brought;

        Layer(String from, Set<String> implicit, @Nullable Map<String, RecordedAttributes.Entry> brought) {
            this.from = from;
            this.implicit = implicit;
            this.brought = brought;
        }

        void folder(String path) throws IOException {
            for (String name : Folders.names(sys, Sys.CWD, ViewFolders.real(Path.of(from), path), path)) {
                String child = path.isEmpty() ? name : path + "/" + name;
                FileStat stat = sys.stat(Sys.CWD, from + "/" + child);
                if (stat == null) {
                    continue;
                }
                FileStat there = sys.stat(Sys.CWD, root + "/" + child);
                if (stat.isWhiteout()) {
                    delete(child, there);
                } else if (stat.isFolder()) {
                    subfolder(child, stat, there);
                } else {
                    delete(child, there);
                    file(child, stat);
                }
            }
        }

        private void subfolder(String path, FileStat stat, @Nullable FileStat there) throws IOException {
            FileStat existing = there;
            if (existing != null && (!existing.isFolder() || isOpaque(from + "/" + path))) {
                delete(path, existing);
                existing = null;
            }
            String to = root + "/" + path;
            if (existing == null) {
                Sys.check(sys.mkdir(Sys.CWD, to, 0700), "mkdir", to);
            }
            boolean silent = existing != null && implicit.contains(path);
            if (!silent) {
                record(path);
                files.dress(from + "/" + path, to, stat);
            }
            folder(path);
            FileStat shown = silent && existing != null ? existing : stat;
            Sys.check(sys.setTimes(Sys.CWD, to, shown.times().modified()), "utimensat", to);
        }

        private void file(String path, FileStat stat) throws IOException {
            record(path);
            String to = root + "/" + path;
            if (stat.inode().links() > 1) {
                String first = byNumber.putIfAbsent(stat.inode().number(), to);
                if (first != null) {
                    Sys.check(sys.link(Sys.CWD, first, Sys.CWD, to), "link", to);
                    return;
                }
            }
            files.copy(from + "/" + path, to, stat);
        }

        private void record(String path) {
            RecordedAttributes.Entry entry = brought == null ? null : brought.get(path);
            if (entry == null) {
                recorded.remove(path);
            } else {
                recorded.put(path, entry);
            }
        }
    }

    private void delete(String path, @Nullable FileStat there) throws IOException {
        if (there == null) {
            return;
        }
        Folders.delete(sys, Sys.CWD, root + "/" + path);
        recorded.remove(path);
        if (there.isFolder() && !recorded.isEmpty()) {
            recorded.keySet().removeIf(known -> known.startsWith(path + "/"));
        }
    }

    private boolean isOpaque(String folder) throws IOException {
        for (String name : List.of(LayerXattrs.TRUSTED_OPAQUE, LayerXattrs.USER_OPAQUE)) {
            byte[] value = sys.getXattr(Sys.CWD, folder, name);
            if (value != null && LayerXattrs.isYes(value)) {
                return true;
            }
        }
        return false;
    }
}
