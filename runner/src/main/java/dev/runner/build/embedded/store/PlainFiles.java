package dev.runner.build.embedded.store;

import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Copies single files between plain folders, with all that the disk holds of them; content shared where it can be. */
final class PlainFiles {
    private final Sys sys;
    private final Privileges privileges;

    PlainFiles(Sys sys, Privileges privileges) {
        this.sys = sys;
        this.privileges = privileges;
    }

    /** Makes a copy of anything but a folder under a name that is free. */
    void copy(String from, String to, FileStat stat) throws IOException {
        switch (stat.kind()) {
            case FileStat.FILE -> content(from, to);
            case FileStat.SYMLINK -> {
                String target = sys.readlink(Sys.CWD, from);
                Sys.check(sys.symlink(target == null ? "" : target, Sys.CWD, to), "symlink", to);
            }
            default -> {
                FileStat.Inode inode = stat.inode();
                int made = sys.mknod(Sys.CWD, to, stat.kind() | 0600, inode.major(), inode.minor());
                Sys.check(made, "mknod", to);
            }
        }
        dress(from, to, stat);
        Sys.check(sys.setTimes(Sys.CWD, to, stat.times().modified()), "utimensat", to);
    }

    private void content(String from, String to) throws IOException {
        Path source;
        Path target;
        try {
            source = Path.of(from);
            target = Path.of(to);
        } catch (InvalidPathException e) {
            bytes(from, to);
            return;
        }
        PosixFiles.copyContent(source, target);
    }

    /** For names that are no text in this program's character set. */
    private void bytes(String from, String to) throws IOException {
        int in = (int) Sys.check(sys.open(Sys.CWD, from, Sys.O_RDONLY | Sys.O_NOFOLLOW, 0), "open", from);
        int out = sys.open(Sys.CWD, to, Sys.O_WRONLY | Sys.O_CREAT | Sys.O_EXCL | Sys.O_NOFOLLOW, 0600);
        try {
            Sys.check(out, "open", to);
            long position = 0;
            int n;
            while ((n = (int) Sys.check(sys.read(in, Sys.IO_ROOM), "read", from)) > 0) {
                byte[] part = sys.io().asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
                Sys.check(sys.write(out, position, part, 0, n), "write", to);
                position += n;
            }
        } finally {
            sys.close(in);
            sys.close(out);
        }
    }

    /** Gives owner, mode and attributes; not times, which a folder gets when it is filled. */
    void dress(String from, String to, FileStat stat) throws IOException {
        if (privileges.root()) {
            Sys.check(sys.chown(Sys.CWD, to, stat.owner().uid(), stat.owner().gid()), "chown", to);
        }
        if (!stat.isSymlink()) {
            Sys.check(sys.chmod(Sys.CWD, to, stat.permissions()), "chmod", to);
        }
        String names = sys.listXattrs(Sys.CWD, from);
        for (String name : names.isEmpty() ? new String[0] : names.split("\0")) {
            byte[] value = LayerXattrs.carried(name) ? sys.getXattr(Sys.CWD, from, name) : null;
            if (value != null) {
                privileges.checkXattr(sys.setXattr(Sys.CWD, to, name, value), to);
            }
        }
    }

    Sys sys() {
        return sys;
    }
}
