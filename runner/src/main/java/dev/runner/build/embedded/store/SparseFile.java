package dev.runner.build.embedded.store;

import java.io.IOException;
import java.util.Arrays;

/**
 * A new file whose long runs of zeros are holes, so that a small layer cannot fill a disk with nothing. What is read back is
 * the same.
 */
final class SparseFile {
    /** Shorter runs would cost a call more than they save. */
    private static final int SHORTEST = 4096;

    private static final byte[] ZEROS = new byte[Sys.IO_ROOM];

    private final Sys sys;
    private final int fd;
    private final String path;
    private boolean holes;

    /**
     * @param fd empty, and stays the caller's
     * @param path for messages
     */
    SparseFile(Sys sys, int fd, String path) {
        this.sys = sys;
        this.fd = fd;
        this.path = path;
    }

    /** Puts bytes at a position. */
    void write(long position, byte[] bytes, int offset, int length) throws IOException {
        if (isHole(bytes, offset, length)) {
            holes = true;
        } else {
            Sys.check(sys.write(fd, position, bytes, offset, length), "write", path);
        }
    }

    /** Ends the file. */
    void end(long size) throws IOException {
        if (holes) {
            Sys.check(sys.truncate(fd, size), "ftruncate", path);
        }
    }

    private static boolean isHole(byte[] bytes, int offset, int length) {
        // The last byte first: most content is told from zeros by one look.
        return length >= SHORTEST
                && length <= ZEROS.length
                && bytes[offset + length - 1] == 0
                && Arrays.equals(bytes, offset, offset + length, ZEROS, 0, length);
    }
}
