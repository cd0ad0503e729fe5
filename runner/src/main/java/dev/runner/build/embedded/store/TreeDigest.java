package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import org.jspecify.annotations.Nullable;

/**
 * A digest of a tree of files for a cache key: path, kind, permission bits, owner, link target, extended attributes, device
 * numbers and content of every entry; not its times and not the names of its owners. Every part is framed by its length, so
 * that distinct trees never give the same bytes. The order of adding does not matter.
 */
public final class TreeDigest {
    /**
     * Adds an entry.
     *
     * @param content digest of the content of a file; null for everything else
     */
    public TreeDigest add(TarEntry entry, @Nullable Digest content) {
        throw new UnsupportedOperationException();
    }

    /** The digest of what was added. */
    public Digest finish() {
        throw new UnsupportedOperationException();
    }
}
