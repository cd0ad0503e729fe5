package dev.runner.build.embedded;

import dev.runner.build.embedded.Ownership.Identity;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.SnapshotStore;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.build.embedded.store.Workspace;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/** Makes the folders a process needs when the image lacks them, as BuildKit does. */
final class WorkingFolder {
    private WorkingFolder() {}

    /** Makes the folders that a process needs in every root; in an image without them they stay, as with BuildKit. */
    static void ensureSystemFolders(MergedView view, Path upper) throws IOException {
        for (String name : List.of("dev", "proc", "sys")) {
            if (view.lookup(name) == null) {
                PosixFiles.mkdir(upper.resolve(name), 0755);
            }
        }
    }

    /** Makes what is missing of a folder in an overlay's upper folder, before it is mounted. */
    static void ensure(MergedView view, SnapshotStore snapshots, Workspace workspace, String directory, Identity owner)
            throws IOException {
        Path upper = workspace.upper();
        String path = view.realPath(directory);
        if (path.isEmpty() || view.lookup(path) != null) {
            return;
        }
        String at = "";
        for (String part : path.split("/")) {
            at = CopySources.join(at, part);
            Path folder = upper.resolve(at);
            if (Files.isDirectory(folder)) {
                continue;
            }
            ViewNode below = view.lookup(at);
            if (below != null && !below.isDirectory()) {
                throw new NotDirectoryException("/" + at);
            }
            PosixFiles.mkdir(folder, 0755);
            if (below == null) {
                snapshots.own(workspace, at, owner.uid(), owner.gid());
            } else {
                snapshots.own(
                        workspace, at, below.status().uid(), below.status().gid());
                PosixFiles.chmod(folder, below.status().mode());
            }
        }
    }
}
