package dev.runner.build.embedded.buildkit;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.MediaTypes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    ImportedCache(CacheConfig config, Map<Digest, Blob> blobs) {
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

    /**
     * The cache in a document.
     *
     * @param mediaType of the content: a cache image's config, or an image's
     * @param layers of the manifest that the config belongs to
     * @return null when there is none of BuildKit's in it, or none that can be read
     */
    public static @Nullable ImportedCache read(String mediaType, byte[] content, List<Descriptor> layers) {
        try {
            if (mediaType.equals(CacheConfig.MEDIA_TYPE)) {
                return ofCacheImage(CacheConfig.parse(content), layers);
            }
            return MediaTypes.isConfig(mediaType) ? ofImage(ImageConfig.parse(content), layers) : null;
        } catch (MalformedContentException | IllegalArgumentException e) {
            return null;
        }
    }

    private static ImportedCache ofCacheImage(CacheConfig config, List<Descriptor> layers) {
        Map<Digest, Blob> blobs = new HashMap<>();
        for (Descriptor layer : layers) {
            String diffId = layer.annotations().get("containerd.io/uncompressed");
            if (diffId != null) {
                blobs.put(layer.digest(), new Blob(layer.withAnnotations(Map.of()), Digest.parse(diffId)));
            }
        }
        return new ImportedCache(config, blobs);
    }

    private static @Nullable ImportedCache ofImage(ImageConfig config, List<Descriptor> layers) {
        List<Digest> order = layers.stream().map(Descriptor::digest).toList();
        CacheConfig cache = CacheConfig.ofImage(config, order);
        if (cache == null || layers.size() != config.diffIds().size()) {
            return null;
        }
        Map<Digest, Blob> blobs = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            Descriptor layer = layers.get(i).withAnnotations(Map.of());
            blobs.put(layer.digest(), new Blob(layer, config.diffIds().get(i)));
        }
        return new ImportedCache(cache, blobs);
    }

    /** The layers that it names. */
    public Collection<Descriptor> layers() {
        return blobs.values().stream().map(Blob::descriptor).toList();
    }

    /** Whether the key was met when the cache was written, be it that what it made was not kept. */
    public synchronized boolean knows(CacheKey key) {
        return !fitting(key).isEmpty();
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
        return Objects.requireNonNull(blobs.get(digest));
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
                .anyMatch(link -> below.contains(link.record()) && Objects.equals(link.selector(), input.selector()));
    }
}
