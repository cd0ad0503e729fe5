package dev.runner.build.embedded.store;

import dev.runner.oci.layer.EntryNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the disk does not hold of a snapshot's files, in a list beside them: without root every file is the user's, must
 * be readable by the user, and no device can be made. Where such a list is, an owner on the disk means nothing, and a
 * path that is not in it is root's.
 */
final class RecordedAttributes {
    static final String FILE = "attributes";

    private RecordedAttributes() {}

    /**
     * One file's.
     *
     * @param mode kind and permissions, as {@code st_mode}
     * @param major of a device that is an empty file on the disk
     */
    record Entry(int mode, long uid, long gid, int major, int minor) {
        Entry withOwner(long newUid, long newGid) {
            return new Entry(mode, newUid, newGid, major, minor);
        }

        /** The file as the image has it. */
        FileStat on(FileStat disk) {
            FileStat.Inode inode = disk.inode();
            return new FileStat(
                    mode,
                    new FileStat.Owner(uid, gid),
                    disk.size(),
                    disk.blocks(),
                    disk.times(),
                    new FileStat.Inode(inode.device(), inode.number(), inode.links(), major, minor),
                    disk.mountRoot());
        }
    }

    /** A file without an entry: root's, and else as on the disk. */
    static Entry plain(FileStat disk) {
        return new Entry(disk.mode(), 0, 0, disk.inode().major(), disk.inode().minor());
    }

    /** The list beside a snapshot's folder of files; null when the disk tells the truth. */
    static @Nullable Map<String, Entry> of(Path files) throws IOException {
        byte[] list;
        try {
            list = Files.readAllBytes(files.resolveSibling(FILE));
        } catch (NoSuchFileException e) {
            return null;
        }
        Map<String, Entry> entries = new HashMap<>();
        for (String line : EntryNames.decode(list).split("\0")) {
            String[] fields = line.split(" ", 6);
            if (fields.length == 6) {
                entries.put(
                        fields[5],
                        new Entry(
                                Integer.parseInt(fields[0], 8),
                                Long.parseLong(fields[1]),
                                Long.parseLong(fields[2]),
                                Integer.parseInt(fields[3]),
                                Integer.parseInt(fields[4])));
            }
        }
        return entries;
    }

    static void write(Path files, Map<String, Entry> entries) throws IOException {
        StringBuilder list = new StringBuilder();
        entries.forEach((path, entry) -> list.append(Integer.toOctalString(entry.mode))
                .append(' ')
                .append(entry.uid)
                .append(' ')
                .append(entry.gid)
                .append(' ')
                .append(entry.major)
                .append(' ')
                .append(entry.minor)
                .append(' ')
                .append(path)
                .append('\0'));
        Files.write(files.resolveSibling(FILE), EntryNames.encode(list.toString()));
    }

    /** As the image has a file of which the disk says this. */
    static FileStat truth(@Nullable Map<String, Entry> recorded, String path, FileStat disk) {
        if (recorded == null || disk.isWhiteout()) {
            return disk;
        }
        Entry entry = recorded.get(path);
        return (entry == null ? plain(disk) : entry).on(disk);
    }
}
