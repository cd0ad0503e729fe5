package dev.runner.build.embedded.store;

import java.time.Instant;

/** Which things prune may take. */
@FunctionalInterface
public interface PruneFilter {
    /** Everything that no living run uses. */
    PruneFilter ALL = item -> true;

    boolean picks(Item item);

    /** What kind of thing. */
    enum Kind {
        BLOB,
        SNAPSHOT
    }

    /**
     * One thing in the store.
     *
     * @param id the blob's digest, or the snapshot's diffId, as text
     * @param bytes on the disk
     * @param lastUsed when a run last took it
     */
    record Item(Kind kind, String id, long bytes, Instant lastUsed) {}
}
