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
    private final MessageDigest hash = Digest.sha256();
    /** One entry's framed parts: hashed in one call, because small calls cost more than the hashing. */
    private ByteBuffer parts = ByteBuffer.allocate(512);

    /**
     * Adds an entry.
     *
     * @param content digest of the content of a file; null for everything else
     */
    public TreeDigest add(TarEntry entry, @Nullable Digest content) {
        parts.clear();
        part(EntryNames.encode(entry.path()));
        TarEntry.Attributes attributes = entry.attributes();
        numbers(attributes.mode(), attributes.uid(), attributes.gid());
        switch (entry) {
            case TarEntry.File file -> {
                if (content == null) {
                    throw new IllegalArgumentException("'" + entry.path() + "' has content");
                }
                part("file");
                part(content.toString());
            }
            case TarEntry.Directory directory -> part("directory");
            case TarEntry.Symlink link -> {
                part("symlink");
                part(EntryNames.encode(link.target()));
            }
            case TarEntry.HardLink link -> {
                part("hard link");
                part(EntryNames.encode(link.target()));
            }
            case TarEntry.Device device -> {
                part(device.block() ? "block" : "character");
                numbers(device.major(), device.minor());
            }
            case TarEntry.Fifo fifo -> part("fifo");
        }
        numbers(attributes.xattrs().size());
        for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
            part(EntryNames.encode(xattr.getKey()));
            part(xattr.getValue());
        }
        hash.update(parts.array(), 0, parts.position());
        entries.add(hash.digest());
        return this;
    }

    /** The hash of the entry that was added last: 32 bytes, not to be changed. */
    public byte[] last() {
        return entries.getLast();
    }

    /** The digest of what was added. */
    public Digest finish() {
        parts.clear();
        part("tree");
        numbers(entries.size());
        // Each is the hash of one entry, its path among it: their order is as good as that of the paths.
        List<byte[]> sorted = new ArrayList<>(entries);
        sorted.sort(Arrays::compareUnsigned);
        for (byte[] entry : sorted) {
            room(entry.length).put(entry);
        }
        hash.update(parts.array(), 0, parts.position());
        return Digest.sha256(hash.digest());
    }

    private void part(String text) {
        part(text.getBytes(StandardCharsets.UTF_8));
    }

    private void part(byte[] bytes) {
        numbers(bytes.length);
        room(bytes.length).put(bytes);
    }

    private void numbers(long number) {
        room(8).putLong(number);
    }

    private void numbers(long first, long second) {
        room(16).putLong(first).putLong(second);
    }

    private void numbers(long first, long second, long third) {
        room(24).putLong(first).putLong(second).putLong(third);
    }

    private ByteBuffer room(int bytes) {
        if (parts.remaining() < bytes) {
            parts = ByteBuffer.allocate(2 * (parts.position() + bytes)).put(parts.flip());
        }
        return parts;
    }
}
