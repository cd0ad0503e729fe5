package dev.runner.build.embedded;

import dev.runner.build.CacheItem;
import dev.runner.build.CacheItem.Type;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.FileDigests;
import dev.runner.build.embedded.store.KeyStore;
import dev.runner.build.embedded.store.Store;
import dev.runner.build.embedded.store.StoreItem;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells what the things in the store are to those who use the cache. */
final class CacheCatalog {
    static final String KEYS = "keys";
    static final String FILES = "files";
    static final String HISTORY = "history";

    private final Store store;
    private final StoredImages images;
    private final Map<String, StoreItem> stored = new HashMap<>();
    private final List<CacheItem> items = new ArrayList<>();

    private CacheCatalog(Store store) throws IOException {
        this.store = store;
        this.images = StoredImages.read(store);
    }

    static CacheCatalog read(Store store) throws IOException {
        CacheCatalog catalog = new CacheCatalog(store);
        Map<Digest, String> described = catalog.descriptions();
        for (StoreItem item : store.items()) {
            catalog.add(item, described);
        }
        catalog.addMemories();
        catalog.items.sort(
                Comparator.comparing((CacheItem item) -> item.use().last()).reversed());
        return catalog;
    }

    /** Most recently used first. */
    List<CacheItem> items() {
        return List.copyOf(items);
    }

    StoredImages images() {
        return images;
    }

    /** What the store calls these; memories are none of its items. */
    List<StoreItem> stored(List<CacheItem> wanted) {
        List<StoreItem> found = new ArrayList<>();
        for (CacheItem item : wanted) {
            StoreItem there = stored.get(item.id());
            if (there != null) {
                found.add(there);
            }
        }
        return found;
    }

    static String id(StoreItem item) {
        return switch (item.kind()) {
            case BLOB -> item.name();
            case SNAPSHOT -> "diff:" + item.name().substring(item.name().indexOf(':') + 1);
            case MOUNT -> "mount:" + item.name();
        };
    }

    private void add(StoreItem item, Map<Digest, String> described) throws IOException {
        stored.put(id(item), item);
        if (item.kind() == StoreItem.Kind.MOUNT) {
            String description = "cache mount " + store.mounts().description(item.name());
            items.add(item(item, Type.CACHE_MOUNT, false, description));
            return;
        }
        Digest digest = Digest.parse(item.name());
        Type type = images.isDocument(digest) ? Type.INTERNAL : Type.REGULAR;
        String description = described.getOrDefault(digest, images.description(digest));
        items.add(item(item, type, images.isNamed(digest), description));
    }

    private static CacheItem item(StoreItem item, Type type, boolean shared, String description) {
        StoreItem.Use use = item.use();
        CacheItem.Use shown = new CacheItem.Use(use.last(), use.runs(), use.now(), shared);
        return new CacheItem(id(item), type, item.bytes(), item.created(), shown, description);
    }

    /** Which step made which layer, as far as it is remembered. */
    private Map<Digest, String> descriptions() throws IOException {
        Map<Digest, String> made = new HashMap<>();
        store.keys().forEach((key, value) -> {
            LayerRecord record = EmbeddedCache.layer(value);
            if (record != null) {
                made.putIfAbsent(record.blob().digest(), "layer of a build");
                made.putIfAbsent(record.diffId(), "files of a build's layer");
            }
        });
        return made;
    }

    private void addMemories() throws IOException {
        KeyStore keys = store.keys();
        FileDigests files = store.files();
        KeyStore history = store.history();
        memory(KEYS, Type.INTERNAL, keys.bytes(), keys.written(), "cache keys");
        memory(FILES, Type.SOURCE_LOCAL, files.bytes(), files.written(), "digests of context files");
        memory(HISTORY, Type.INTERNAL, history.bytes(), history.written(), "what steps were made from");
    }

    private void memory(String id, Type type, long bytes, long written, String description) {
        if (bytes > 0) {
            Instant time = Instant.ofEpochSecond(0, written);
            items.add(new CacheItem(id, type, bytes, time, new CacheItem.Use(time, 0, false, false), description));
        }
    }
}
