package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest;
import dev.runner.build.CacheReference;
import dev.runner.build.Packaging;
import dev.runner.build.embedded.Solver.Step;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.buildkit.ImportedCache;
import dev.runner.build.embedded.cache.CacheExport;
import dev.runner.build.embedded.cache.CachePlace;
import dev.runner.build.embedded.cache.CachePlaces;
import dev.runner.build.embedded.cache.CacheRecord;
import dev.runner.build.embedded.cache.ContextNames;
import dev.runner.build.embedded.cache.ImagePlace;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.cache.Made;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.registry.BlobPush;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The caches that one build reads and writes, beside the local store. */
final class BuildCaches {
    private final BuildRequest request;
    private final Workshop shop;
    private final Progress progress;
    private final CachePlaces places;
    private final @Nullable BuildKitKeys buildkit;
    private final FileLists lists;
    private final Map<Vertex.State, Task<List<ContextNames>>> named = new LinkedHashMap<>();

    /** @param epoch {@code SOURCE_DATE_EPOCH}, with which BuildKit's steps are others than ours */
    BuildCaches(BuildRequest request, Workshop shop, Progress progress, @Nullable Long epoch, FileLists lists) {
        this.lists = lists;
        this.buildkit = epoch == null ? new BuildKitKeys() : null;
        this.request = request;
        this.shop = shop;
        this.progress = progress;
        this.places = new CachePlaces(shop.registry(), shop.store().blobs());
    }

    /**
     * What a place knows.
     *
     * @param records layers by our own keys
     * @param buildkit what BuildKit has written there
     * @param contexts what contents are called
     * @param lists of the files that steps have read
     */
    record Imported(
            Map<Digest, LayerRecord> records,
            List<ImportedCache> buildkit,
            List<ContextNames> contexts,
            Map<String, String> lists) {
        private static final Imported NOTHING = new Imported(Map.of(), List.of(), List.of(), Map.of());

        /** What its layers were made from. */
        List<Made> made() {
            return records.values().stream()
                    .map(LayerRecord::made)
                    .filter(Objects::nonNull)
                    .distinct()
                    .toList();
        }
    }

    /** Begins to read all places at once. Out: what each knows, in the order they were given. */
    List<Task<Imported>> load(Tasks tasks) {
        List<Task<Imported>> imports = new ArrayList<>();
        for (CacheReference reference : request.cache().noCache()
                ? List.<CacheReference>of()
                : request.cache().from()) {
            CachePlace place = places.of(reference);
            if (place != null) {
                imports.add(tasks.start(() -> load(reference, place)));
            } else if (!(reference instanceof CacheReference.Inline)) {
                progress.warn("the cache " + reference + " is not used: " + CachePlaces.ABSENT);
            }
        }
        return imports;
    }

    private Imported load(CacheReference reference, CachePlace place) throws IOException, InterruptedException {
        try {
            CachePlace.State state = place.read();
            if (state.documents().isEmpty()) {
                progress.warn("the cache " + reference + " is empty");
            }
            CacheRecord record = state.record();
            List<ImportedCache> buildkit = state.documents().stream()
                    .map(document -> ImportedCache.read(document.mediaType(), document.content(), document.layers()))
                    .filter(Objects::nonNull)
                    .toList();
            Set<Descriptor> layers = new LinkedHashSet<>();
            record.layers().forEach(layer -> layers.add(layer.blob()));
            buildkit.forEach(cache -> layers.addAll(cache.layers()));
            Set<Digest> vouched = state.vouchedLayers();
            for (Descriptor layer : layers) {
                shop.layers().held(layer, place, vouched.contains(layer.digest()));
            }
            return new Imported(record.byKey(), buildkit, record.contexts(), record.lists());
        } catch (IOException | RuntimeException e) {
            if (Tasks.isCancellation(e)) {
                throw e;
            }
            progress.warn("the cache " + reference + " is not used: " + e.getMessage());
            return Imported.NOTHING;
        }
    }

    /** Results by key, of the store and of what was loaded. */
    VertexCache over(List<Task<Imported>> imports) {
        LayerFiles files = new LayerFiles(shop.store().blobs());
        BuildKitCaches foreign = buildkit == null || imports.isEmpty()
                ? null
                : new BuildKitCaches(imports, buildkit, shop.layers(), files);
        return new VertexCache(shop.store().keys(), shop.layers(), imports, foreign);
    }

    /** Tells where digests of contents may be found that BuildKit's keys are made from. */
    void naming(ContextNaming naming, VertexKeys.ContentDigests contents) {
        if (buildkit != null) {
            buildkit.remember((tree, sources) -> {
                try {
                    Digest content = contents.context(tree, sources, false, List.of());
                    ContextNames names = naming.ofContent(ContextNaming.selection(sources, false, List.of()), content);
                    return names == null ? null : names.buildkit();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    InterruptedIOException interrupted = new InterruptedIOException("interrupted");
                    interrupted.initCause(e);
                    throw interrupted;
                }
            });
        }
    }

    /** What tells what contents are called that this build reads. */
    NamedContexts names(ContextNaming naming, VertexKeys.ContentDigests contents, Solver solver) {
        return new NamedContexts(naming, contents, solver, exportsInline() ? buildkit : null);
    }

    /** Begins what can be done for the records of an image while steps run. */
    void prepare(Vertex.State state, NamedContexts contexts, Tasks tasks) {
        BuildKitKeys theirs = exportsInline() ? buildkit : null;
        if (exports(request)) {
            named.put(state, tasks.startFor(() -> {
                if (theirs != null) {
                    new BuildKitExport(theirs).prepare(state);
                }
                return contexts.of(state);
            }));
        }
    }

    private List<ContextNames> contexts(Vertex.State state)
            throws BuildFailedException, IOException, InterruptedException {
        Task<List<ContextNames>> names = named.get(state);
        return names == null ? List.of() : names.await();
    }

    /**
     * The record that the image itself shall hold, ours and BuildKit's.
     *
     * @param entries what is known of its own layers
     * @param layers all, bottom first
     */
    ImageAssembler.InlineCache inline(Vertex.State state, List<CacheRecord.Entry> entries, List<LayerRecord> layers)
            throws BuildFailedException, IOException, InterruptedException {
        if (!exportsInline()) {
            return ImageAssembler.InlineCache.NONE;
        }
        CacheRecord record = new CacheRecord(entries, contexts(state), lists.of(entries));
        return descriptors -> {
            Map<String, String> members = new LinkedHashMap<>(record.toMember(descriptors));
            if (buildkit != null) {
                members.putAll(new BuildKitExport(buildkit).members(state, layers));
            }
            return members;
        };
    }

    /** Whether a build leaves what it knows anywhere but in the store. */
    static boolean exports(BuildRequest request) {
        return BuildKitArguments.inlineCache(request) || !request.cache().to().isEmpty();
    }

    private boolean exportsInline() {
        return BuildKitArguments.inlineCache(request)
                || request.cache().to().stream().anyMatch(CacheReference.Inline.class::isInstance);
    }

    /**
     * A layer of the result.
     *
     * @param cached whether it came from a cache
     */
    record Known(CacheRecord.Entry entry, boolean cached) {}

    /** Leaves what this build knows in every place, all platforms in one. Out: what did not work. */
    List<BuildFailedException> export(List<Known> result, Solver solver, NamedContexts names, Tasks tasks)
            throws BuildFailedException, IOException, InterruptedException {
        List<BuildFailedException> failures = new ArrayList<>();
        for (CacheReference reference : request.cache().to()) {
            CachePlace place = places.of(reference);
            if (place != null) {
                List<Known> known = new ArrayList<>(result);
                if (reference.export().mode() == CacheReference.Mode.MAX) {
                    for (Step step : solver.known()) {
                        known.add(new Known(step.entry(), step.cached()));
                    }
                }
                failures.addAll(export(reference, place, known, solver, names, tasks));
            } else if (!(reference instanceof CacheReference.Inline)) {
                progress.warn("the cache was not exported to " + reference + ": " + CachePlaces.ABSENT);
            }
        }
        return failures;
    }

    private List<BuildFailedException> export(
            CacheReference reference,
            CachePlace place,
            List<Known> known,
            Solver solver,
            NamedContexts names,
            Tasks tasks)
            throws BuildFailedException, InterruptedException {
        Progress.Vertex shown = progress.start("exporting the cache to " + reference);
        try {
            CacheRecord record = record(known, reference.export().packaging(), tasks);
            boolean asked = reference.export().buildkit();
            if (place instanceof ImagePlace image && (asked || BuildKitCacheImage.isIn(image.read()))) {
                exportToBuildKit(image, record, solver, names);
            } else {
                CacheExport.add(place, record, LocalDate.ofInstant(shop.now(), ZoneOffset.UTC), this::push);
            }
            shown.finished(false, null);
        } catch (IOException | RuntimeException e) {
            boolean cancelled = Tasks.isCancellation(e);
            shown.failed(cancelled, String.valueOf(e.getMessage()));
            if (!reference.export().ignoreError() || cancelled) {
                return List.of(Failures.outside("exporting the cache to " + reference, e));
            }
            progress.warn("the cache was not exported to " + reference + ": " + e.getMessage());
        }
        return List.of();
    }

    /** Layers as the export wants them packed: those of this build, and with force those that came from a cache. */
    private CacheRecord record(List<Known> known, @Nullable Packaging packaging, Tasks tasks)
            throws BuildFailedException, IOException, InterruptedException {
        List<CacheRecord.Entry> entries = new ArrayList<>();
        Repacker repacker = packaging == null ? null : new Repacker(shop, packaging, tasks);
        for (Known one : known) {
            CacheRecord.Entry entry = one.entry();
            boolean repack = packaging != null && (packaging.force() || !one.cached());
            entries.add(
                    repacker == null || !repack
                            ? entry
                            : new CacheRecord.Entry(entry.keys(), repacker.packed(entry.layer(), true)));
        }
        Set<ContextNames> contexts = new LinkedHashSet<>();
        for (Task<List<ContextNames>> names : named.values()) {
            contexts.addAll(names.await());
        }
        List<CacheRecord.Entry> distinct = entries.stream().distinct().toList();
        return new CacheRecord(distinct, List.copyOf(contexts), lists.of(distinct));
    }

    /** A cache of BuildKit's stays one. */
    private void exportToBuildKit(ImagePlace place, CacheRecord record, Solver solver, NamedContexts names)
            throws BuildFailedException, IOException, InterruptedException {
        if (buildkit == null) {
            progress.warn("nothing is added to BuildKit's cache " + place.repository()
                    + ": with SOURCE_DATE_EPOCH steps are others");
            return;
        }
        Set<Digest> wanted = new HashSet<>();
        record.layers().forEach(layer -> wanted.add(layer.diffId()));
        Map<Vertex, List<LayerRecord>> made = solver.made();
        made.values().removeIf(layers -> !wanted.contains(layers.getLast().diffId()));
        for (Vertex vertex : made.keySet()) {
            if (vertex instanceof Vertex.Copy copy && copy.from instanceof Vertex.Files.Stage) {
                names.copied(copy, buildkit);
            }
        }
        new BuildKitCacheImage(shop, buildkit).add(place, made);
    }

    private BlobPush push(LayerRecord layer) throws IOException {
        Descriptor blob = layer.blob();
        return new BlobPush(
                blob, shop.layers().source(blob), shop.layers().origins().find(blob.digest()));
    }
}
