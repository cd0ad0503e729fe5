package dev.runner.build.embedded.buildkit;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A cache that BuildKit, or this program in its format, has left: what is known of a key.
 *
 * <p>A record fits a key when its digest is the key's and for every input one of its links has the selector, and leads to a
 * record that fits one of the keys, that the key has there.
 */
public final class ImportedCache {
    private final CacheConfig config;
    private final Map<Digest, Blob> blobs;
    private final Map<Digest, List<Integer>> byDigest = new HashMap<>();
    private final Map<CacheKey, Set<Integer>> fitting = new IdentityHashMap<>();

    /** @param blobs the layers that can be fetched */
    public ImportedCache(CacheConfig config, Map<Digest, Blob> blobs) {
        this.config = config;
        this.blobs = Map.copyOf(blobs);
        for (int i = 0; i < config.records().size(); i++) {
            byDigest.computeIfAbsent(config.records().get(i).digest(), digest -> new ArrayList<>())
                    .add(i);
        }
    }

    /** A layer. */
    public record Blob(Descriptor descriptor, Digest diffId) {}

    /**
     * Layers that were made once.
     *
     * @param layers bottom first
     * @param created RFC 3339
     */
    public record Made(List<Blob> layers, String created) {
        public Made {
            layers = List.copyOf(layers);
        }
    }

    /** What is known to be made by a key; nothing when the cache does not have it. */
    public synchronized List<Made> find(CacheKey key) {
        List<Made> all = new ArrayList<>();
        for (int record : fitting(key)) {
            for (CacheConfig.Result result : config.records().get(record).results()) {
                List<Digest> chain = config.chain(result);
                if (chain != null && blobs.keySet().containsAll(chain)) {
                    all.add(new Made(chain.stream().map(this::blob).toList(), result.created()));
                }
            }
        }
        return all;
    }

    private Blob blob(Digest digest) {
        return java.util.Objects.requireNonNull(blobs.get(digest));
    }

    /** Every key is looked at once; keys have no loops, so that loops of a broken record do no harm. */
    private Set<Integer> fitting(CacheKey key) {
        Set<Integer> known = fitting.get(key);
        if (known == null) {
            known = new HashSet<>();
            for (int record : byDigest.getOrDefault(key.id(), List.of())) {
                if (fits(config.records().get(record), key)) {
                    known.add(record);
                }
            }
            fitting.put(key, known);
        }
        return known;
    }

    private boolean fits(CacheConfig.Entry record, CacheKey key) {
        if (record.inputs().size() != key.inputs().size()) {
            return false;
        }
        for (int i = 0; i < record.inputs().size(); i++) {
            List<CacheConfig.Link> links = record.inputs().get(i);
            if (key.inputs().get(i).stream().noneMatch(input -> leads(links, input))) {
                return false;
            }
        }
        return true;
    }

    private boolean leads(List<CacheConfig.Link> links, CacheKey.Input input) {
        Set<Integer> below = fitting(input.key());
        return links.stream()
                .anyMatch(link -> below.contains(link.record())
                        && java.util.Objects.equals(link.selector(), input.selector()));
    }
}
