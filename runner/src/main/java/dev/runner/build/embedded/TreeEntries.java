package dev.runner.build.embedded;

import dev.runner.build.embedded.store.ViewNode;
import dev.runner.oci.layer.TarEntry;
import java.io.IOException;

/** Nodes of a tree as entries of a layer. */
final class TreeEntries {
    private TreeEntries() {}

    /** The same file under a path; a socket becomes a pipe, since a layer has no sockets. */
    static TarEntry entry(FileTree tree, ViewNode node, String path) throws IOException {
        ViewNode.Status status = node.status();
        TarEntry.Attributes attributes = TarEntry.Attributes.of(
                        status.mode(), status.uid(), status.gid(), status.mtime())
                .withXattrs(tree.xattrs(node));
        return switch (status.kind()) {
            case FILE -> TarEntry.File.of(path, attributes, status.size());
            case DIRECTORY -> new TarEntry.Directory(path, attributes);
            case SYMLINK -> new TarEntry.Symlink(path, attributes, node.linkTarget());
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                new TarEntry.Device(
                        path,
                        attributes,
                        status.kind() == ViewNode.Kind.BLOCK_DEVICE,
                        status.inode().major(),
                        status.inode().minor());
            case FIFO, SOCKET -> new TarEntry.Fifo(path, attributes);
        };
    }
}
