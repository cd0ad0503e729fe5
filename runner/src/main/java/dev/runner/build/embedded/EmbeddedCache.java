package dev.runner.build.embedded;

import static java.util.Objects.requireNonNull;

import dev.runner.build.BuildCache;
import dev.runner.build.CacheItem;
import dev.runner.build.CacheItem.Type;
import dev.runner.build.GcPolicy;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.recall.Recall;
import dev.runner.build.embedded.store.Store;
import dev.runner.build.embedded.store.StoreItem;
import dev.runner.oci.Digest;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The cache in the local store. */
final class EmbeddedCache implements BuildCache {
    private final Store store;
    private final Origins origins;
    private final Clock clock;

    EmbeddedCache(Store store, Origins origins, Clock clock) {
        this.store = store;
        this.origins = origins;
        this.clock = clock;
    }

    @Override
    public List<CacheItem> list() {
        try {
            return CacheCatalog.read(store).items();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look through the cache in " + store.root(), e);
        }
    }

    @Override
    public List<CacheItem> prune(GcPolicy.Rule rule) {
        try {
            return apply(rule);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prune the cache in " + store.root(), e);
        }
    }

    @Override
    public List<CacheItem> collect(GcPolicy policy) {
        List<CacheItem> gone = new ArrayList<>();
        policy.rules().forEach(rule -> gone.addAll(prune(rule)));
        try {
            store.collected(room(policy));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look through the cache in " + store.root(), e);
        }
        return gone;
    }

    /** By how much the cache may grow before a rule about everything applies. */
    private long room(GcPolicy policy) throws IOException {
        List<CacheItem> items = CacheCatalog.read(store).items();
        long room = Long.MAX_VALUE;
        for (GcPolicy.Rule rule : policy.rules()) {
            if (rule.keep().isZero() && !rule.limits().isNone()) {
                long total = total(items, rule);
                File disk = disk();
                long free = disk.getUsableSpace() - rule.limits().free().on(disk.getTotalSpace());
                long more = Math.min(free, keep(total, rule.limits()) - total);
                room = Math.max(0, Math.min(room, more));
            }
        }
        return room;
    }

    private List<CacheItem> apply(GcPolicy.Rule rule) throws IOException {
        CacheCatalog catalog = CacheCatalog.read(store);
        List<CacheItem> picked = picked(catalog.items(), rule);
        List<StoreItem> deleted = store.delete(catalog.stored(picked));
        Set<String> gone = new HashSet<>();
        Set<Digest> digests = new HashSet<>();
        for (StoreItem item : deleted) {
            gone.add(CacheCatalog.id(item));
            if (item.kind() != StoreItem.Kind.MOUNT) {
                digests.add(Digest.parse(item.name()));
            }
        }
        if (!deleted.isEmpty()) {
            new Recall(requireNonNull(store.root().getParent())).forgetAll();
        }
        catalog.images().forgetBroken(digests);
        forgetKeys(digests);
        for (CacheItem item : picked) {
            if (forgetMemory(item, catalog)) {
                gone.add(item.id());
            }
        }
        return picked.stream().filter(item -> gone.contains(item.id())).toList();
    }

    /** Least recently used first; with limits, only as many as have to go. */
    private List<CacheItem> picked(List<CacheItem> items, GcPolicy.Rule rule) throws IOException {
        Instant latest = clock.instant().minus(rule.keep());
        List<CacheItem> candidates = items.stream()
                .filter(item -> !item.use().now())
                .filter(item -> rule.all()
                        || item.type() != Type.INTERNAL && !item.use().shared())
                .filter(item -> rule.keep().isZero() || item.use().last().isBefore(latest))
                .filter(rule.filter()::matches)
                .sorted(Comparator.comparing((CacheItem item) -> item.use().last())
                        .thenComparing(item -> item.use().runs()))
                .toList();
        if (rule.limits().isNone()) {
            return candidates;
        }
        long total = total(items, rule);
        long keep = keep(total, rule.limits());
        List<CacheItem> picked = new ArrayList<>();
        for (CacheItem item : candidates) {
            if (total <= keep) {
                break;
            }
            picked.add(item);
            total -= item.bytes();
        }
        return picked;
    }

    private static long total(List<CacheItem> items, GcPolicy.Rule rule) {
        return items.stream()
                .filter(item -> rule.all() || !item.use().shared())
                .mapToLong(CacheItem::bytes)
                .sum();
    }

    /** Tells what its disk has: a {@code FileStore} is not found in a changed root, whose mount is not listed. */
    private File disk() {
        return store.root().toFile();
    }

    /** How many bytes may stay, as BuildKit reckons it. */
    private long keep(long total, GcPolicy.Limits limits) throws IOException {
        File disk = disk();
        long size = disk.getTotalSpace();
        long keep = limits.most().isNone() ? Long.MAX_VALUE : limits.most().on(size);
        long lacking = limits.free().on(size) - disk.getUsableSpace();
        if (lacking > 0) {
            keep = Math.min(keep, total - lacking);
        }
        if (limits.most().isNone() && limits.free().isNone()) {
            keep = 0;
        }
        return Math.max(keep, limits.reserved().on(size));
    }

    /** A record is of no use when its layer is neither here nor known to be in a registry. */
    private void forgetKeys(Set<Digest> gone) throws IOException {
        if (gone.isEmpty()) {
            return;
        }
        List<Digest> useless = new ArrayList<>();
        store.keys().forEach((key, value) -> {
            LayerRecord record = layer(value);
            if (record != null
                    && gone.contains(record.blob().digest())
                    && origins.find(record.blob().digest()).isEmpty()) {
                useless.add(key);
            }
        });
        store.keys().removeAll(useless);
    }

    private boolean forgetMemory(CacheItem item, CacheCatalog catalog) throws IOException {
        switch (item.id()) {
            case CacheCatalog.KEYS -> forgetKeysOfUnused(catalog);
            case CacheCatalog.FILES -> store.files().clear();
            case CacheCatalog.HISTORY -> store.history().clear();
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A living build that looks again for what it holds finds it. */
    private void forgetKeysOfUnused(CacheCatalog catalog) throws IOException {
        Set<String> used = new HashSet<>();
        catalog.items().stream().filter(item -> item.use().now()).forEach(item -> used.add(item.id()));
        Set<Digest> all = new HashSet<>();
        Set<Digest> kept = new HashSet<>();
        store.keys().forEach((key, value) -> {
            all.add(key);
            LayerRecord record = layer(value);
            if (record != null && used.contains(record.blob().digest().toString())) {
                kept.add(key);
            }
        });
        if (kept.isEmpty()) {
            store.keys().clear();
        } else {
            all.removeAll(kept);
            store.keys().removeAll(all);
        }
    }

    /** Records of other kinds are no JSON. */
    static @Nullable LayerRecord layer(byte[] value) {
        return value.length > 0 && value[0] == '{' ? LayerRecord.parse(value) : null;
    }
}
