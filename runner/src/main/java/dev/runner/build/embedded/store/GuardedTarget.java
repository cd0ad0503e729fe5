package dev.runner.build.embedded.store;

import dev.runner.host.posix.PathBytes;
import dev.runner.oci.layer.EntryNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * A folder that is written into while somebody may change it. Every name is made in an open folder, and what is there is
 * never written through: a symbolic link makes way, whoever put it there. For one thread.
 */
public final class GuardedTarget implements AutoCloseable {
    private static final int MAKE = Sys.O_WRONLY | Sys.O_CREAT | Sys.O_EXCL | Sys.O_NOFOLLOW;

    private final Sys sys;
    private final int fd;
    private final boolean owners;
    private final byte[] buffer;

    private GuardedTarget(Sys sys, int fd, boolean owners, byte[] buffer) {
        this.sys = sys;
        this.fd = fd;
        this.owners = owners;
        this.buffer = buffer;
    }

    /**
     * Opens a folder.
     *
     * @param root is trusted itself
     * @param owners whether owners and extended attributes are kept too; else the files are this user's
     */
    public static GuardedTarget at(Path root, boolean owners) throws IOException {
        Sys sys = new Sys();
        String name = EntryNames.decode(PathBytes.of(root));
        int fd = (int) Sys.check(sys.open(Sys.CWD, name, Sys.O_RDONLY | Sys.O_DIRECTORY, 0), "open", name);
        return new GuardedTarget(sys, fd, owners, new byte[Sys.IO_ROOM]);
    }

    /** A folder of that name, made where there is none. */
    public GuardedTarget folder(String name) throws IOException {
        FileStat there = sys.stat(fd, name);
        if (there != null && !there.isFolder()) {
            Folders.delete(sys, fd, name);
        }
        int made = sys.mkdir(fd, name, 0700);
        if (made != -Sys.EEXIST) {
            Sys.check(made, "mkdir", name);
        }
        int flags = Sys.O_RDONLY | Sys.O_DIRECTORY | Sys.O_NOFOLLOW;
        return new GuardedTarget(sys, (int) Sys.check(sys.open(fd, name, flags, 0), "open", name), owners, buffer);
    }

    /** Gives this folder a node's attributes; when it is filled, as filling changes its time. */
    public void dress(ViewNode node, Map<String, byte[]> xattrs) throws IOException {
        dress(fd, node, xattrs);
    }

    /** A file in place of what is there. */
    public void file(ViewNode node, InputStream content, Map<String, byte[]> xattrs) throws IOException {
        Folders.delete(sys, fd, node.name());
        int file = (int) Sys.check(sys.open(fd, node.name(), MAKE, 0600), "open", node.path());
        try {
            SparseFile target = new SparseFile(sys, file, node.path());
            long position = 0;
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                target.write(position, buffer, 0, n);
                position += n;
            }
            target.end(position);
            dress(file, node, xattrs);
        } finally {
            sys.close(file);
        }
    }

    /** A symbolic link, pipe or device in place of what is there; a socket is left out. */
    public void special(ViewNode node) throws IOException {
        ViewNode.Status status = node.status();
        String name = node.name();
        Folders.delete(sys, fd, name);
        switch (status.kind()) {
            case SYMLINK -> {
                Sys.check(sys.symlink(node.linkTarget(), fd, name), "symlink", node.path());
                give(node);
            }
            case FIFO -> make(node, FileStat.FIFO);
            case CHARACTER_DEVICE -> make(node, FileStat.CHARACTER);
            case BLOCK_DEVICE -> make(node, FileStat.BLOCK);
            case SOCKET -> {}
            case FILE, DIRECTORY -> throw new IllegalArgumentException(node + " is nothing special");
        }
    }

    private void make(ViewNode node, int kind) throws IOException {
        ViewNode.Inode inode = node.status().inode();
        int made = sys.mknod(fd, node.name(), kind | 0600, inode.major(), inode.minor());
        Sys.check(made, "mknod", node.path());
        give(node);
        Sys.check(sys.chmod(fd, node.name(), node.status().mode()), "chmod", node.path());
    }

    private void give(ViewNode node) throws IOException {
        ViewNode.Status status = node.status();
        if (owners) {
            Privileges.USER.checkOwner(sys.chown(fd, node.name(), status.uid(), status.gid()), node.path());
        }
        Sys.check(sys.setTimes(fd, node.name(), status.mtime()), "utimensat", node.path());
    }

    private void dress(int file, ViewNode node, Map<String, byte[]> xattrs) throws IOException {
        ViewNode.Status status = node.status();
        if (owners) {
            Privileges.USER.checkOwner(sys.chown(file, status.uid(), status.gid()), node.path());
        }
        Sys.check(sys.chmod(file, status.mode()), "chmod", node.path());
        if (owners) {
            for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
                Privileges.USER.checkXattr(sys.setXattr(file, xattr.getKey(), xattr.getValue()), node.path());
            }
        }
        Sys.check(sys.setTimes(file, status.mtime()), "futimens", node.path());
    }

    @Override
    public void close() {
        sys.close(fd);
    }
}
