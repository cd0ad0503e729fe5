package dev.runner.step.keep;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;

/** Content by digest, a file each, in one folder. */
final class Blobs {
    /** Nobody writes one blob, or its record after it, for so long. */
    private static final Duration SETTLED = Duration.ofHours(6);

    private static final String TEMPORARY = ".tmp";

    private final Path folder;
    private final String extension;

    Blobs(Path folder, String extension) {
        this.folder = folder;
        this.extension = extension;
    }

    /** What was stored. */
    record Blob(Digest digest, long size) {}

    /** Writes the content to the file it is given. */
    @FunctionalInterface
    interface Writer {
        void write(Path file) throws IOException;
    }

    /** Stores what the writer writes. */
    Blob write(Writer writer) throws IOException {
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, "", TEMPORARY);
        try {
            writer.write(temporary);
            Digest digest = digest(temporary);
            long size = Files.size(temporary);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            // Also where it is already: the newer time tells a sweep that somebody is about to use it.
            Files.move(temporary, path(digest), StandardCopyOption.ATOMIC_MOVE);
            return new Blob(digest, size);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static Digest digest(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.sha256(sha256.digest());
    }

    Path path(Digest digest) {
        return folder.resolve(digest.hex() + extension);
    }

    /** @throws NoSuchFileException when it is not there any more */
    InputStream open(Digest digest) throws IOException {
        return Files.newInputStream(path(digest));
    }

    /** Removes what no record names, unless it is so new that a record may be on its way. */
    void sweep(Set<Digest> named, Instant now) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        FileTime settled = FileTime.from(now.minus(SETTLED));
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                boolean kept = name.endsWith(extension)
                        && named.contains(
                                Digest.parse("sha256:" + name.substring(0, name.length() - extension.length())));
                if (!kept && isOlder(file, settled)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean isOlder(Path file, FileTime time) throws IOException {
        try {
            return Files.getLastModifiedTime(file).compareTo(time) < 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
