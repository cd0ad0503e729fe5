package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * Copies a working tree as it is: what is tracked and still there, and what is not tracked and not ignored. Says whether
 * the files differ from the commit's.
 *
 * <p>A file differs when its bytes are neither those that a checkout would write nor those but for line ends; the content
 * of a Git LFS file is compared with what its pointer says. No clean filter is run to find out.
 */
final class WorkingTreeCopy {
    private final LocalSource source;
    private final Path top;
    private final SafeFolder target;
    private final SparsePaths sparse;
    private final CheckoutListener listener;
    private final List<TreeWriter.Written.Submodule> submodules = new ArrayList<>();
    private boolean differs;
    private int done;

    WorkingTreeCopy(LocalSource source, Path top, SafeFolder target, SparsePaths sparse, CheckoutListener listener) {
        this.source = source;
        this.top = top;
        this.target = target;
        this.sparse = sparse;
        this.listener = listener;
    }

    /**
     * What was copied.
     *
     * @param differs whether the files are not the commit's
     */
    record Copied(GitIndex index, List<TreeWriter.Written.Submodule> submodules, boolean differs) {}

    Copied copy(Repository repository, RevTree tree) throws IOException, InterruptedException {
        DirCache index = readIndex();
        Map<String, Committed> committed = committed(repository, tree);
        Map<String, FileMode> tracked = new TreeMap<>();
        for (int i = 0; i < index.getEntryCount(); i++) {
            DirCacheEntry entry = index.getEntry(i);
            tracked.put(entry.getPathString(), entry.isSkipWorkTree() ? FileMode.MISSING : entry.getFileMode());
        }
        for (var entry : tracked.entrySet()) {
            check();
            copyTracked(entry.getKey(), entry.getValue(), committed.get(entry.getKey()), repository);
        }
        differs |= committed.keySet().stream().anyMatch(path -> !tracked.containsKey(path));
        copyUntracked(index);
        return new Copied(newIndex(committed), submodules, differs);
    }

    private DirCache readIndex() throws IOException {
        try {
            return source.repository().readDirCache();
        } catch (CorruptObjectException e) {
            throw new CheckoutException(
                    Reason.UNSUPPORTED,
                    source.origin(),
                    "cannot read the index of " + source.origin() + ": run 'git update-index --no-split-index' there ("
                            + e.getMessage() + ")",
                    e);
        }
    }

    /** One file of the commit. */
    private record Committed(byte[] path, FileMode mode, ObjectId id, CheckoutConversion conversion, boolean lfs) {}

    private static Map<String, Committed> committed(Repository repository, RevTree tree) throws IOException {
        Map<String, Committed> files = new TreeMap<>((a, b) ->
                Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
        try (TreeWalk walk = new TreeWalk(repository)) {
            walk.setAttributesNodeProvider(repository.createAttributesNodeProvider());
            walk.setOperationType(TreeWalk.OperationType.CHECKOUT_OP);
            walk.setRecursive(true);
            walk.addTree(tree);
            while (walk.next()) {
                var attributes = walk.getAttributes();
                files.put(
                        walk.getPathString(),
                        new Committed(
                                walk.getRawPath(),
                                walk.getFileMode(0),
                                walk.getObjectId(0),
                                CheckoutConversion.of(attributes),
                                "lfs".equals(attributes.getValue("filter"))));
            }
        }
        return files;
    }

    private void copyTracked(String path, FileMode mode, @Nullable Committed committed, Repository repository)
            throws IOException {
        if (mode == FileMode.MISSING || !sparse.includes(path)) {
            return; // Left out here or there on purpose: that is no difference.
        }
        Path file = source(path);
        if (mode == FileMode.GITLINK) {
            copySubmodule(path, file, committed);
            return;
        }
        BasicFileAttributes found = file == null ? null : attributes(file);
        if (file == null || found == null || !(found.isRegularFile() || found.isSymbolicLink())) {
            differs = true;
            return;
        }
        copy(file, found, path);
        if (!differs) {
            differs = committed == null || !same(file, found, committed, repository);
        }
    }

    private void copySubmodule(String path, @Nullable Path folder, @Nullable Committed committed) throws IOException {
        if (folder == null || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            differs = true;
            return;
        }
        target.folder(path);
        if (committed != null && committed.mode() == FileMode.GITLINK) {
            submodules.add(new TreeWriter.Written.Submodule(path, committed.id()));
        } else {
            differs = true;
        }
    }

    /** The file of the working tree; null when a folder on the way is none, or is a link. */
    private @Nullable Path source(String path) {
        Path folder = top;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            folder = top.resolve(path.substring(0, slash));
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                return null;
            }
        }
        return top.resolve(path);
    }

    private static @Nullable BasicFileAttributes attributes(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return null; // Gone.
        }
    }

    private void copy(Path file, BasicFileAttributes found, String path) throws IOException {
        Path free = target.free(path);
        if (found.isSymbolicLink()) {
            SymbolicLinks.create(free, SymbolicLinks.target(file));
        } else {
            try (var out = TreeWriter.create(free, Files.isExecutable(file) && ownerMayExecute(file))) {
                Files.copy(file, out);
            }
        }
        listener.progress("Copying files", ++done, 0);
    }

    private static boolean ownerMayExecute(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).contains(java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE);
    }

    private boolean same(Path file, BasicFileAttributes found, Committed committed, Repository repository)
            throws IOException {
        if (committed.mode() == FileMode.GITLINK || found.isSymbolicLink() != (committed.mode() == FileMode.SYMLINK)) {
            return false;
        }
        ObjectLoader blob = repository.open(committed.id(), Constants.OBJ_BLOB);
        if (found.isSymbolicLink()) {
            byte[] target = SymbolicLinks.target(file).getBytes(StandardCharsets.UTF_8);
            return Arrays.equals(target, blob.getBytes());
        }
        if (ownerMayExecute(file) != (committed.mode() == FileMode.EXECUTABLE_FILE)) {
            return false;
        }
        if (blob.isLarge() || committed.conversion().isNone() && blob.getSize() != found.size() && !committed.lfs()) {
            return blob.isLarge() && sameStream(file, found, blob);
        }
        byte[] written = committed.conversion().apply(blob.getBytes(), committed.id());
        byte[] content = Files.readAllBytes(file);
        return Arrays.equals(content, written)
                || (committed.conversion().crlf() != CheckoutConversion.LineEnds.KEEP
                        && Arrays.equals(CheckoutConversion.withoutCr(content), CheckoutConversion.withoutCr(written)))
                || (committed.lfs() && LargeFilePointer.parse(written) != null && isContentOf(file, written));
    }

    private static boolean sameStream(Path file, BasicFileAttributes found, ObjectLoader blob) throws IOException {
        if (found.size() != blob.getSize()) {
            return false;
        }
        try (var a = blob.openStream();
                var b = Files.newInputStream(file)) {
            byte[] left = new byte[1 << 16];
            for (int n = a.readNBytes(left, 0, left.length); n > 0; n = a.readNBytes(left, 0, left.length)) {
                if (!Arrays.equals(b.readNBytes(n), Arrays.copyOf(left, n))) {
                    return false;
                }
            }
            return true;
        }
    }

    private static boolean isContentOf(Path file, byte[] pointer) throws IOException {
        try (var in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            String oid = "oid sha256:" + HexFormat.of().formatHex(digest.digest());
            return new String(pointer, StandardCharsets.UTF_8).contains(oid);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What is neither in the index nor ignored. Repositories inside of this one, and the target itself, stay out. */
    private void copyUntracked(DirCache index) throws IOException, InterruptedException {
        try (TreeWalk walk = new TreeWalk(source.repository())) {
            walk.setOperationType(TreeWalk.OperationType.CHECKIN_OP);
            FileTreeIterator files = new FileTreeIterator(source.repository());
            int work = walk.addTree(files);
            int cached = walk.addTree(new DirCacheIterator(index));
            files.setDirCacheIterator(walk, cached);
            while (walk.next()) {
                check();
                FileTreeIterator file = walk.getTree(work, FileTreeIterator.class);
                DirCacheIterator known = walk.getTree(cached, DirCacheIterator.class);
                if (file != null) {
                    visit(walk, file, known);
                }
            }
        }
    }

    private void visit(TreeWalk walk, FileTreeIterator file, @Nullable DirCacheIterator known) throws IOException {
        String path = walk.getPathString();
        Path entry = top.resolve(path);
        FileMode mode = file.getEntryFileMode();
        boolean ignored = known == null && file.isEntryIgnored();
        if (ignored || entry.equals(target.root())) {
            return;
        }
        if (mode == FileMode.TREE) {
            walk.enterSubtree();
        } else if (mode == FileMode.GITLINK) {
            if (known == null) {
                listener.note("left out " + path + ": it is a repository of its own");
            }
        } else if (known == null || walk.getFileMode(1) == FileMode.TREE) {
            BasicFileAttributes found = attributes(entry);
            if (found != null && (found.isRegularFile() || found.isSymbolicLink()) && sparse.includes(path)) {
                copy(entry, found, path);
                differs = true;
            }
        }
    }

    private GitIndex newIndex(Map<String, Committed> committed) {
        GitIndex index = new GitIndex();
        for (var entry : committed.entrySet()) {
            Committed file = entry.getValue();
            if (sparse.includes(entry.getKey())) {
                index.addUnseen(file.path(), file.mode(), file.id());
            } else {
                index.addLeftOut(file.path(), file.mode(), file.id());
            }
        }
        return index;
    }

    private static void check() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
