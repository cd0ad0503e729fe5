package dev.runner.build.embedded;

import dev.runner.build.embedded.store.ViewNode;
import dev.runner.build.sbom.RootFiles;
import java.io.IOException;
import java.io.InputStream;

/** Shows a root filesystem to the scanner; symbolic links are not followed. */
final class ScannedFiles implements RootFiles {
    private final FileTree tree;

    ScannedFiles(FileTree tree) {
        this.tree = tree;
    }

    @Override
    public void walk(Visitor visitor) throws IOException {
        ViewNode root = tree.resolve("");
        if (root != null) {
            walk(root, visitor);
        }
    }

    private void walk(ViewNode folder, Visitor visitor) throws IOException {
        for (ViewNode child : tree.list(folder)) {
            if (child.isDirectory()) {
                walk(child, visitor);
            } else if (child.isFile()) {
                visitor.file(new Scanned(tree, child));
            }
        }
    }

    private record Scanned(FileTree tree, ViewNode node) implements File {
        @Override
        public String path() {
            return node.path();
        }

        @Override
        public long size() {
            return node.status().size();
        }

        @Override
        public boolean executable() {
            return (node.status().mode() & 0111) != 0;
        }

        @Override
        public InputStream open() throws IOException {
            return tree.open(node);
        }
    }
}
