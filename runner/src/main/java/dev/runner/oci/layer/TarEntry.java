package dev.runner.oci.layer;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a layer, without its content.
 *
 * <p>Names are text as {@link EntryNames} has it, so that bytes that are no UTF-8 survive. A path that a {@link TarReader}
 * gives is as the archive wrote it but for trailing slashes; whoever unpacks it must not trust it. A path for a
 * {@link TarWriter} is relative, with {@code /} between its parts and none at its ends.
 */
public sealed interface TarEntry {
    String path();

    Attributes attributes();

    /** The same entry under another name. */
    TarEntry withPath(String path);

    /** The same entry with other attributes. */
    TarEntry withAttributes(Attributes attributes);

    /**
     * What every kind has.
     *
     * @param mode permission bits with set-id and sticky, {@code 07777} at most
     * @param uid numeric user, unsigned
     * @param gid numeric group, unsigned
     * @param userName may be empty; unpacking ignores it
     * @param groupName may be empty; unpacking ignores it
     * @param mtime time of last change in nanoseconds since 1970
     * @param xattrs extended attributes by full name, such as {@code security.capability}; sorted
     */
    record Attributes(
            int mode, long uid, long gid, String userName, String groupName, long mtime, Map<String, byte[]> xattrs) {
        public Attributes {
            if ((mode & ~07777) != 0) {
                throw new IllegalArgumentException("not permission bits: 0" + Integer.toOctalString(mode));
            }
            xattrs = xattrs.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(xattrs));
        }

        /** Attributes without names and extended attributes. */
        public static Attributes of(int mode, long uid, long gid, long mtime) {
            return new Attributes(mode, uid, gid, "", "", mtime, Map.of());
        }

        public Attributes withMode(int value) {
            return new Attributes(value, uid, gid, userName, groupName, mtime, xattrs);
        }

        /** Another owner; names of the former one are dropped. */
        public Attributes withOwner(long user, long group) {
            return new Attributes(mode, user, group, "", "", mtime, xattrs);
        }

        public Attributes withMtime(long value) {
            return new Attributes(mode, uid, gid, userName, groupName, value, xattrs);
        }

        public Attributes withXattrs(Map<String, byte[]> value) {
            return new Attributes(mode, uid, gid, userName, groupName, mtime, value);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Attributes that
                    && mode == that.mode
                    && uid == that.uid
                    && gid == that.gid
                    && mtime == that.mtime
                    && userName.equals(that.userName)
                    && groupName.equals(that.groupName)
                    && sameXattrs(xattrs, that.xattrs);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(new long[] {mode, uid, gid, mtime});
        }

        private static boolean sameXattrs(Map<String, byte[]> one, Map<String, byte[]> other) {
            if (!one.keySet().equals(other.keySet())) {
                return false;
            }
            return one.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), other.get(e.getKey())));
        }
    }

    /** A run of bytes of a sparse file that is not a hole. */
    record Extent(long offset, long length) {
        public Extent {
            if (offset < 0 || length < 0 || offset + length < 0) {
                throw new IllegalArgumentException("no extent: " + offset + "+" + length);
            }
        }
    }

    /**
     * A regular file.
     *
     * @param size bytes, holes included
     * @param extents where the data of a sparse file stands, ascending; null for a file without holes
     */
    record File(
            String path,
            Attributes attributes,
            long size,
            @Nullable List<Extent> extents) implements TarEntry {
        public File {
            if (size < 0) {
                throw new IllegalArgumentException("negative size " + size);
            }
            extents = extents == null ? null : List.copyOf(extents);
        }

        public static File of(String path, Attributes attributes, long size) {
            return new File(path, attributes, size, null);
        }

        @Override
        public File withPath(String value) {
            return new File(value, attributes, size, extents);
        }

        @Override
        public File withAttributes(Attributes value) {
            return new File(path, value, size, extents);
        }
    }

    /** A folder; the path has no slash at its end. */
    record Directory(String path, Attributes attributes) implements TarEntry {
        @Override
        public Directory withPath(String value) {
            return new Directory(value, attributes);
        }

        @Override
        public Directory withAttributes(Attributes value) {
            return new Directory(path, value);
        }
    }

    /** A symbolic link, its target as it is stored. */
    record Symlink(String path, Attributes attributes, String target) implements TarEntry {
        @Override
        public Symlink withPath(String value) {
            return new Symlink(value, attributes, target);
        }

        @Override
        public Symlink withAttributes(Attributes value) {
            return new Symlink(path, value, target);
        }
    }

    /** A further name of a file earlier in the archive; {@code target} is that entry's path. */
    record HardLink(String path, Attributes attributes, String target) implements TarEntry {
        @Override
        public HardLink withPath(String value) {
            return new HardLink(value, attributes, target);
        }

        @Override
        public HardLink withAttributes(Attributes value) {
            return new HardLink(path, value, target);
        }
    }

    /** A character device, or a block device. */
    record Device(String path, Attributes attributes, boolean block, int major, int minor) implements TarEntry {
        @Override
        public Device withPath(String value) {
            return new Device(value, attributes, block, major, minor);
        }

        @Override
        public Device withAttributes(Attributes value) {
            return new Device(path, value, block, major, minor);
        }
    }

    /** A named pipe. */
    record Fifo(String path, Attributes attributes) implements TarEntry {
        @Override
        public Fifo withPath(String value) {
            return new Fifo(value, attributes);
        }

        @Override
        public Fifo withAttributes(Attributes value) {
            return new Fifo(path, value);
        }
    }
}
