package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * Writes a tree into a folder, as {@code git checkout} does but for filters, which are programs. What is written never
 * goes through a symbolic link, and never into a {@code .git}.
 */
final class TreeWriter {
    /** No pointer of Git LFS has this many bytes. */
    static final int POINTER_LIMIT = 1024;

    private final Repository repository;
    private final SafeFolder folder;
    private final SparsePaths sparse;
    private final CheckoutListener listener;
    private final ObjectChecker checker = new ObjectChecker();
    private final boolean largeFiles;
    private int pointers;

    /** @param largeFiles whether contents of Git LFS take the place of their pointers later */
    TreeWriter(
            Repository repository,
            SafeFolder folder,
            SparsePaths sparse,
            CheckoutListener listener,
            boolean largeFiles) {
        this.largeFiles = largeFiles;
        this.repository = repository;
        this.folder = folder;
        this.sparse = sparse;
        this.listener = listener;
    }

    /**
     * What was written.
     *
     * @param index of every path of the tree
     * @param submodules those that are wanted
     */
    record Written(GitIndex index, List<Submodule> submodules) {
        record Submodule(String path, ObjectId commit) {}
    }

    /** Goes over the files of a tree, with the attributes that count at a checkout. */
    static TreeWalk files(Repository repository, RevTree tree) throws IOException {
        TreeWalk walk = new TreeWalk(repository);
        try {
            walk.setAttributesNodeProvider(repository.createAttributesNodeProvider());
            walk.setOperationType(TreeWalk.OperationType.CHECKOUT_OP);
            walk.setRecursive(true);
            walk.addTree(tree);
            return walk;
        } catch (IOException | RuntimeException e) {
            walk.close();
            throw e;
        }
    }

    Written write(RevTree tree) throws IOException, InterruptedException {
        GitIndex index = new GitIndex();
        List<Written.Submodule> submodules = new ArrayList<>();
        int done = 0;
        try (TreeWalk walk = files(repository, tree)) {
            while (walk.next()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                String path = checked(walk);
                FileMode mode = walk.getFileMode(0);
                ObjectId id = walk.getObjectId(0);
                if (!sparse.includes(path)) {
                    index.addLeftOut(walk.getRawPath(), mode, id);
                    continue;
                }
                if (mode == FileMode.GITLINK) {
                    submodules.add(new Written.Submodule(path, id));
                }
                index.add(walk.getRawPath(), mode, id, writeEntry(walk, path, mode, id));
                listener.progress("Writing files", ++done, 0);
            }
        }
        if (pointers > 0 && !largeFiles) {
            listener.note(pointers + (pointers == 1 ? " file is a Git LFS pointer" : " files are Git LFS pointers")
                    + ", left as " + (pointers == 1 ? "it is" : "they are")
                    + ": the checkout fetches the content when 'lfs' is true");
        }
        return new Written(index, submodules);
    }

    private String checked(TreeWalk walk) {
        String path = walk.getPathString();
        try {
            byte[] raw = walk.getRawPath();
            checker.checkPath(raw, 0, raw.length);
        } catch (CorruptObjectException e) {
            throw new CheckoutException(
                    Reason.UNSAFE, folder.root().toString(), "the tree has a path that is refused: " + path, e);
        }
        return path;
    }

    private Path writeEntry(TreeWalk walk, String path, FileMode mode, ObjectId id) throws IOException {
        try {
            if (mode == FileMode.GITLINK) {
                return folder.folder(path);
            }
            Path file = folder.free(path);
            ObjectLoader blob = walk.getObjectReader().open(id, org.eclipse.jgit.lib.Constants.OBJ_BLOB);
            if (mode == FileMode.SYMLINK) {
                SymbolicLinks.create(file, new String(blob.getBytes(1 << 16), StandardCharsets.UTF_8));
            } else {
                writeFile(file, mode, blob, id, CheckoutConversion.of(walk.getAttributes()));
            }
            return file;
        } catch (InvalidPathException e) {
            throw new CheckoutException(
                    Reason.STORAGE,
                    folder.root().toString(),
                    "this machine cannot name a file of the tree: " + path + " (start runner with LC_ALL=C.UTF-8)",
                    e);
        }
    }

    private void writeFile(Path file, FileMode mode, ObjectLoader blob, ObjectId id, CheckoutConversion conversion)
            throws IOException {
        try (OutputStream out = create(file, mode == FileMode.EXECUTABLE_FILE)) {
            if (!conversion.isNone() && !blob.isLarge()) {
                out.write(conversion.apply(blob.getCachedBytes(), id));
            } else if (blob.isLarge()) {
                blob.copyTo(out);
            } else {
                byte[] content = blob.getCachedBytes();
                pointers += LargeFilePointer.parse(content) == null ? 0 : 1;
                out.write(content);
            }
        }
    }

    /** A new file with the mode git gives it: the umask decides for whom it is executable, too. */
    static OutputStream create(Path file, boolean executable) throws IOException {
        var mode = PosixFilePermissions.fromString(executable ? "rwxrwxrwx" : "rw-rw-rw-");
        return new BufferedOutputStream(Channels.newOutputStream(Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(mode))));
    }
}
