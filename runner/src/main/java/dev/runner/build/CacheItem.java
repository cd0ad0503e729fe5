package dev.runner.build;

import java.time.Instant;

/**
 * One thing that the build cache holds.
 *
 * @param id unique in the cache: a packed layer's or document's digest, {@code diff:HEX} for unpacked files,
 *     {@code mount:HEX} for a cache mount, {@code keys}, {@code files} and {@code history} for what is remembered
 * @param bytes on the disk; what several items share is counted with one of them
 * @param use who uses it
 * @param description for people; may be empty
 */
public record CacheItem(String id, Type type, long bytes, Instant created, Use use, String description) {
    /** The kinds of BuildKit, by its names. */
    public enum Type {
        /** Layers, packed or unpacked, and what ADD downloaded. */
        REGULAR("regular"),
        /** Digests of context files, by which unchanged ones need not be read. */
        SOURCE_LOCAL("source.local"),
        /** The folder of a {@code RUN --mount=type=cache}. */
        CACHE_MOUNT("exec.cachemount"),
        /** Manifests, configs, cache keys. */
        INTERNAL("internal");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Its use.
     *
     * @param last when a build last took it
     * @param runs how many builds took it and have ended
     * @param now whether a living build holds it, so that nothing deletes it
     * @param shared whether an image that has a name in the local store consists of it
     */
    public record Use(Instant last, int runs, boolean now, boolean shared) {}

    /** Whether more writing may change it. */
    public boolean mutable() {
        return type != Type.REGULAR && !id.contains(":") || type == Type.CACHE_MOUNT;
    }
}
