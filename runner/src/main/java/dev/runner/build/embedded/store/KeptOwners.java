package dev.runner.build.embedded.store;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Records, for what an overlay copied up, the attributes that the disk does not hold of what is below. */
final class KeptOwners {
    private final Sys sys = new Sys();
    private final MergedView before;
    private final String upper;
    private final Map<String, RecordedAttributes.Entry> recorded = new HashMap<>();

    private KeptOwners(Workspace workspace, MergedView before) {
        this.before = before;
        this.upper = workspace.upper().toString();
    }

    static void keep(Workspace workspace, MergedView before) throws IOException {
        KeptOwners kept = new KeptOwners(workspace, before);
        Map<String, RecordedAttributes.Entry> there = RecordedAttributes.of(workspace.upper());
        kept.folder("");
        if (there != null) {
            there.forEach(kept.recorded::putIfAbsent);
        }
        RecordedAttributes.write(workspace.upper(), kept.recorded);
    }

    private void folder(String path) throws IOException {
        for (String name : Folders.names(sys, Sys.CWD, path.isEmpty() ? upper : upper + "/" + path, path)) {
            String child = path.isEmpty() ? name : path + "/" + name;
            FileStat stat = sys.stat(Sys.CWD, upper + "/" + child);
            if (stat == null || stat.isWhiteout()) {
                continue;
            }
            ViewNode below = before.lookup(child);
            if (below != null && below.path().equals(child) && below.isDirectory() == stat.isFolder()) {
                ViewNode.Status status = below.status();
                if (status.uid() != 0 || status.gid() != 0) {
                    recorded.put(child, RecordedAttributes.plain(stat).withOwner(status.uid(), status.gid()));
                }
            }
            if (stat.isFolder()) {
                folder(child);
            }
        }
    }
}
