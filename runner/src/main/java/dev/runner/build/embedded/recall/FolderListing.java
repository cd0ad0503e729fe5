package dev.runner.build.embedded.recall;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a folder of a build context looked like: equal bytes mean that no file in it was added, removed, replaced or written.
 * Folders in it count by name and mode alone; what is in them is a listing of its own, and their times change with files
 * that the build does not see.
 */
public final class FolderListing {
    /** The bits of {@code st_mode} that say what a file is. */
    private static final int KIND = 0170000;

    private static final int DIRECTORY = 0040000;

    private final List<Entry> entries = new ArrayList<>();

    /**
     * One file, as {@code lstat} has it.
     *
     * @param mode {@code st_mode}, with the kind of file
     * @param mtime nanoseconds since 1970
     * @param ctime nanoseconds since 1970
     */
    public record Entry(String name, int mode, long inode, long size, long mtime, long ctime) {
        boolean isDirectory() {
            return (mode & KIND) == DIRECTORY;
        }
    }

    public void add(Entry entry) {
        entries.add(entry);
    }

    /** The listing as bytes, in the order of names. */
    public byte[] bytes() {
        entries.sort((one, other) -> one.name().compareTo(other.name()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * entries.size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Entry entry : entries) {
                out.writeUTF(entry.name);
                out.writeInt(entry.mode);
                if (!entry.isDirectory()) {
                    out.writeLong(entry.inode);
                    out.writeLong(entry.size);
                    out.writeLong(entry.mtime);
                    out.writeLong(entry.ctime);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
