package dev.runner.build.embedded.buildkit;

import dev.runner.build.embedded.buildkit.CacheConfig.Entry;
import dev.runner.build.embedded.buildkit.CacheConfig.Layer;
import dev.runner.build.embedded.buildkit.CacheConfig.Link;
import dev.runner.build.embedded.buildkit.CacheConfig.Result;
import dev.runner.oci.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys and what they made, to be written down for BuildKit. Equal keys are written once. For one thread. */
public final class ExportedCache {
    /** For what nobody knows when it was made. */
    private static final String LONG_AGO = "1970-01-01T00:00:00Z";

    private final List<Record> records = new ArrayList<>();
    private final Map<Record, Integer> numbers = new HashMap<>();
    private final Map<CacheKey, Integer> known = new IdentityHashMap<>();
    private final Map<Integer, Made> made = new HashMap<>();

    /** A key whose inputs are numbers of records: equal keys are equal. */
    private record Record(Digest id, List<Set<Link>> inputs) {}

    private record Made(List<Digest> layers, String created) {}

    /** Whether nothing was noted. */
    public boolean isEmpty() {
        return records.isEmpty();
    }

    /**
     * Notes what a key made, and the keys below it; those that lie on each other are to be given from the bottom. What was
     * noted first stays. What is merged into others is known by its own layer as well.
     *
     * @param layers bottom first, those of the base too
     * @param created RFC 3339; null when it is not known
     */
    public void add(CacheKey key, List<Digest> layers, @Nullable String created) {
        made.putIfAbsent(number(key), new Made(List.copyOf(layers), time(created)));
        CacheKey top = MergeOperation.top(key);
        if (top != null) {
            // As BuildKit's own caches have it: without a result it would make the step anew to merge it elsewhere.
            made.putIfAbsent(number(top), new Made(List.of(layers.getLast()), time(created)));
        }
    }

    /** BuildKit reads nothing at all of a cache with a time that is none. */
    private static String time(@Nullable String created) {
        try {
            return created == null ? LONG_AGO : Instant.parse(created).toString();
        } catch (DateTimeException e) {
            return LONG_AGO;
        }
    }

    private int number(CacheKey key) {
        Integer number = known.get(key);
        if (number == null) {
            List<Set<Link>> inputs = new ArrayList<>();
            for (List<CacheKey.Input> alternatives : key.inputs()) {
                Set<Link> links = new LinkedHashSet<>();
                alternatives.forEach(input -> links.add(new Link(input.selector(), number(input.key()))));
                inputs.add(links);
            }
            Record record = new Record(key.id(), inputs);
            number = numbers.computeIfAbsent(record, same -> {
                records.add(same);
                return records.size() - 1;
            });
            known.put(key, number);
        }
        return number;
    }

    /**
     * Notes what a cache knew before.
     *
     * @param most how many results there shall be at most
     */
    public void addAll(CacheConfig before, int most) {
        Map<Integer, CacheKey> keys = new HashMap<>();
        for (int i = 0; i < before.records().size(); i++) {
            for (Result result : before.records().get(i).results()) {
                CacheKey key = key(before, i, keys, new HashSet<>());
                List<Digest> layers = before.chain(result);
                if (key != null && layers != null && made.size() < most) {
                    add(key, layers, result.created());
                }
            }
        }
    }

    /** Null when the record is a part of a loop, which no builder writes. */
    private static @Nullable CacheKey key(
            CacheConfig config, int record, Map<Integer, CacheKey> keys, Set<Integer> above) {
        if (keys.containsKey(record) || !above.add(record)) {
            return keys.get(record);
        }
        Entry entry = config.records().get(record);
        List<List<CacheKey.Input>> inputs = new ArrayList<>();
        for (List<Link> links : entry.inputs()) {
            List<CacheKey.Input> alternatives = new ArrayList<>();
            for (Link link : links) {
                CacheKey below = key(config, link.record(), keys, above);
                if (below == null) {
                    return null;
                }
                alternatives.add(new CacheKey.Input(below, link.selector()));
            }
            inputs.add(alternatives);
        }
        above.remove(record);
        CacheKey key = CacheKey.recorded(entry.digest(), inputs);
        keys.put(record, key);
        return key;
    }

    /** For the config of an image with these layers; results with others are left out. */
    public CacheConfig inline(List<Digest> image) {
        return new CacheConfig(CacheConfig.stacked(image), entries(found -> {
            int count = found.layers().size();
            if (count <= image.size() && found.layers().equals(image.subList(0, count))) {
                return new Result(List.of(count - 1), false, found.created());
            }
            List<Integer> places = found.layers().stream().map(image::indexOf).toList();
            return places.contains(-1) ? null : new Result(places, true, found.created());
        }));
    }

    /** For a cache image. */
    public CacheConfig whole() {
        List<Layer> layers = new ArrayList<>();
        Map<Layer, Integer> places = new HashMap<>();
        List<Entry> entries = entries(found -> {
            int top = -1;
            for (Digest blob : found.layers()) {
                top = places.computeIfAbsent(new Layer(blob, top), layer -> {
                    layers.add(layer);
                    return layers.size() - 1;
                });
            }
            return new Result(List.of(top), false, found.created());
        });
        return new CacheConfig(layers, entries);
    }

    /** Where the layers of a result are; null when they are not. */
    private interface Places {
        @Nullable
        Result of(Made made);
    }

    private List<Entry> entries(Places places) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            Record record = records.get(i);
            List<List<Link>> inputs = record.inputs().stream().map(List::copyOf).toList();
            Made found = made.get(i);
            Result result = found == null || found.layers().isEmpty() ? null : places.of(found);
            entries.add(new Entry(record.id(), inputs, result == null ? List.of() : List.of(result)));
        }
        return entries;
    }
}
