package dev.runner.host.sandbox;

import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.OpenedPath;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies a tree that a step may see but must not change; content is shared where the file system can. */
final class PlainCopy {
    private PlainCopy() {}

    /** @param from is trusted itself; what lies beneath may be changed while it is copied */
    static void copy(Path from, Path to) throws IOException {
        FileStatus status = PosixFiles.lstat(from);
        switch (status.kind()) {
            case DIRECTORY -> {
                PosixFiles.mkdir(to, 0700);
                content(from, to);
            }
            case REGULAR -> PosixFiles.copyContent(from, to);
            case SYMLINK -> PosixFiles.symlink(PosixFiles.readlink(from), to);
            case FIFO -> PosixFiles.mkfifo(to, status.mode());
            default -> {
                // Devices and sockets of the machine are not a step's.
                return;
            }
        }
        PosixFiles.tryLchown(to, status.uid(), status.gid());
        if (!status.isSymlink()) {
            PosixFiles.chmod(to, status.mode());
        }
        PosixFiles.setModified(to, status.times().modified());
    }

    /** Goes down by the folder that is open, so that a name that has become a symbolic link leads nowhere. */
    private static void content(Path from, Path to) throws IOException {
        try (OpenedPath folder = OpenedPath.itself(from)) {
            if (!folder.status().isDirectory()) {
                throw new IOException("'" + from + "' was exchanged while it was copied");
            }
            try (DirectoryStream<Path> children = Files.newDirectoryStream(folder.path())) {
                for (Path child : children) {
                    copy(folder.path().resolve(child.getFileName()), to.resolve(child.getFileName()));
                }
            }
        }
    }
}
