package dev.runner.build.embedded.buildkit;

import dev.runner.build.embedded.buildkit.CacheConfig.Entry;
import dev.runner.build.embedded.buildkit.CacheConfig.Layer;
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

    /** Notes a key, and those below it; keys are to be given in the order in which they lie on each other. */
    public void add(CacheKey key) {
        number(key);
    }

    /**
     * Notes what a key made.
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
        List<Layer> layers = new ArrayList<>();
        image.forEach(blob -> layers.add(new Layer(blob, layers.size() - 1)));
        return new CacheConfig(layers, entries(found -> {
            if (found.layers().size() <= image.size()
                    && found.layers().equals(image.subList(0, found.layers().size()))) {
                return List.of(new Result(List.of(found.layers().size() - 1), false, found.created()));
            }
            List<Integer> places = found.layers().stream().map(image::indexOf).toList();
            return places.contains(-1) ? List.of() : List.of(new Result(places, true, found.created()));
        }));
    }

    /** For a cache image. */
    public CacheConfig whole() {
        List<Layer> layers = new ArrayList<>();
        Map<Layer, Integer> places = new HashMap<>();
        List<Entry> entries = entries(found -> {
            int top = -1;
            for (Digest blob : found.layers()) {
                Layer layer = new Layer(blob, top);
                Integer known = places.putIfAbsent(layer, layers.size());
                if (known == null) {
                    layers.add(layer);
                }
                top = places.get(layer);
            }
            return top < 0 ? List.of() : List.of(new Result(List.of(top), false, found.created()));
        });
        return new CacheConfig(layers, entries);
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
            entries.add(new Entry(key.id(), inputs, found == null || found.layers().isEmpty() ? List.of() : places.of(found)));
        }
        return entries;
    }
}
