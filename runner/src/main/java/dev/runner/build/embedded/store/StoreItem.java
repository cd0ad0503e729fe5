package dev.runner.build.embedded.store;

import java.time.Instant;

/**
 * One thing in the store that prune may take.
 *
 * @param name a blob's digest, a snapshot's diffId, a cache mount's folder
 * @param bytes on the disk
 * @param use who used it
 */
public record StoreItem(Kind kind, String name, long bytes, Instant created, Use use) {
    /** What kind of thing. */
    public enum Kind {
        BLOB,
        SNAPSHOT,
        MOUNT;

        String lease(String name) {
            return switch (this) {
                case BLOB -> "blob " + name;
                case SNAPSHOT -> "snapshot " + name;
                case MOUNT -> "mount " + name;
            };
        }
    }

    /**
     * Its use.
     *
     * @param last when a run last took it
     * @param runs how many runs took it and have ended
     * @param now whether a living run has leased it: prune leaves it
     */
    public record Use(Instant last, int runs, boolean now) {}

    String lease() {
        return kind.lease(name);
    }
}
