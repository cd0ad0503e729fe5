package dev.runner.build.embedded;

import dev.runner.build.embedded.store.ViewNode;
import dev.runner.host.posix.FileKind;
import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Copies files of a tree onto the disk, with owners, modes and times where this user may set them. */
final class TreeCopy {
    private final FileTree tree;
    private final boolean owners;

    /** @param owners whether owners are kept too; else the files are this user's */
    TreeCopy(FileTree tree, boolean owners) {
        this.tree = tree;
        this.owners = owners;
    }

    /**
     * Copies a node, and all beneath, to a path. A folder that is there takes a folder's content; whatever else is there
     * makes way, and is not written through when it is a symbolic link.
     */
    void copy(ViewNode node, Path target) throws IOException {
        ViewNode.Status status = node.status();
        FileStatus there = PosixFiles.lstatIfPresent(target);
        if (there != null && !(there.isDirectory() && node.isDirectory())) {
            PosixFiles.deleteTree(target);
        }
        switch (status.kind()) {
            case DIRECTORY -> {
                Files.createDirectories(target);
                for (ViewNode child : tree.list(node)) {
                    copy(child, target.resolve(child.name()));
                }
            }
            case FILE -> {
                try (InputStream content = tree.open(node)) {
                    Files.copy(content, target);
                }
            }
            case SYMLINK -> PosixFiles.symlink(node.linkTarget(), target);
            case FIFO -> PosixFiles.mkfifo(target, status.mode());
            case SOCKET -> {
                return;
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE -> {
                FileKind kind =
                        status.kind() == ViewNode.Kind.BLOCK_DEVICE ? FileKind.BLOCK_DEVICE : FileKind.CHARACTER_DEVICE;
                PosixFiles.mknod(
                        target,
                        kind,
                        status.mode(),
                        new FileStatus.Device(
                                status.inode().major(), status.inode().minor()));
            }
        }
        attributes(node, target);
    }

    private void attributes(ViewNode node, Path target) throws IOException {
        ViewNode.Status status = node.status();
        if (owners) {
            PosixFiles.tryLchown(target, (int) status.uid(), (int) status.gid());
        }
        if (!node.isSymlink()) {
            PosixFiles.chmod(target, status.mode());
        }
        if (owners) {
            for (Map.Entry<String, byte[]> xattr : tree.xattrs(node).entrySet()) {
                PosixFiles.setXattr(target, xattr.getKey(), xattr.getValue());
            }
        }
        PosixFiles.setModified(
                target,
                Instant.ofEpochSecond(
                        Math.floorDiv(status.mtime(), 1_000_000_000L), Math.floorMod(status.mtime(), 1_000_000_000L)));
    }
}
