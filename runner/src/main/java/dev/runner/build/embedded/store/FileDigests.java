package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Digests of files on this machine, remembered as long as the file looks the same. */
public final class FileDigests {
    FileDigests() {}

    /**
     * What a file looks like; two equal stamps are one content.
     *
     * @param mtime nanoseconds since 1970, of the content
     * @param ctime nanoseconds since 1970, of the inode
     */
    public record Stamp(long device, long inode, long size, long mtime, long ctime) {}

    /** The SHA-256 of a regular file's content, remembered or read now; symbolic links are followed. */
    public Digest of(Path file) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The stamp of a file, symbolic links not followed. */
    public static Stamp stamp(Path file) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The remembered digest of a file that looks so; null if none is known. */
    public @Nullable Digest find(Stamp stamp) {
        throw new UnsupportedOperationException();
    }

    /**
     * Remembers a digest. A file that changed a moment ago is not remembered: it could change again within the clock's
     * grain and look the same.
     *
     * @param stamp taken before the content was read, and equal to one taken after
     */
    public void remember(Stamp stamp, Digest digest) {
        throw new UnsupportedOperationException();
    }

    /** Writes what was remembered to the disk; closing the store does so too. */
    public void flush() throws IOException {
        throw new UnsupportedOperationException();
    }
}
