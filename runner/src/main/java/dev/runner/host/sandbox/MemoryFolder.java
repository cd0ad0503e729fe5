package dev.runner.host.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A folder for secrets where no tmpfs can be mounted: in one that is there, else on the disk, overwritten at the end. */
final class MemoryFolder {
    private MemoryFolder() {}

    /** @param otherwise where it is made if the machine gives no folder in memory */
    static Path create(Path otherwise) throws IOException {
        for (String candidate : List.of("/dev/shm", String.valueOf(System.getenv("XDG_RUNTIME_DIR")))) {
            Path folder = Path.of(candidate);
            if (Files.isDirectory(folder) && Files.isWritable(folder) && isInMemory(folder)) {
                return Files.createTempDirectory(folder, "runner");
            }
        }
        return Files.createTempDirectory(otherwise, "s");
    }

    private static boolean isInMemory(Path folder) {
        try {
            return Files.getFileStore(folder).type().equals("tmpfs");
        } catch (IOException e) {
            return false; // a mount that is not listed, as in a changed root
        }
    }

    /** Overwrites and deletes a file, and the folder it was alone in if that was made for it. */
    static void wipe(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            channel.write(ByteBuffer.allocate((int) channel.size()), 0);
        } catch (NoSuchFileException | java.nio.file.AccessDeniedException e) {
            // Gone, or read-only for us: deleting is what is left.
        }
        Files.deleteIfExists(file);
        try {
            Files.deleteIfExists(file.getParent());
        } catch (DirectoryNotEmptyException e) {
            // It had a place among the image's files.
            return;
        }
    }
}
