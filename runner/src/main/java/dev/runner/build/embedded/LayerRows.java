package dev.runner.build.embedded;

import dev.runner.oci.layer.TarEntry;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The entries of a layer in short: a hash of all but their times, and their times as a layer has them. */
final class LayerRows {
    private static final int LENGTH = 24;
    private static final long SECOND = 1_000_000_000L;

    private final Map<String, Row> byPath = new HashMap<>();

    private record Row(long first, long second, long time) {
        // Written out, because a record's own are linked at run time and slow until they are hot.
        @Override
        public int hashCode() {
            return Long.hashCode(first);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Row row && first == row.first && second == row.second && time == row.time;
        }
    }

    /** @param hash of 32 bytes, of all of the entry but its time */
    void add(TarEntry entry, byte[] hash) {
        ByteBuffer bytes = ByteBuffer.wrap(hash);
        byPath.put(
                entry.path(),
                new Row(
                        bytes.getLong(),
                        bytes.getLong(),
                        Math.floorDiv(entry.attributes().mtime(), SECOND)));
    }

    byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(byPath.size() * LENGTH);
        for (Row row : byPath.values()) {
            bytes.putLong(row.first).putLong(row.second).putLong(row.time);
        }
        return bytes.array();
    }

    /**
     * What is different from an earlier layer.
     *
     * @param paths of entries that are new or other than they were
     * @param gone how many of the earlier entries are no longer there so: they are other ones now, or removed
     */
    record Difference(Set<String> paths, int gone) {}

    Difference since(byte[] earlier) {
        Set<Row> known = new HashSet<>(earlier.length / LENGTH * 2);
        ByteBuffer bytes = ByteBuffer.wrap(earlier);
        while (bytes.remaining() >= LENGTH) {
            known.add(new Row(bytes.getLong(), bytes.getLong(), bytes.getLong()));
        }
        Set<String> paths = new HashSet<>();
        for (Map.Entry<String, Row> each : byPath.entrySet()) {
            if (!known.contains(each.getValue())) {
                paths.add(each.getKey());
            }
        }
        return new Difference(paths, known.size() - (byPath.size() - paths.size()));
    }
}
