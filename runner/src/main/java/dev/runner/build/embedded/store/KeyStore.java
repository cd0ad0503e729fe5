package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A durable map from cache key to a small record, shared by processes. An index is kept in memory; a read costs one look at
 * the log's size and one read at a known place.
 */
public final class KeyStore {
    private static final byte PUT = 1;
    private static final byte REMOVE = 2;
    private static final byte USE = 3;
    private static final long USE_GRAIN_MILLIS = 3_600_000;
    private static final long GARBAGE = 1 << 20;

    private final RecordLog log;
    private final Map<Digest, Place> places = new HashMap<>();
    private final Set<Digest> used = new HashSet<>();
    private long live;

    KeyStore(Path file, Path lock) {
        this.log = new RecordLog(file, lock, new Taker());
    }

    /** Where a value is in the log, and when it was last used, in milliseconds since 1970. */
    private record Place(long position, int length, long lastUsed) {}

    /** The record of a key, also if another process has just put it; null when there is none. Notes the use. */
    public synchronized byte @Nullable [] get(Digest key) throws IOException {
        log.catchUp();
        Place place = places.get(key);
        if (place == null) {
            return null;
        }
        if (System.currentTimeMillis() - place.lastUsed > USE_GRAIN_MILLIS) {
            used.add(key);
        }
        return log.read(place.position, place.length);
    }

    /** Puts a record in place of what was there. */
    public synchronized void put(Digest key, byte[] value) throws IOException {
        log.append(List.of(record(PUT, key, System.currentTimeMillis(), value)));
        compactIfWorthwhile();
    }

    /** Puts many records at once. */
    public synchronized void putAll(Map<Digest, byte[]> values) throws IOException {
        long now = System.currentTimeMillis();
        List<byte[]> records = new ArrayList<>();
        values.forEach((key, value) -> records.add(record(PUT, key, now, value)));
        log.append(records);
        compactIfWorthwhile();
    }

    /** When a record was last put or got, to about an hour; null when there is none. */
    public synchronized @Nullable Instant lastUsed(Digest key) throws IOException {
        log.catchUp();
        Place place = places.get(key);
        if (place == null) {
            return null;
        }
        return used.contains(key) ? Instant.now() : Instant.ofEpochMilli(place.lastUsed);
    }

    public synchronized void remove(Digest key) throws IOException {
        log.append(List.of(record(REMOVE, key, 0, new byte[0])));
    }

    /** Removes the records whose key and last use the filter picks; tells how many. */
    public synchronized int removeIf(BiPredicate<Digest, Instant> filter) throws IOException {
        log.catchUp();
        List<byte[]> removals = new ArrayList<>();
        places.forEach((key, place) -> {
            Instant last = used.contains(key) ? Instant.now() : Instant.ofEpochMilli(place.lastUsed);
            if (filter.test(key, last)) {
                removals.add(record(REMOVE, key, 0, new byte[0]));
            }
        });
        if (!removals.isEmpty()) {
            log.append(removals);
            compactIfWorthwhile();
        }
        return removals.size();
    }

    /** Bytes on the disk. */
    public synchronized long bytes() throws IOException {
        log.catchUp();
        return log.size();
    }

    /** When a record was last written, nanoseconds since 1970; 0 for never. */
    public synchronized long written() throws IOException {
        return log.modified();
    }

    /** Removes everything. */
    public synchronized void clear() throws IOException {
        used.clear();
        log.rewrite(List::of);
    }

    /** Is told of a record. */
    @FunctionalInterface
    public interface Reader {
        void read(Digest key, byte[] value) throws IOException;
    }

    /** Tells all records, in no order. */
    public synchronized void forEach(Reader reader) throws IOException {
        log.catchUp();
        for (Map.Entry<Digest, Place> each : Map.copyOf(places).entrySet()) {
            Place place = each.getValue();
            reader.read(each.getKey(), log.read(place.position, place.length));
        }
    }

    /** Removes many records at once. */
    public synchronized void removeAll(Collection<Digest> keys) throws IOException {
        if (!keys.isEmpty()) {
            log.append(keys.stream()
                    .map(key -> record(REMOVE, key, 0, new byte[0]))
                    .toList());
            compactIfWorthwhile();
        }
    }

    synchronized void close() throws IOException {
        List<byte[]> uses = new ArrayList<>();
        for (Digest key : used) {
            uses.add(record(USE, key, System.currentTimeMillis(), new byte[0]));
        }
        used.clear();
        if (!uses.isEmpty()) {
            log.append(uses);
        }
        log.close();
    }

    private void compactIfWorthwhile() throws IOException {
        if (log.size() - live > GARBAGE && log.size() > 2 * live) {
            log.rewrite(() -> {
                List<byte[]> records = new ArrayList<>();
                for (Map.Entry<Digest, Place> each : places.entrySet()) {
                    Place place = each.getValue();
                    byte[] value = log.read(place.position, place.length);
                    records.add(record(PUT, each.getKey(), place.lastUsed, value));
                }
                return records;
            });
        }
    }

    private static byte[] record(byte kind, Digest key, long time, byte[] value) {
        byte[] name = key.toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer record = ByteBuffer.allocate(1 + 1 + name.length + 8 + value.length);
        record.put(kind).put((byte) name.length).put(name).putLong(time).put(value);
        return record.array();
    }

    private final class Taker implements RecordLog.Taker {
        @Override
        public void restart() {
            places.clear();
            live = 0;
        }

        @Override
        public void take(ByteBuffer record, long position) {
            byte kind = record.get();
            byte[] name = new byte[record.get() & 0xFF];
            record.get(name);
            Digest key = Digest.parse(new String(name, StandardCharsets.US_ASCII));
            long time = record.getLong();
            Place old = places.get(key);
            switch (kind) {
                case PUT -> {
                    Place place = new Place(position + record.position(), record.remaining(), time);
                    places.put(key, place);
                    live += size(name, place) - (old == null ? 0 : size(name, old));
                }
                case REMOVE -> {
                    places.remove(key);
                    live -= old == null ? 0 : size(name, old);
                }
                case USE -> {
                    if (old != null) {
                        places.put(key, new Place(old.position, old.length, time));
                    }
                }
                default -> {
                    // Of a newer version; passed over.
                }
            }
        }

        private long size(byte[] name, Place place) {
            return 18L + name.length + place.length;
        }
    }
}
