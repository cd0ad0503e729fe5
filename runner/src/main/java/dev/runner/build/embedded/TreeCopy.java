package dev.runner.build.embedded;

import dev.runner.build.embedded.store.GuardedTarget;
import dev.runner.build.embedded.store.ViewNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

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
     * Copies what is in a folder into another, which may hold something. A folder that is there takes a folder's content;
     * whatever else is there makes way, and is not written through when it is a symbolic link.
     */
    void copyContent(ViewNode folder, Path target) throws IOException {
        try (GuardedTarget into = GuardedTarget.at(target, owners)) {
            for (ViewNode child : tree.list(folder)) {
                copy(child, into);
            }
        }
    }

    /** The same, and gives the other folder the attributes of the first. */
    void copyWhole(ViewNode folder, Path target) throws IOException {
        try (GuardedTarget into = GuardedTarget.at(target, owners)) {
            for (ViewNode child : tree.list(folder)) {
                copy(child, into);
            }
            into.dress(folder, tree.xattrs(folder));
        }
    }

    /** Copies a node, and all beneath, into a folder under its own name; a root, which has none, becomes the folder. */
    void copyInto(ViewNode node, Path target) throws IOException {
        if (node.name().isEmpty()) {
            copyWhole(node, target);
            return;
        }
        try (GuardedTarget into = GuardedTarget.at(target, owners)) {
            copy(node, into);
        }
    }

    private void copy(ViewNode node, GuardedTarget into) throws IOException {
        switch (node.status().kind()) {
            case DIRECTORY -> {
                try (GuardedTarget folder = into.folder(node.name())) {
                    for (ViewNode child : tree.list(node)) {
                        copy(child, folder);
                    }
                    folder.dress(node, tree.xattrs(node));
                }
            }
            case FILE -> {
                try (InputStream content = tree.open(node)) {
                    into.file(node, content, tree.xattrs(node));
                }
            }
            case SYMLINK, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> into.special(node);
        }
    }
}
