package dev.runner.build.embedded;

import dev.runner.build.embedded.Ownership.Identity;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.ViewNode;
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
    static void ensure(MergedView view, Path upper, String directory, Identity owner) throws IOException {
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
                PosixFiles.lchown(folder, (int) owner.uid(), (int) owner.gid());
            } else {
                PosixFiles.lchown(
                        folder, (int) below.status().uid(), (int) below.status().gid());
                PosixFiles.chmod(folder, below.status().mode());
            }
        }
    }
}
