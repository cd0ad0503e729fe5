package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import dev.runner.oci.layer.EntryNames;
import dev.runner.oci.layer.TarEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A digest of a tree of files for a cache key: path, kind, permission bits, owner, link target, extended attributes, device
 * numbers and content of every entry; not its times and not the names of its owners. Every part is framed by its length, so
 * that distinct trees never give the same bytes. The order of adding does not matter. For one thread.
 */
public final class TreeDigest {
    private final List<byte[]> entries = new ArrayList<>();

    /**
     * Adds an entry.
     *
     * @param content digest of the content of a file; null for everything else
     */
    public TreeDigest add(TarEntry entry, @Nullable Digest content) {
        MessageDigest hash = Digest.sha256();
        part(hash, EntryNames.encode(entry.path()));
        TarEntry.Attributes attributes = entry.attributes();
        numbers(hash, attributes.mode(), attributes.uid(), attributes.gid());
        switch (entry) {
            case TarEntry.File file -> {
                if (content == null) {
                    throw new IllegalArgumentException("'" + entry.path() + "' has content");
                }
                part(hash, "file");
                part(hash, content.toString());
            }
            case TarEntry.Directory directory -> part(hash, "directory");
            case TarEntry.Symlink link -> {
                part(hash, "symlink");
                part(hash, EntryNames.encode(link.target()));
            }
            case TarEntry.HardLink link -> {
                part(hash, "hard link");
                part(hash, EntryNames.encode(link.target()));
            }
            case TarEntry.Device device -> {
                part(hash, device.block() ? "block" : "character");
                numbers(hash, device.major(), device.minor());
            }
            case TarEntry.Fifo fifo -> part(hash, "fifo");
        }
        numbers(hash, attributes.xattrs().size());
        for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
            part(hash, EntryNames.encode(xattr.getKey()));
            part(hash, xattr.getValue());
        }
        entries.add(hash.digest());
        return this;
    }

    /** The digest of what was added. */
    public Digest finish() {
        MessageDigest hash = Digest.sha256();
        part(hash, "tree");
        numbers(hash, entries.size());
        // Each is the hash of one entry, its path among it: their order is as good as that of the paths.
        List<byte[]> sorted = new ArrayList<>(entries);
        sorted.sort(Arrays::compareUnsigned);
        sorted.forEach(hash::update);
        return Digest.sha256(hash.digest());
    }

    private static void part(MessageDigest hash, String text) {
        part(hash, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void part(MessageDigest hash, byte[] bytes) {
        numbers(hash, bytes.length);
        hash.update(bytes);
    }

    private static void numbers(MessageDigest hash, long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * 8);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        hash.update(bytes.array());
    }
}
