package dev.runner.build.embedded;

import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files that may change while they are copied, such as those of a container at work. */
record LiveTree(MergedView view) implements FileTree {
    /** A folder of this machine as it is, symbolic links followed in it only; it may itself be the kernel's link to a root. */
    static LiveTree of(Path folder) throws IOException {
        return new LiveTree(MergedView.of(List.of(new Snapshot(null, "live", folder.resolve(".")))));
    }

    @Override
    public @Nullable ViewNode resolve(String path) throws IOException {
        return view.resolve(path);
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
        throw new IOException(file.path() + " may change: it has no digest");
    }

    @Override
    public Map<String, byte[]> xattrs(ViewNode node) throws IOException {
        return view.xattrs(node);
    }
}
