package dev.runner.build.embedded.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots, one over the other, as one tree. Paths are absolute or relative to the root, with {@code .} and {@code ..}
 * resolved as text; the root is the empty path. Safe for many threads.
 */
public final class MergedView {
    /** How many symbolic links one path may go through. */
    public static final int LINK_LIMIT = 255;

    private MergedView() {}

    /** A view of these snapshots, topmost first; none is an empty root. */
    public static MergedView of(List<Snapshot> topFirst) {
        throw new UnsupportedOperationException();
    }

    /** What stands at a path, symbolic links in its parents followed inside the root, the last one not; null if nothing. */
    public @Nullable ViewNode lookup(String path) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * What stands at a path, all symbolic links followed inside the root; null if nothing.
     *
     * @throws LinkLoopException after {@link #LINK_LIMIT} links
     */
    public @Nullable ViewNode resolve(String path) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The path with every symbolic link followed, the last one too; parts that do not exist are kept as text. No slash at
     * either end.
     */
    public String realPath(String path) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** What is in a folder, sorted by name's bytes. */
    public List<ViewNode> list(ViewNode folder) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Every node beneath a folder, parents first, sorted; the folder itself is not among them. */
    public void walk(ViewNode folder, Visitor visitor) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Nodes whose paths match a pattern of Go's {@code filepath.Match}, sorted; symbolic links in the parts before the last
     * are followed inside the root.
     *
     * @throws java.util.regex.PatternSyntaxException when the pattern is malformed
     */
    public List<ViewNode> glob(String pattern) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The content of a regular file. */
    public InputStream open(ViewNode file) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The content of a small file, symbolic links followed; {@link NoSuchFileException} when it is absent. */
    public byte[] read(String path) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Extended attributes that a layer may carry: {@code user.*} and {@code security.capability}. */
    public Map<String, byte[]> xattrs(ViewNode node) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Takes the nodes of a walk. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes a node; false does not go down into it. */
        boolean visit(ViewNode node) throws IOException;
    }
}
