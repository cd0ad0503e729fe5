package dev.runner.host.sandbox;

import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies a tree that a step may see but must not change; content is shared where the file system can. */
final class PlainCopy {
    private PlainCopy() {}

    static void copy(Path from, Path to) throws IOException {
        FileStatus status = PosixFiles.lstat(from);
        switch (status.kind()) {
            case DIRECTORY -> {
                PosixFiles.mkdir(to, 0700);
                try (DirectoryStream<Path> children = Files.newDirectoryStream(from)) {
                    for (Path child : children) {
                        copy(child, to.resolve(child.getFileName()));
                    }
                }
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
}
