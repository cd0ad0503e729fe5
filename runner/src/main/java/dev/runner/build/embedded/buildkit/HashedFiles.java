package dev.runner.build.embedded.buildkit;

import dev.runner.build.embedded.store.ViewNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files to be hashed. Paths are relative to the root, the root is the empty path; no path leads outside. */
public interface HashedFiles {
    /** What stands at a path, every symbolic link followed inside the root; null if nothing. */
    @Nullable
    ViewNode resolve(String path) throws IOException;

    /** What is in a folder, sorted by name. */
    List<ViewNode> list(ViewNode folder) throws IOException;

    InputStream open(ViewNode file) throws IOException;

    /** Extended attributes that a layer may carry. */
    Map<String, byte[]> xattrs(ViewNode node) throws IOException;
}
