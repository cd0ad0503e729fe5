package dev.runner.build.embedded.store;

/** Numbers and bytes on the disk. */
public record Usage(Count blobs, Count snapshots, Count keys) {
    /** How many, and how many bytes they take. */
    public record Count(long number, long bytes) {
        Count plus(long more) {
            return new Count(number + 1, bytes + more);
        }
    }

    public long bytes() {
        return blobs.bytes + snapshots.bytes + keys.bytes;
    }
}
