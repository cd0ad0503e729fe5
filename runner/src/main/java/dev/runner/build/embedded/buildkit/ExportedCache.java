package dev.runner.build.embedded.buildkit;

import dev.runner.build.embedded.buildkit.CacheConfig.Entry;
import dev.runner.build.embedded.buildkit.CacheConfig.Link;
import dev.runner.build.embedded.buildkit.CacheConfig.Result;
import dev.runner.oci.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keys and what they made, to be written down for BuildKit. For one thread. */
public final class ExportedCache {
    private final List<CacheKey> keys = new ArrayList<>();
    private final Map<CacheKey, Integer> numbers = new IdentityHashMap<>();
    private final Map<Digest, Integer> sources = new HashMap<>();
    private final Map<Integer, Made> made = new LinkedHashMap<>();

    private record Made(List<Digest> layers, String created) {}

    /** Whether nothing was noted. */
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /**
     * Notes what a key made, and the keys below it; those that lie on each other are to be given from the bottom.
     *
     * @param layers bottom first, those of the base too
     * @param created RFC 3339
     */
    public void add(CacheKey key, List<Digest> layers, String created) {
        made.putIfAbsent(number(key), new Made(List.copyOf(layers), created));
    }

    private int number(CacheKey key) {
        Integer known = key.inputs().isEmpty() ? sources.get(key.id()) : numbers.get(key);
        if (known != null) {
            return known;
        }
        key.inputs().forEach(inputs -> inputs.forEach(input -> number(input.key())));
        int number = keys.size();
        keys.add(key);
        numbers.put(key, number);
        if (key.inputs().isEmpty()) {
            sources.put(key.id(), number);
        }
        return number;
    }

    /** For the config of an image with these layers; results with others are left out. */
    public CacheConfig inline(List<Digest> image) {
        return new CacheConfig(CacheConfig.stacked(image), entries(found -> {
            if (found.layers().size() <= image.size()
                    && found.layers().equals(image.subList(0, found.layers().size()))) {
                return List.of(new Result(List.of(found.layers().size() - 1), false, found.created()));
            }
            List<Integer> places = found.layers().stream().map(image::indexOf).toList();
            return places.contains(-1) ? List.of() : List.of(new Result(places, true, found.created()));
        }));
    }

    /** Where the layers of a result are. */
    private interface Places {
        List<Result> of(Made made);
    }

    private List<Entry> entries(Places places) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            CacheKey key = keys.get(i);
            List<List<Link>> inputs = new ArrayList<>();
            for (List<CacheKey.Input> alternatives : key.inputs()) {
                inputs.add(alternatives.stream()
                        .map(input -> new Link(input.selector(), number(input.key())))
                        .toList());
            }
            Made found = made.get(i);
            entries.add(new Entry(
                    key.id(), inputs, found == null || found.layers().isEmpty() ? List.of() : places.of(found)));
        }
        return entries;
    }
}
