package dev.runner.build.embedded;

import dev.runner.build.embedded.store.FileDigests;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of a stage or an image. */
final class ViewTree implements FileTree {
    /** Of scratch, which has no layer that could hold it. */
    private static final ViewNode EMPTY_ROOT = new ViewNode(
            "",
            new ViewNode.Status(ViewNode.Kind.DIRECTORY, 0755, 0, 0, 0, 0, new ViewNode.Inode(0, 0, 1, 0, 0)),
            "",
            new ViewNode.Layer(Path.of("/nonexistent"), 0));

    private final MergedView view;
    private final FileDigests digests;

    ViewTree(MergedView view, FileDigests digests) {
        this.view = view;
        this.digests = digests;
    }

    @Override
    public @Nullable ViewNode resolve(String path) throws IOException {
        ViewNode node = view.resolve(path);
        return node == null && CopySources.clean(path).isEmpty() ? EMPTY_ROOT : node;
    }

    @Override
    public List<ViewNode> list(ViewNode folder) throws IOException {
        return view.list(folder);
    }

    @Override
    public InputStream open(ViewNode file) throws IOException {
        return view.open(file);
    }

    @Override
    public Digest digest(ViewNode file) throws IOException {
        return digests.of(file);
    }

    @Override
    public Map<String, byte[]> xattrs(ViewNode node) throws IOException {
        return node == EMPTY_ROOT ? Map.of() : view.xattrs(node);
    }
}
