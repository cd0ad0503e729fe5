package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest;
import dev.runner.build.CacheReference;
import dev.runner.build.embedded.Solver.Step;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.cache.CachePlace;
import dev.runner.build.embedded.cache.CachePlaces;
import dev.runner.build.embedded.cache.CacheRecord;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.registry.BlobPush;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The caches that one build reads and writes, beside the local store. */
final class BuildCaches {
    private static final int MOST_ATTEMPTS = 20;

    private final BuildRequest request;
    private final Workshop shop;
    private final Progress progress;
    private final CachePlaces places;

    BuildCaches(BuildRequest request, Workshop shop, Progress progress) {
        this.request = request;
        this.shop = shop;
        this.progress = progress;
        this.places = new CachePlaces(shop.registry(), shop.store().blobs());
    }

    /** Begins to read all places at once. Out: what each knows by key, in the order they were given. */
    List<Task<Map<Digest, LayerRecord>>> load(Tasks tasks) {
        List<Task<Map<Digest, LayerRecord>>> imports = new ArrayList<>();
        for (CacheReference reference : request.cache().noCache()
                ? List.<CacheReference>of()
                : request.cache().from()) {
            CachePlace place = places.of(reference);
            if (place != null) {
                imports.add(tasks.start(() -> load(reference, place)));
            }
        }
        return imports;
    }

    private Map<Digest, LayerRecord> load(CacheReference reference, CachePlace place)
            throws IOException, InterruptedException {
        try {
            CachePlace.State state = place.read();
            if (state.documents().isEmpty()) {
                progress.warn("the cache " + reference + " is empty");
            }
            CacheRecord record = state.record();
            Set<Digest> vouched = state.vouchedLayers();
            for (LayerRecord layer : record.layers()) {
                shop.layers()
                        .held(layer.blob(), place, vouched.contains(layer.blob().digest()));
            }
            return record.byKey();
        } catch (IOException | RuntimeException e) {
            if (Tasks.isCancellation(e)) {
                throw e;
            }
            progress.warn("the cache " + reference + " is not used: " + e.getMessage());
            return Map.of();
        }
    }

    /** Whether the image itself shall hold a record. */
    boolean exportsInline() {
        String argument = request.definition().arguments().getOrDefault("BUILDKIT_INLINE_CACHE", "");
        return argument.equals("1")
                || argument.equalsIgnoreCase("true")
                || request.cache().to().stream().anyMatch(CacheReference.Inline.class::isInstance);
    }

    /** Leaves what this build knows in every place, all platforms in one. */
    void export(List<CacheRecord.Entry> result, Solver solver)
            throws BuildFailedException, IOException, InterruptedException {
        for (CacheReference reference : request.cache().to()) {
            switch (reference) {
                case CacheReference.Inline inline -> {}
                case CacheReference.Registry place ->
                    export(place, record(place.mode(), result, solver), place.ignoreError());
                case CacheReference.Local place ->
                    export(place, record(place.mode(), result, solver), place.ignoreError());
            }
        }
    }

    private static CacheRecord record(CacheReference.Mode mode, List<CacheRecord.Entry> result, Solver solver)
            throws BuildFailedException, IOException, InterruptedException {
        List<CacheRecord.Entry> entries = new ArrayList<>(result);
        if (mode == CacheReference.Mode.MAX) {
            for (Step step : solver.known()) {
                entries.add(step.entry());
            }
        }
        return new CacheRecord(entries.stream().distinct().toList());
    }

    private void export(CacheReference reference, CacheRecord record, boolean ignoreError)
            throws BuildFailedException, InterruptedException {
        CachePlace place = places.of(reference);
        try {
            if (place != null) {
                export(place, record);
            }
        } catch (IOException | RuntimeException e) {
            if (!ignoreError || Tasks.isCancellation(e)) {
                throw Failures.outside("exporting the cache to " + reference, e);
            }
            progress.warn("the cache was not exported to " + reference + ": " + e.getMessage());
        }
    }

    /** Adds to what is there, again and again until nobody else has written in between. */
    private void export(CachePlace place, CacheRecord record) throws IOException, InterruptedException {
        LocalDate today = LocalDate.ofInstant(shop.now(), ZoneOffset.UTC);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            CachePlace.State before = place.read();
            CacheRecord after = record.over(before.record(), today);
            push(place, record, before.vouchedLayers());
            if (after.equals(before.record()) || place.replace(before, after)) {
                return;
            }
        }
        throw new IOException("others write to it all the time; " + MOST_ATTEMPTS + " attempts failed");
    }

    private void push(CachePlace place, CacheRecord record, Set<Digest> there)
            throws IOException, InterruptedException {
        List<BlobPush> pushes = new ArrayList<>();
        for (LayerRecord layer : record.layers()) {
            Descriptor blob = layer.blob();
            if (!there.contains(blob.digest())) {
                pushes.add(new BlobPush(
                        blob,
                        shop.layers().source(blob),
                        shop.layers().origins().find(blob.digest())));
            }
        }
        place.push(pushes);
    }
}
