package dev.runner.build.embedded.store;

import dev.runner.host.posix.PathBytes;
import dev.runner.oci.Digest;
import dev.runner.oci.layer.EntryNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A folder of this machine that somebody may change while it is read. The kernel walks every path from the folder itself and
 * refuses symbolic links on the way, so that whoever swaps a folder for a link between a listing and a reading makes the
 * reading fail, and never lead elsewhere. Names are bytes as in {@link EntryNames}. Safe for many threads.
 */
public final class UntrustedFolder {
    private static final int LIST = Sys.O_RDONLY | Sys.O_DIRECTORY | Sys.O_NOFOLLOW;

    private final SysPool pool = new SysPool();
    private final Path root;
    private final String name;

    private UntrustedFolder(Path root) {
        this.root = root;
        this.name = EntryNames.decode(PathBytes.of(root));
    }

    /** @param root is trusted itself, and may be named by a symbolic link */
    public static UntrustedFolder at(Path root) {
        return new UntrustedFolder(root);
    }

    public Path root() {
        return root;
    }

    /**
     * Something in a folder.
     *
     * @param node with its real owner
     * @param mode as {@code st_mode}, with the kind of file
     */
    public record Child(ViewNode node, int mode, FileDigests.Stamp stamp) {}

    /** Status of the folder itself. */
    public ViewNode.Status self() throws IOException {
        return within((sys, top) -> {
            FileStat stat = sys.stat(top, "");
            if (stat == null) {
                throw new NoSuchFileException(name);
            }
            return ViewFolders.status(stat);
        });
    }

    /** What is in a folder, in no order; only names that are wanted are looked at. */
    public List<Child> list(String folder, Predicate<String> wanted) throws IOException {
        return within((sys, top) -> {
            int fd = (int) Sys.check(sys.openBeneath(top, folder, LIST), "open", folder);
            try {
                List<Child> children = new ArrayList<>();
                for (String child : Folders.names(sys, fd, folder)) {
                    FileStat stat = wanted.test(child) ? sys.stat(fd, child) : null;
                    if (stat != null) {
                        children.add(child(sys, fd, folder.isEmpty() ? child : folder + "/" + child, child, stat));
                    }
                }
                return children;
            } finally {
                sys.close(fd);
            }
        });
    }

    private Child child(Sys sys, int folder, String path, String child, FileStat stat) throws IOException {
        String target = stat.isSymlink() ? sys.readlink(folder, child) : null;
        ViewNode node =
                new ViewNode(path, ViewFolders.status(stat), target == null ? "" : target, new ViewNode.Layer(root, 0));
        return new Child(node, stat.mode(), FileDigests.stamp(stat));
    }

    /** The content of a regular file. */
    public InputStream open(String path) throws IOException {
        return openFile(path);
    }

    /** The digest of a regular file's content. */
    public Digest digest(String path, FileDigests digests) throws IOException {
        try (FdInput content = openFile(path)) {
            return digests.of(content);
        }
    }

    private FdInput openFile(String path) throws IOException {
        return within((sys, top) -> FdInput.openBeneath(pool, top, path));
    }

    /** Does something with the open root. */
    private interface Work<T> {
        T with(Sys sys, int top) throws IOException;
    }

    private <T> T within(Work<T> work) throws IOException {
        Sys sys = pool.take();
        try {
            int top = (int) Sys.check(sys.open(Sys.CWD, name, Sys.O_PATH | Sys.O_DIRECTORY, 0), "open", name);
            try {
                return work.with(sys, top);
            } finally {
                sys.close(top);
            }
        } finally {
            pool.give(sys);
        }
    }
}
